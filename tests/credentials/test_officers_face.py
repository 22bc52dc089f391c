"""What a licensing officer decides, what time does, and what printing is told."""

from datetime import date
from typing import Any

import pytest

from services.credentials.schedule import say_what_has_ended
from shared.contracts.credentials import (
    LicenseChanged,
    LicenseExpired,
    LicenseIssued,
    LicenseReinstated,
    LicenseRevoked,
    LicenseState,
    LicenseSuspended,
)
from shared.contracts.exchange import DisciplinaryActionReceived
from shared.ids import PersonId, ReceiptId, new_id
from shared.tokens import Role
from tests.credentials.conftest import Office, license_id_of


async def decide(office: Office, license: dict[str, Any], what: str, **given: Any) -> Any:
    """An officer's decision about a license."""
    path = f"/licenses/{license['license_id']}/{what}"
    return await office.system.post("credentials", path, given or {}, office.officer())


async def cleared(office: Office, license: dict[str, Any], until: str = "2026-06-30") -> Any:
    path = f"/clearance/{license['license_id']}?period_until={until}"
    answer = await office.system.ask("GET", "credentials", path, headers=office.signed("printing"))
    assert answer.status_code == 200
    return answer.json()["cleared"], (answer.json()["reason"] or {}).get("code")


async def test_a_suspension_is_public_stops_the_paper_and_can_be_lifted(office: Office) -> None:
    license = await office.license(await office.person())
    assert await cleared(office, license) == (True, None)
    assert await cleared(office, license, until="2031-06-30") == (False, "period-gone")
    suspended = await decide(office, license, "suspend", note="Order 12", until="2026-12-31")
    assert (suspended.status_code, suspended.json()["status"]) == (200, "suspended")
    assert await cleared(office, license) == (False, "license-suspended")
    again = await decide(office, license, "suspend", note="Order 13")
    assert (again.status_code, again.json()["code"]) == (422, "standing-unchanged")
    lifted = await decide(office, license, "reinstate", note="Appeal")
    assert (lifted.json()["status"], len(lifted.json()["discipline"])) == ("active", 1)
    assert await cleared(office, license) == (True, None)
    await office.system.drain()
    assert [(f.on, f.until, f.note) for f in await office.said(LicenseSuspended)] == [
        (date(2026, 3, 4), date(2026, 12, 31), "Order 12")
    ]
    assert len(await office.said(LicenseReinstated)) == 1
    states = await office.said(LicenseState)
    assert [state.standing for state in states] == ["good", "suspended", "good"]
    assert [state.said.version for state in states] == sorted({state.said.version for state in states})
    audited = await office.rows("SELECT action FROM audit WHERE subject = :n ORDER BY id", n=license["number"])
    assert [row.action for row in audited] == ["license suspended", "license reinstated"]


async def test_a_revoked_license_is_no_longer_valid(office: Office) -> None:
    license = await office.license(await office.person())
    assert (await decide(office, license, "revoke", note="Order 14")).json()["status"] == "revoked"
    await office.system.drain()
    [fact] = await office.said(LicenseRevoked)
    assert (fact.license_id, fact.note) == (license_id_of(license), "Order 14")
    assert await cleared(office, license) == (False, "license-revoked")


DECISIONS: dict[str, dict[str, Any]] = {
    "suspend": {"note": "Order"}, "revoke": {"note": "Order"}, "reinstate": {"note": "Order"},
    "hold": {"reason": "Fee"}, "release-hold": {}, "change": {}, "extend": {},
    "end-employment": {"last_day": "2026-03-01"},
}  # fmt: skip


@pytest.mark.parametrize("role", ["educator", "superintendent", "loader", "operator"])
async def test_nobody_but_an_officer_decides(office: Office, role: str) -> None:
    token = office.system.token(new_id(), "Somebody", Role(role))
    for what, given in DECISIONS.items():
        answer = await office.system.post("credentials", f"/licenses/{new_id()}/{what}", given, token)
        assert answer.status_code == 403, what
    for path in ("/cases", f"/people/{new_id()}/licenses"):
        assert (await office.system.get("credentials", path, token)).status_code == 403, path
    issued = {"person_id": str(new_id()), "license_type": "standard", "license_class": "A"}
    assert (await office.system.post("credentials", "/licenses", issued, token)).status_code == 403


async def test_a_hold_blocks_filing_without_being_public(office: Office) -> None:
    person = await office.person()
    license = await office.license(person)
    await decide(office, license, "hold", reason="Fee of 2024")
    page = await office.page(license["number"], person)
    assert (page["obstacle"]["code"], page["license"]["renewal_hold"]) == ("renewal-on-hold", "Fee of 2024")
    assert (page["license"]["status"], await cleared(office, license)) == ("active", (True, None))
    await decide(office, license, "release-hold")
    assert (await office.page(license["number"], person))["obstacle"] is None
    await office.system.drain()
    assert [fact.changed for fact in await office.said(LicenseChanged)] == [("hold",), ("hold",)]
    assert "Fee" not in "".join(state.model_dump_json() for state in await office.said(LicenseState))


async def test_a_changed_class_changes_what_is_needed(office: Office) -> None:
    person = await office.person()
    license = await office.license(person)
    wrong = await decide(office, license, "change", license_class="Z")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "license_class")
    await decide(office, license, "change", license_class="AAA", endorsements=["120", "221"])
    await decide(office, license, "change", license_class="AAA")
    page = await office.page(license["number"], person)
    assert [option["code"] for option in page["options"]][:2] == ["AA-CEU", "AA-HOURS"]
    await office.system.drain()
    assert [fact.changed for fact in await office.said(LicenseChanged)] == [("license_class", "endorsements")]


async def test_an_issued_license_has_a_number_a_period_and_an_unguessable_address(office: Office) -> None:
    person = await office.person()
    given = {"person_id": str(person), "license_type": "standard", "license_class": "A", "endorsements": ["116"]}
    made = [await office.system.post("credentials", "/licenses", given, office.officer()) for _ in range(2)]
    first, second = (answer.json() for answer in made)
    assert [answer.status_code for answer in made] == [201, 201]
    assert (first["valid_until"], first["effective_from"]) == ("2030-06-30", "2026-03-04")
    assert first["number"] != second["number"] and len(first["public_id"]) >= 20
    await office.system.drain()
    assert {fact.number for fact in await office.said(LicenseIssued)} == {first["number"], second["number"]}


async def test_an_action_of_another_agency_waits_for_a_person(office: Office) -> None:
    person = await office.person()
    license = await office.license(person)
    action = DisciplinaryActionReceived(
        license_id=license_id_of(license), person_id=PersonId(person), receipt_id=ReceiptId(new_id()),
        agency="clearinghouse", kind="revocation", on=date(2026, 2, 1), note="Texas",
    )  # fmt: skip
    await office.said_and_done(action)
    assert (await office.shown(license["number"], person))["status"] == "active"
    cases = (await office.system.get("credentials", "/cases", office.officer())).json()
    [case] = [case for case in cases if case["license_id"] == license["license_id"]]
    assert (case["kind"], case["action"], case["note"]) == ("action", "revocation", "Texas")


async def test_an_end_is_said_once_and_nobody_is_valid_because_it_was_late(office: Office) -> None:
    person = await office.person()
    license = await office.license(person)
    office.system.clock.move(days=150)
    assert (await office.shown(license["number"], person))["status"] == "expired"
    runtime = office.system.processes["credentials"][0].runtime
    await say_what_has_ended(runtime)
    await say_what_has_ended(runtime)
    await office.system.drain()
    said = [fact for fact in await office.said(LicenseExpired) if fact.license_id == license_id_of(license)]
    assert [fact.valid_until for fact in said] == [date(2026, 6, 30)]
    assert await cleared(office, license) == (False, "license-ended")


async def test_an_ended_license_comes_back_by_a_way_of_the_state(office: Office) -> None:
    person = await office.person()
    license = await office.license(person)
    office.system.clock.move(days=150)
    wrong = await decide(office, license, "reinstate", way="prayer")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "way")
    back = (await decide(office, license, "reinstate", way="one_year")).json()
    assert (back["status"], back["valid_until"]) == ("provisional", "2027-06-30")


async def test_a_suspension_with_an_end_is_over_the_day_after(office: Office) -> None:
    person = await office.person()
    license = await office.license(person)
    await decide(office, license, "suspend", note="Order 15", until="2026-03-10")
    office.system.clock.move(days=7)
    assert (await office.shown(license["number"], person))["status"] == "active"
    await say_what_has_ended(office.system.processes["credentials"][0].runtime)
    await office.system.drain()
    said = [fact for fact in await office.said(LicenseReinstated) if fact.license_id == license_id_of(license)]
    assert [fact.on for fact in said] == [date(2026, 3, 11)]


async def test_an_initial_license_runs_by_years_of_employment(massachusetts: Office) -> None:
    person = await massachusetts.person()
    given = {"person_id": str(person), "license_type": "initial"}
    answer = await massachusetts.system.post("credentials", "/licenses", given, massachusetts.officer())
    license = answer.json()
    assert license["valid_until"] == "9999-12-31"
    closed = (await decide(massachusetts, license, "end-employment", last_day="2026-03-01")).json()
    assert closed["status"] == "expired"
    extended = (await decide(massachusetts, license, "extend")).json()
    assert (extended["status"], extended["valid_until"]) == ("active", "9999-12-31")
    assert (await decide(massachusetts, license, "extend")).json()["code"] == "extension-not-possible"
