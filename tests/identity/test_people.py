"""A person's own data, what others see of it, rosters, and merging."""

from datetime import date
from typing import Any

import pytest

from services.identity.app import service as identity
from shared.contracts.exchange import StaffAssignmentReceived
from shared.ids import ReceiptId, new_id
from tests.identity.conftest import PASSWORD, House, OpenHouse

HOME = {"line1": "9 Oak Ave", "line2": "", "city": "Pearl", "state": "MS", "postal_code": "39208"}


async def test_a_changed_address_is_announced_once(house: House) -> None:
    rosa = house.people["e.rosa"]
    for _ in range(2):
        assert (await house.post("/me/contact", {"address": HOME}, by="e.rosa")).status_code == 200
    (changed,) = await house.said("ContactChanged", rosa)
    (mailing,) = await house.said("MailingState", rosa)
    assert changed["changed"] == ["address"]
    assert mailing["address"] == HOME
    assert changed["_actor"] == str(rosa)


async def test_a_changed_name_is_announced_audited_and_the_old_one_stays_known(house: House) -> None:
    lee = house.people["l.lee"]
    answer = await house.post("/me/name", {"name": {"first": "Lena", "last": "Lee-Park"}}, by="l.lee")
    assert answer.json()["former_names"][0]["last"] == "Lee"
    (changed,) = await house.said("NameChanged", lee)
    assert (changed["before"]["last"], changed["after"]["last"]) == ("Lee", "Lee-Park")
    assert (await house.said("PersonState", lee))[-1]["former_last_names"] == ["Lee"]
    district = (await house.said("OrganizationState", house.districts["3700"]))[-1]
    assert "Lena Lee-Park" in {grant["name"] for grant in district["grants"]}
    assert await house.rows("SELECT 1 FROM audit WHERE action = 'name.change'")


async def test_in_massachusetts_a_name_is_changed_by_proof(open_house: OpenHouse) -> None:
    house = await open_house("massachusetts")
    body = {"name": {"first": "Ena", "last": "Miller"}}
    refused = await house.post("/me/name", body, by="e.rosa")
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (422, "changed-by-proof", "name")
    path = f"/people/{house.people['e.rosa']}/name"
    assert (await house.post(path, body | {"proof": "marriage certificate"}, by="o.officer")).status_code == 200
    (entry,) = await house.rows("SELECT detail FROM audit WHERE action = 'name.change'")
    assert "marriage certificate" in str(entry)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "rosa"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"language": "fr"}, "language"),
        ({"address": HOME | {"postal_code": "x"}}, "address.postal_code"),
    ],
)
async def test_bad_contact_data_are_refused_by_their_field(house: House, body: dict[str, Any], field: str) -> None:
    answer = await house.post("/me/contact", body, by="e.rosa")
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert await house.said("ContactChanged") == []


@pytest.mark.parametrize(
    ("by", "about", "status"),
    [
        ("e.rosa", "e.rosa", 200),
        ("o.officer", "e.rosa", 200),
        ("l.admin", "e.rosa", 200),
        ("l.admin", "e.paul", 404),
        ("l.lee", "e.rosa", 404),
        ("e.paul", "e.rosa", 404),
        ("o.loader", "e.rosa", 404),
        ("", "e.rosa", 401),
    ],
)
async def test_who_sees_whom(house: House, by: str, about: str, status: int) -> None:
    answer = await house.get(f"/people/{house.people[about]}", by=by)
    assert answer.status_code == status
    assert "ssn" not in answer.text and "birth" not in answer.text


async def test_other_services_see_a_person_without_contact(house: House) -> None:
    path = f"/people/{house.people['e.rosa']}"
    seen = (await house.as_service("GET", path, name="exchange")).json()
    assert seen["name"]["last"] == "Rosa"
    assert "email" not in seen
    assert (await house.system.get("identity", path)).status_code == 401


async def test_an_officer_finds_everybody_and_an_administrator_their_own(house: House) -> None:
    by_name = (await house.get("/people", by="o.officer", q="rosa")).json()
    assert [p["person_id"] for p in by_name] == [str(house.people["e.rosa"])]
    assert (await house.get("/people", by="o.officer", q="200008")).json() == by_name
    assert (await house.get("/people", by="l.admin", q="rosa")).json() == by_name
    assert (await house.get("/people", by="l.admin", q="paul")).json() == []
    assert (await house.get("/people", by="e.paul", q="rosa")).json() == []


async def test_reading_identifiers_is_for_officers_and_is_recorded(house: House) -> None:
    path = f"/people/{house.people['e.rosa']}/identifiers"
    assert (await house.get(path, by="o.officer")).json() == {"birth_date": "1980-01-08", "ssn_last_four": "1008"}
    for by in ("l.admin", "l.lee", "e.rosa"):
        assert (await house.get(path, by=by)).status_code == 403
    (entry,) = await house.rows("SELECT actor, subject FROM audit WHERE action = 'identifiers.read'")
    assert entry == {"actor": str(house.people["o.officer"]), "subject": str(house.people["e.rosa"])}


# ── rosters ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_roster_moves_a_person_and_a_release_ends_it(house: House) -> None:
    rosa, pearl = house.people["e.rosa"], house.districts["6120"]

    def roster(released_on: date | None = None) -> StaffAssignmentReceived:
        return StaffAssignmentReceived(
            person_id=rosa,
            organization_id=pearl,
            receipt_id=ReceiptId(new_id()),
            first_day=date(2026, 3, 1),
            released_on=released_on,
        )

    await house.system.say(roster())
    await house.system.drain()
    assert (await house.said("PersonState", rosa))[-1]["districts"] == [str(house.districts["3700"]), str(pearl)]
    await house.system.say(roster(date(2026, 3, 3)))
    await house.system.drain()
    states = await house.said("PersonState", rosa)
    assert states[-1]["districts"] == [str(house.districts["3700"])]
    assert states[-1]["_sequence"] > states[-2]["_sequence"]


async def test_a_roster_of_an_unknown_person_harms_no_other(house: House) -> None:
    stranger = StaffAssignmentReceived(
        person_id=new_id(),
        organization_id=house.districts["6120"],
        receipt_id=ReceiptId(new_id()),
        first_day=date(2026, 3, 1),
    )
    await house.system.say(stranger, stranger.model_copy(update={"person_id": house.people["e.rosa"]}))
    await house.system.drain()
    assert len(await house.said("PersonState")) == 1
    assert identity.handlers is not None


# ── merging ───────────────────────────────────────────────────────────────────────────────────────────────────


async def merge(house: House, winner: str, loser: str, by: str = "o.officer", *, confirmed: bool = True) -> Any:
    body = {
        "winner_id": str(house.people[winner]),
        "loser_id": str(house.people[loser]),
        "confirmed_different_ssn": confirmed,
    }
    return await house.post("/people/merge", body, by=by)


async def test_a_merge_keeps_both_ids_and_is_taken_back_whole(house: House) -> None:
    rosa, paul = house.people["e.rosa"], house.people["e.paul"]
    before = await house.rows("SELECT id, first, last, email, birth_mark, educator_number FROM person ORDER BY id")
    merged = await merge(house, "e.rosa", "e.paul")
    assert set(merged.json()["districts"]) == {str(house.districts["3700"]), str(house.districts["6120"])}
    assert (await house.said("PeopleMerged", paul))[0]["merged_into"] == str(rosa)
    assert (await house.said("PersonState", paul))[-1]["merged_into"] == str(rosa)
    signed_in = (await house.post("/sign-in", {"user_id": "e.paul", "password": PASSWORD})).json()
    assert signed_in["person"]["person_id"] == str(rosa)

    assert (await house.post(f"/people/{paul}/unmerge", by="o.officer")).status_code == 200
    assert (await house.said("PeopleUnmerged", paul))[0]["was_merged_into"] == str(rosa)
    states = await house.said("PersonState", paul)
    assert states[-1]["merged_into"] is None
    assert [s["_sequence"] for s in states] == sorted({s["_sequence"] for s in states})
    after = await house.rows("SELECT id, first, last, email, birth_mark, educator_number FROM person ORDER BY id")
    assert after == before


async def test_a_merge_carries_the_losers_roles(house: House) -> None:
    await merge(house, "e.rosa", "l.lee")
    query = {"person_id": str(house.people["e.rosa"]), "organization_id": str(house.districts["3700"])}
    answer = (await house.as_service("GET", "/authority", params=query)).json()
    assert (answer["allowed"], answer["role"]) == (True, "superintendent")
    district = (await house.said("OrganizationState", house.districts["3700"]))[-1]
    assert str(house.people["l.lee"]) not in {grant["person_id"] for grant in district["grants"]}


@pytest.mark.parametrize(
    ("winner", "loser", "by", "confirmed", "code"),
    [
        ("e.rosa", "e.rosa", "o.officer", True, "merge-with-itself"),
        ("e.rosa", "e.paul", "o.officer", False, "ssn-differs"),
        ("o.officer", "e.paul", "o.officer", True, "own-records"),
        ("e.rosa", "e.paul", "l.admin", True, "forbidden"),
        ("e.rosa", "e.paul", "e.rosa", True, "forbidden"),
    ],
)
async def test_what_cannot_be_merged_is_refused_and_changes_nothing(
    house: House, winner: str, loser: str, by: str, *, confirmed: bool, code: str
) -> None:
    assert (await merge(house, winner, loser, by, confirmed=confirmed)).json()["code"] == code
    assert await house.rows("SELECT 1 FROM person WHERE merged_into IS NOT NULL") == []
    assert await house.said("PeopleMerged") == []


async def test_merges_make_no_chains(house: House) -> None:
    await merge(house, "e.rosa", "e.paul")
    assert (await merge(house, "e.paul", "l.diaz")).json()["code"] == "already-merged"
    assert (await merge(house, "l.diaz", "e.rosa")).json()["code"] == "others-merged-into"
