"""Districts, dated roles, delegations with cover for absence, and who may approve at this moment."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.identity.conftest import House, OpenHouse


async def grant(house: House, by: str, person: str, role: str, at: str = "3700", **days: str) -> Any:
    body = {"person_id": str(house.people[person]), "role": role, "first_day": "2026-03-01"} | days
    return await house.post(f"/organizations/{house.districts[at]}/roles", body, by=by)


async def delegate(house: House, to: str, by: str = "l.lee", **change: Any) -> Any:
    body = {"designee_id": str(house.people[to]), "first_day": "2026-03-04", "last_day": "2026-03-20"} | change
    return await house.post(f"/organizations/{house.districts['3700']}/delegations", body, by=by)


async def authority(house: House, person: str, at: str = "3700", **more: str) -> dict[str, Any]:
    query = {"person_id": str(house.people[person]), "organization_id": str(house.districts[at])} | more
    answer = await house.as_service("GET", "/authority", params=query)
    assert answer.status_code == 200
    return dict(answer.json())


def to_day(house: House, day: int) -> None:
    house.system.clock.set(datetime(2026, 3, day, 15, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("person", "at", "role"),
    [
        ("l.lee", "3700", "superintendent"),
        ("l.diaz", "3700", "personnel_administrator"),
        ("o.officer", "3700", "licensing_officer"),
        ("o.officer", "MDE", "licensing_officer"),
        ("l.lee", "6120", None),
        ("l.lee", "MDE", None),
        ("l.admin", "3700", None),
        ("e.rosa", "3700", None),
    ],
)
async def test_who_may_approve_for_whom(house: House, person: str, at: str, role: str | None) -> None:
    answer = await authority(house, person, at)
    assert (answer["allowed"], answer["role"]) == (role is not None, role)


async def test_an_authority_says_who_by_which_right(house: House) -> None:
    answer = await authority(house, "l.lee")
    assert answer["name"] == "Lna Lee"
    assert answer["by"] == "superintendent of Lamar County School District"
    assert answer["organization_id"] == str(house.districts["3700"])


async def test_nobody_approves_their_own_not_even_under_an_earlier_record(house: House) -> None:
    assert not (await authority(house, "l.lee", applicant_id=str(house.people["l.lee"])))["allowed"]
    body = {"winner_id": str(house.people["l.lee"]), "loser_id": str(house.people["e.rosa"])}
    await house.post("/people/merge", body | {"confirmed_different_ssn": True}, by="o.officer")
    assert not (await authority(house, "l.lee", applicant_id=str(house.people["e.rosa"])))["allowed"]
    assert (await authority(house, "l.lee", applicant_id=str(house.people["e.paul"])))["allowed"]


async def test_authority_is_answered_to_services_alone(house: House) -> None:
    query = {"person_id": str(house.people["l.lee"]), "organization_id": str(house.districts["3700"])}
    assert (await house.get("/authority", by="l.lee", **query)).status_code == 401
    assert (await house.as_service("GET", "/authority", name="operations", params=query)).status_code == 403


async def test_in_massachusetts_districts_approve_nothing(open_house: OpenHouse) -> None:
    house = await open_house("massachusetts")
    assert not (await authority(house, "l.lee"))["allowed"]
    assert (await authority(house, "o.officer"))["allowed"]


# ── roles ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_granted_role_is_announced_and_counts_on_its_days(house: House) -> None:
    assert (await grant(house, "l.admin", "e.rosa", "superintendent", last_day="2026-03-10")).status_code == 201
    district = (await house.said("OrganizationState", house.districts["3700"]))[-1]
    granted = [g for g in district["grants"] if g["person_id"] == str(house.people["e.rosa"])]
    assert [(g["role"], g["first_day"], g["last_day"]) for g in granted] == [
        ("superintendent", "2026-03-01", "2026-03-10")
    ]
    assert (await authority(house, "e.rosa"))["allowed"]
    to_day(house, 11)
    assert not (await authority(house, "e.rosa"))["allowed"]


async def test_a_revoked_role_counts_no_more(house: House) -> None:
    grant_id = (await grant(house, "l.admin", "e.rosa", "superintendent")).json()["grant_id"]
    assert (await house.post(f"/roles/{grant_id}/revoke", by="p.super")).status_code == 403
    assert (await house.post(f"/roles/{grant_id}/revoke", by="l.admin")).status_code == 200
    assert not (await authority(house, "e.rosa"))["allowed"]
    assert (await house.post(f"/roles/{grant_id}/revoke", by="l.admin")).status_code == 404


@pytest.mark.parametrize(
    ("by", "person", "role", "at", "days", "status", "field"),
    [
        ("l.admin", "e.paul", "superintendent", "6120", {}, 403, "role"),
        ("l.admin", "e.rosa", "licensing_officer", "MDE", {}, 403, "role"),
        ("l.admin", "e.rosa", "licensing_officer", "3700", {}, 422, "role"),
        ("l.admin", "l.admin", "superintendent", "3700", {}, 422, "person_id"),
        ("l.admin", "e.rosa", "designee", "3700", {}, 403, "role"),
        ("l.admin", "e.rosa", "superintendent", "3700", {"last_day": "2026-02-01"}, 422, "last_day"),
        ("l.admin", "e.rosa", "emperor", "3700", {}, 422, "role"),
        ("l.lee", "e.rosa", "personnel_administrator", "3700", {}, 403, "role"),
        ("e.rosa", "e.paul", "superintendent", "3700", {}, 403, "role"),
    ],
)
async def test_roles_are_granted_only_by_whom_they_may_be(
    house: House, by: str, person: str, role: str, *, at: str, days: dict[str, str], status: int, field: str
) -> None:
    answer = await grant(house, by, person, role, at, **days)
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert len(await house.rows("SELECT 1 FROM role_grant")) == 7


async def test_what_a_token_says_grants_nothing_that_the_database_does_not(house: House) -> None:
    await house.rows("UPDATE role_grant SET revoked_at = granted_at WHERE role = 'directory_administrator' RETURNING 1")
    assert (await grant(house, "l.admin", "e.rosa", "superintendent")).status_code == 403


# ── delegations and absence ───────────────────────────────────────────────────────────────────────────────────


async def test_a_designee_approves_in_their_days(house: House) -> None:
    assert (await delegate(house, "e.rosa")).status_code == 201
    assert (await authority(house, "e.rosa"))["role"] == "designee"
    session = {"user_id": "e.rosa", "password": "kelp orbit at dawn 71"}
    roles = (await house.post("/sign-in", session)).json()["person"]["roles"]
    assert [(r["role"], r["last_day"]) for r in roles] == [("educator", None), ("designee", "2026-03-20")]
    to_day(house, 21)
    assert not (await authority(house, "e.rosa"))["allowed"]


async def test_who_acts_for_a_district_names_nobody_whose_days_are_over(house: House) -> None:
    await delegate(house, "e.rosa")
    await grant(house, "l.admin", "e.rosa", "personnel_administrator", last_day="2026-03-20")
    found = []
    for day in (20, 21):
        to_day(house, day)
        staffing = (await house.get(f"/organizations/{house.districts['3700']}/roles", by="l.lee")).json()
        rosas = [g["role"] for g in staffing["grants"] if g["person_id"] == str(house.people["e.rosa"])]
        found.append((rosas, [d["designee_id"] for d in staffing["delegations"]]))
    assert found == [(["personnel_administrator"], [str(house.people["e.rosa"])]), ([], [])]


async def test_a_delegation_is_taken_back_by_who_made_it(house: House) -> None:
    delegation_id = (await delegate(house, "e.rosa")).json()["delegation_id"]
    assert (await house.post(f"/delegations/{delegation_id}/end", by="p.super")).status_code == 404
    assert (await house.post(f"/delegations/{delegation_id}/end", by="l.lee")).status_code == 200
    assert not (await authority(house, "e.rosa"))["allowed"]


@pytest.mark.parametrize(
    ("by", "to", "change", "status", "field"),
    [
        ("l.diaz", "e.rosa", {}, 403, "superintendent_id"),
        ("p.super", "e.rosa", {}, 403, "superintendent_id"),
        ("l.admin", "e.rosa", {}, 403, "superintendent_id"),
        ("l.lee", "l.lee", {}, 422, "designee_id"),
        ("l.lee", "e.rosa", {"last_day": "2026-03-01"}, 422, "last_day"),
        ("l.lee", "e.rosa", {"first_day": "2026-02-01", "last_day": "2026-02-02"}, 422, "last_day"),
    ],
)
async def test_only_the_superintendent_delegates_and_only_forward(
    house: House, by: str, to: str, change: dict[str, Any], *, status: int, field: str
) -> None:
    answer = await delegate(house, to, by, **change)
    assert (answer.status_code, answer.json()["field"]) == (status, field)


async def test_cover_counts_only_while_the_superintendent_is_away(house: House) -> None:
    await delegate(house, "e.rosa", absence_cover=True)
    assert not (await authority(house, "e.rosa"))["allowed"]
    days = {"first_day": "2026-03-05", "last_day": "2026-03-06"}
    absence_id = (await house.post("/me/absences", days, by="l.lee")).json()["absence_id"]
    district = (await house.said("OrganizationState", house.districts["3700"]))[-1]
    covering = [g for g in district["grants"] if g["role"] == "designee"]
    assert [(g["first_day"], g["last_day"]) for g in covering] == [("2026-03-05", "2026-03-06")]
    to_day(house, 5)
    assert (await authority(house, "e.rosa"))["role"] == "designee"
    assert (await house.post(f"/me/absences/{absence_id}/cancel", by="l.diaz")).status_code == 404
    assert (await house.post(f"/me/absences/{absence_id}/cancel", by="l.lee")).status_code == 200
    assert not (await authority(house, "e.rosa"))["allowed"]


async def test_every_queue_names_its_holder_and_who_covers(house: House) -> None:
    path = f"/organizations/{house.districts['3700']}/holder"
    assert (await house.get(path, by="e.rosa")).json()["name"] == "Lna Lee"
    await house.post("/me/absences", {"first_day": "2026-03-04", "last_day": "2026-03-04"}, by="l.lee")
    away = (await house.as_service("GET", path)).json()
    assert (away["name"], away["covered_by_name"]) == ("Lna Lee", "Lna Diaz")
    await house.rows("UPDATE role_grant SET revoked_at = granted_at WHERE role <> 'licensing_officer' RETURNING 1")
    assert (await house.get(path, by="e.rosa")).json() is None


# ── organizations and staff ───────────────────────────────────────────────────────────────────────────────────


async def test_everybody_reads_the_organizations_and_their_directory_administrators(house: House) -> None:
    listed = (await house.get("/organizations", kind="district")).json()
    assert [(o["code"], o["place"]) for o in listed] == [("3700", "Room 12"), ("6120", "Room 1")]
    (administrator,) = (await house.get("/directory-administrators")).json()
    assert (administrator["name"], administrator["phone"]) == ("Lna Admin", "601-794-1030")
    assert "email" not in administrator


@pytest.mark.parametrize(
    ("by", "code", "kind", "status"),
    [
        ("o.officer", "9999", "district", 200),
        ("o.officer", "3700", "district", 200),
        ("l.admin", "3700", "district", 200),
        ("l.admin", "3700", "state_office", 403),
        ("l.admin", "6120", "district", 403),
        ("l.admin", "9999", "district", 403),
        ("l.lee", "3700", "district", 403),
        ("", "3700", "district", 401),
    ],
)
async def test_who_changes_an_organization(house: House, by: str, code: str, kind: str, status: int) -> None:
    body = {"kind": kind, "code": code, "name": "Changed", "schools": ["Oak Elementary"]}
    answer = await house.post("/organizations", body, by=by)
    assert answer.status_code == status, answer.text
    said = [s["schools"] for s in await house.said("OrganizationState")]
    assert said == ([["Oak Elementary"]] if status == 200 else [])


async def test_staff_is_entered_after_those_alike_were_looked_at(house: House) -> None:
    path = f"/organizations/{house.districts['3700']}/staff"
    alike = {"name": {"first": "ENA", "last": "Rosa"}, "first_day": "2026-03-04"}
    asked = await house.post(path, alike, by="l.admin")
    assert (asked.status_code, asked.json()["code"], asked.json()["field"]) == (409, "perhaps-known", "is_none_of")
    made = await house.post(path, alike | {"is_none_of_these": True}, by="l.admin")
    assert made.status_code == 201
    (state,) = await house.said("PersonState", made.json()["person_id"])
    assert state["districts"] == [str(house.districts["3700"])]
    names = [p["name"]["last"] for p in (await house.get(path, by="l.lee")).json()]
    assert names == ["Admin", "Diaz", "Lee", "Rosa", "Rosa"]


async def test_who_was_entered_completes_their_own_profile(house: House) -> None:
    path = f"/organizations/{house.districts['3700']}/staff"
    entered = {"name": {"first": "Grace", "last": "Hopper"}, "first_day": "2026-03-04", "birth_date": "1979-12-09"}
    person_id = (await house.post(path, entered, by="l.admin")).json()["person_id"]
    claim = {
        "name": {"first": "Grace", "last": "Hopper"},
        "birth_date": "1979-12-09",
        "ssn_last_four": "4321",
        "user_id": "ghopper",
        "password": "seven paper lanterns",
    }
    elsewhere = await house.post("/profiles", claim | {"district_id": str(house.districts["6120"])})
    assert elsewhere.json()["outcome"] == "partial"
    made = await house.post("/profiles", claim | {"district_id": str(house.districts["3700"])})
    assert (made.json()["outcome"], made.json()["person_id"]) == ("pre_created", person_id)


async def test_a_known_person_comes_and_goes(house: House) -> None:
    path = f"/organizations/{house.districts['6120']}/employment"
    rosa = str(house.people["e.rosa"])
    assert (await house.post(path, {"person_id": rosa, "last_day": "2026-03-04"}, by="o.officer")).status_code == 404
    assert (await house.post(path, {"person_id": rosa}, by="o.officer")).status_code == 200
    assert (await house.post(path, {"person_id": rosa, "last_day": "2026-03-03"}, by="o.officer")).status_code == 200
    states = await house.said("PersonState", house.people["e.rosa"])
    assert [str(house.districts["6120"]) in s["districts"] for s in states] == [True, False]


async def test_staff_is_listed_page_by_page(house: House) -> None:
    path = f"/organizations/{house.districts['3700']}/staff"
    first = (await house.get(path, by="l.lee", limit=2)).json()
    second = (await house.get(path, by="l.lee", limit=2, after=first[-1]["educator_number"])).json()
    assert [p["name"]["last"] for p in first + second] == ["Admin", "Diaz", "Lee", "Rosa"]
    assert (await house.get(path, by="p.super")).status_code == 403
