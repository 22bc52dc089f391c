"""The three validity clocks."""

from datetime import date

import pytest

from shared.policies import OPEN, Span, load
from shared.policies.clocks import add_months

STANDARD = load("mississippi").license_type("standard").clock
PROFESSIONAL = load("massachusetts").license_type("professional").clock
INITIAL = load("massachusetts").license_type("initial").clock


@pytest.mark.parametrize(
    ("issued_on", "until"),
    [
        (date(2011, 10, 14), date(2016, 6, 30)),
        (date(2011, 7, 1), date(2016, 6, 30)),
        (date(2012, 6, 30), date(2016, 6, 30)),
        (date(2012, 7, 1), date(2017, 6, 30)),
        (date(2024, 2, 29), date(2028, 6, 30)),
    ],
)
def test_the_license_year_of_issue_counts_in_full(issued_on: date, until: date) -> None:
    assert STANDARD.first_period(issued_on) == Span(issued_on, until)


def test_the_next_license_period_follows_without_a_gap_whenever_it_is_granted() -> None:
    first = STANDARD.first_period(date(2011, 10, 14))
    for granted_on in (date(2015, 1, 3), date(2016, 6, 30), date(2016, 8, 2)):
        assert STANDARD.next_period(first, granted_on) == Span(date(2016, 7, 1), date(2021, 6, 30))


@pytest.mark.parametrize(
    ("issued_on", "until"),
    [(date(2021, 3, 10), date(2026, 3, 9)), (date(2024, 2, 29), date(2029, 2, 27))],
)
def test_calendar_years_run_from_the_day_of_issue(issued_on: date, until: date) -> None:
    assert PROFESSIONAL.first_period(issued_on) == Span(issued_on, until)


def test_years_of_employment_have_no_end_known_beforehand() -> None:
    assert INITIAL.first_period(date(2024, 9, 1)) == Span(date(2024, 9, 1), OPEN)
    assert INITIAL.is_open


def test_a_span_holds_its_first_and_its_last_day() -> None:
    span = Span(date(2016, 7, 1), date(2021, 6, 30))
    assert date(2016, 7, 1) in span and date(2021, 6, 30) in span
    assert date(2016, 6, 30) not in span and date(2021, 7, 1) not in span


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 7, 1), -12, date(2025, 7, 1)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2023, 12, 31), -1, date(2023, 11, 30)),
        (date(2024, 2, 29), 60, date(2029, 2, 28)),
    ],
)
def test_months_are_added_to_the_same_day_or_the_months_last(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected
