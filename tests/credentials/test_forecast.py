"""The forecast of lapses: what counts as short, month by month, and whose forecast one may read."""

from datetime import date
from typing import Any

import pytest

from services.credentials.domain.forecast import Readiness, ends_by, horizon, lapse, months
from services.credentials.domain.license import Hold, License, Period, Standing
from services.credentials.domain.requirements import progress
from shared.ids import OrganizationId, new_id
from shared.tokens import Role
from tests.credentials.conftest import Office
from tests.credentials.examples import ENDS, MS, TODAY, credit, standard

UNTIL = horizon(TODAY)


def readiness(license: License, *credits: Any, is_filed: bool = False) -> Readiness:
    options = progress(license, credits, on=TODAY, policy=MS)
    return lapse(license, options, is_filed=is_filed, on=TODAY, policy=MS).readiness


@pytest.mark.parametrize(
    ("license", "amount", "is_filed", "expected"),
    [
        (standard(), "9.5", False, Readiness.SHORT),
        (standard(), "10", False, Readiness.READY),
        (standard("AA"), "5", False, Readiness.READY),
        (standard(), "9.5", True, Readiness.FILED),
        (standard(provisional=True), "10", False, Readiness.NOT_RENEWABLE),
        (standard(hold=Hold("fee unpaid")), "10", False, Readiness.NOT_RENEWABLE),
    ],
)
def test_a_license_that_ends_is_filed_ready_short_or_not_renewable(
    license: License, amount: str, is_filed: bool, expected: Readiness
) -> None:
    assert readiness(license, credit(amount), is_filed=is_filed) is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"standing": Standing.REVOKED}, False),
        ({"periods": (Period(date(2016, 7, 1), date(2021, 6, 30), date(2016, 7, 1)),)}, False),
        ({"periods": (Period(date(2022, 7, 1), date(2027, 6, 30), date(2022, 7, 1)),)}, True),
        ({"periods": (Period(date(2023, 7, 1), date(2028, 6, 30), date(2023, 7, 1)),)}, False),
    ],
)
def test_only_licenses_in_use_that_end_by_the_last_day_looked_at_lapse(changes: dict[str, Any], expected: bool) -> None:
    assert ends_by(standard(**changes), UNTIL, on=TODAY) is expected


@pytest.mark.parametrize(
    ("on", "until"),
    [
        (date(2026, 3, 4), date(2027, 6, 30)),
        (date(2026, 7, 31), date(2027, 10, 31)),
        (date(2026, 11, 1), date(2028, 2, 29)),
    ],
)
def test_a_forecast_looks_to_the_end_of_a_month_a_license_year_ahead(on: date, until: date) -> None:
    assert horizon(on) == until


def test_every_month_is_there_and_a_short_license_has_its_cheapest_way() -> None:
    license = standard()
    short = lapse(license, progress(license, [credit("4")], on=TODAY, policy=MS), is_filed=False, on=TODAY, policy=MS)
    found = months([short], on=TODAY, until=UNTIL)
    assert (len(found), found[0].first_day, found[-1].first_day) == (16, date(2026, 3, 1), date(2027, 6, 1))
    assert [month.count(Readiness.SHORT) for month in found] == [0, 0, 0, 1, *[0] * 12]
    assert short.plan is not None
    assert [(step.unit, str(step.amount)) for step in short.plan.steps] == [("ceu", "6")]


async def _forecast(office: Office, role: str, district: Any, **asked: Any) -> Any:
    token = office.system.token(new_id(), "Dr. Lee", Role(role, district))
    return await office.system.get("credentials", "/forecast", token, **asked)


async def test_a_district_sees_its_own_educators_and_no_others(office: Office) -> None:
    district, other = OrganizationId(new_id()), OrganizationId(new_id())
    rosa = await office.person(districts=(district,))
    license = await office.license(rosa)
    await office.enter(license["number"], rosa, amount="4.5")
    await office.license(await office.person(districts=(district, other)), valid_until="2030-06-30")
    await office.license(await office.person(districts=(other,)))

    found = (await _forecast(office, "superintendent", district)).json()
    assert (found["until"], found["licenses"], found["ending"], found["short"]) == ("2027-06-30", 2, 1, 1)
    assert [(m["first_day"], m["short"]) for m in found["months"] if m["ending"]] == [("2026-06-01", 1)]
    short = found["those_short"][0]
    assert (short["number"], short["valid_until"], short["file_by"]) == (license["number"], str(ENDS), "2026-06-12")
    assert [(step["amount"], step["unit"]["name"]) for step in short["steps"]] == [("5.5", "CEU")]
    read = await office.rows(
        "SELECT action FROM audit WHERE action = 'forecast read' AND subject = :id", id=str(district)
    )
    assert [row.action for row in read] == ["forecast read"]

    await office.enter(license["number"], rosa, amount="5.5", title="Another")
    ready = (await _forecast(office, "superintendent", district)).json()
    assert (ready["ending"], ready["short"]) == (1, 0)
    await office.said_and_done(office.filed(license, "A-CEU"))
    filed = (await _forecast(office, "superintendent", district)).json()
    assert [month["filed"] for month in filed["months"] if month["ending"]] == [1]


@pytest.mark.parametrize(
    ("role", "own", "status"),
    [
        ("superintendent", True, 200),
        ("personnel_administrator", True, 200),
        ("designee", True, 200),
        ("superintendent", False, 403),
        ("directory_administrator", True, 403),
        ("educator", True, 403),
        ("licensing_officer", False, 200),
    ],
)
async def test_the_forecast_is_for_those_who_work_the_districts_queue(
    office: Office, role: str, own: bool, status: int
) -> None:
    district = OrganizationId(new_id())
    theirs = district if own else OrganizationId(new_id())
    assert (await _forecast(office, role, theirs, organization_id=str(district))).status_code == status


async def test_the_state_office_names_the_district(office: Office) -> None:
    answer = await _forecast(office, "licensing_officer", new_id())
    assert (answer.status_code, answer.json()["field"]) == (422, "organization_id")
