"""Business days, the print cut-off and the last safe date."""

from datetime import UTC, date, datetime

import pytest

from shared.policies import OPEN, Policy, calendar, load

MS = load("mississippi")
MA = load("massachusetts")


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (datetime(2026, 7, 1, 4, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 7, 1, 5, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 1, 1, 5, 59, tzinfo=UTC), date(2025, 12, 31)),
    ],
)
def test_the_jurisdictions_date_is_not_utcs(instant: datetime, expected: date) -> None:
    assert calendar.local_date(instant, MS) == expected


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "New Year's Day"),
        (date(2023, 1, 2), "New Year's Day"),
        (date(2026, 1, 19), "Martin Luther King's and Robert E. Lee's birthdays"),
        (date(2026, 4, 27), "Confederate Memorial Day"),
        (date(2026, 5, 25), "National Memorial Day and Jefferson Davis' birthday"),
        (date(2026, 11, 26), "Thanksgiving Day"),
        (date(2027, 7, 5), "Independence Day"),
        (date(2027, 7, 6), None),
        (date(2026, 6, 19), None),
    ],
)
def test_holidays_are_computed_for_each_year(day: date, name: str | None) -> None:
    assert calendar.holiday_on(day, MS) == name


def test_each_state_has_its_own_holidays() -> None:
    juneteenth, patriots_day = date(2026, 6, 19), date(2026, 4, 20)
    assert [calendar.is_business_day(d, MS) for d in (juneteenth, patriots_day)] == [True, True]
    assert [calendar.is_business_day(d, MA) for d in (juneteenth, patriots_day)] == [False, False]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (date(2026, 5, 20), date(2026, 5, 21)),
        (date(2026, 5, 22), date(2026, 5, 26)),  # Friday; then a weekend and Memorial Day
        (date(2026, 12, 24), date(2026, 12, 28)),
        (date(2025, 12, 31), date(2026, 1, 2)),
    ],
)
def test_the_next_business_day_skips_weekends_and_holidays(after: date, expected: date) -> None:
    assert calendar.next_business_day(after, MS) == expected


def test_what_is_approved_prints_in_the_next_business_days_batch() -> None:
    late_on_friday = datetime(2026, 5, 23, 4, 30, tzinfo=UTC)  # 11:30 p.m. on the 22nd in Mississippi
    assert calendar.print_day(late_on_friday, MS) == date(2026, 5, 26)
    assert calendar.print_cut_off(date(2026, 5, 26), MS) == datetime(2026, 5, 26, 11, 0, tzinfo=UTC)
    assert calendar.print_cut_off(date(2026, 1, 26), MS) == datetime(2026, 1, 26, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("filed_on", "due"),
    [(date(2026, 4, 29), date(2026, 5, 14)), (date(2026, 6, 12), date(2026, 6, 29))],
)
def test_a_review_is_due_on_a_business_day(filed_on: date, due: date) -> None:
    assert calendar.review_due(filed_on, MS) == due


@pytest.mark.parametrize("year", range(2024, 2034))
@pytest.mark.parametrize("policy", [MS, MA], ids=["mississippi", "massachusetts"])
def test_the_last_safe_date_is_the_latest_decided_before_the_end(policy: Policy, year: int) -> None:
    end = date(year, 6, 30)
    safe = calendar.last_safe_date(end, policy)
    assert safe is not None and calendar.is_business_day(safe, policy)
    assert calendar.review_due(safe, policy) < end
    assert calendar.review_due(calendar.next_business_day(safe, policy), policy) >= end


def test_the_last_safe_date_of_30_june_2026_is_12_june() -> None:
    assert calendar.last_safe_date(date(2026, 6, 30), MS) == date(2026, 6, 12)
    assert calendar.last_safe_date(OPEN, MA) is None
