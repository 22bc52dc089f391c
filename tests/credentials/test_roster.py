"""A district's roster: every educator once, in pages, with where each license stands; for whoever decides there."""

from typing import Any

import pytest

from shared.ids import OrganizationId, new_id
from shared.tokens import Role
from tests.credentials.conftest import Office


async def roster(office: Office, district: OrganizationId, **params: Any) -> Any:
    token = office.system.token(new_id(), "Dr. Lee", Role("superintendent", district))
    answer = await office.system.get("credentials", "/roster", token, **params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_each_educator_is_listed_with_where_each_license_stands(office: Office) -> None:
    district = OrganizationId(new_id())
    expected = {}
    for readiness, until, earned in (
        ("short", "2026-06-30", "9.5"),
        ("ready", "2026-06-30", "10"),
        ("not_due", "2030-06-30", ""),
        ("ended", "2025-06-30", ""),
        ("filed", "2026-06-30", "10"),
    ):
        person = await office.person(districts=(district,))
        since = f"{int(until[:4]) - 5}-07-01"
        license = await office.license(person, effective_from=since, valid_until=until)
        if earned:
            await office.enter(license["number"], person, amount=earned)
        if readiness == "filed":
            await office.said_and_done(office.filed(license, "A-CEU"))
        expected[f"E{office.number}"] = readiness
    nobody = await office.person(districts=(district,))
    found = await roster(office, district)
    assert {r["educator_number"]: [each["readiness"] for each in r["licenses"]] for r in found} == {
        **{number: [readiness] for number, readiness in expected.items()}, f"E{office.number}": [],
    }  # fmt: skip
    assert [r["person_id"] for r in found if not r["licenses"]] == [str(nobody)]
    short = next(r["licenses"][0] for r in found if r["licenses"] and r["licenses"][0]["readiness"] == "short")
    assert [(step["amount"], step["unit"]["code"]) for step in short["steps"]] == [("0.5", "ceu")]


async def test_a_roster_comes_in_pages_that_miss_nobody(office: Office) -> None:
    district = OrganizationId(new_id())
    numbers = []
    for _ in range(5):
        await office.person(districts=(district,))
        numbers.append(f"E{office.number}")
    found, after = [], ""
    while page := await roster(office, district, limit=2, after=after):
        found += [each["educator_number"] for each in page]
        after = found[-1]
    assert found == sorted(numbers)


@pytest.mark.parametrize(
    ("role", "status"), [("superintendent", 403), ("directory_administrator", 403), ("licensing_officer", 200)]
)
async def test_a_roster_is_for_those_who_decide_there(office: Office, role: str, status: int) -> None:
    token = office.system.token(new_id(), "Somebody", Role(role, OrganizationId(new_id())))
    answer = await office.system.get("credentials", "/roster", token, organization_id=new_id())
    assert answer.status_code == status
