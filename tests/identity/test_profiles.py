"""Creating a profile over HTTP: the four outcomes, in both states, and the cases that a person decides."""

import asyncio
from typing import Any

import pytest

from tests.identity.conftest import PASSWORD, House, OpenHouse

NEW = {
    "name": {"first": "Grace", "last": "Hopper", "middle": "M"},
    "birth_date": "1979-12-09",
    "ssn_last_four": "4321",
    "contact": {
        "address": {"line1": "1 Main St", "city": "Purvis", "state": "ms", "postal_code": "39475"},
        "email": "grace@Example.org",
        "phone": "601 555 0100",
    },
    "user_id": "ghopper",
    "password": "seven paper lanterns",
}
ROSA = {  # as the file of the predecessor system has her
    "name": {"first": "ena", "last": "ROSA"},
    "birth_date": "1980-01-08",
    "ssn": "123451008",
    "license_number": "200008",
}


def profile(**change: Any) -> dict[str, Any]:
    return NEW | change


async def create(house: House, **change: Any) -> Any:
    return await house.post("/profiles", profile(**change))


async def without_account(house: House, user: str) -> None:
    await house.rows("DELETE FROM account WHERE user_name = :user RETURNING 1", user=user)


async def test_a_new_person_gets_an_account_and_is_announced_without_secrets(house: House) -> None:
    answer = await create(house, license_number="777777")
    made = answer.json()
    assert (answer.status_code, made["outcome"], made["user_id"]) == (201, "new", "ghopper")
    assert made["educator_number"].startswith("MS")
    assert (await house.post("/sign-in", {"user_id": "ghopper", "password": NEW["password"]})).status_code == 200
    (registered,) = await house.said("PersonRegistered", made["person_id"])
    assert registered["license_number"] == "777777"
    (state,) = await house.said("PersonState", made["person_id"])
    (mailing,) = await house.said("MailingState", made["person_id"])
    assert state["name"]["last"] == "Hopper"
    assert (mailing["email"], mailing["address"]["state"]) == ("grace@example.org", "MS")
    assert state["_sequence"] == registered["_sequence"] == mailing["_sequence"] > 0
    assert "4321" not in str((registered, state, mailing)) and "1979" not in str((registered, state, mailing))


async def test_ssn_and_birth_date_are_nowhere_in_the_clear(house: House) -> None:
    await create(house, ssn="078051120", ssn_last_four="")
    for table in ("person", "profile_case", "audit", "outbox", "effect", "request", "throttle"):
        rows = str(await house.rows(f"SELECT * FROM {table}"))
        assert "078051120" not in rows
        assert "1979-12-09" not in rows


async def test_imported_history_is_found_and_completed(house: House) -> None:
    await without_account(house, "e.rosa")
    made = (await create(house, **ROSA, ssn_last_four="1008")).json()
    assert (made["outcome"], made["person_id"]) == ("pre_created", str(house.people["e.rosa"]))
    assert (await house.post("/sign-in", {"user_id": "ghopper", "password": NEW["password"]})).status_code == 200
    (registered,) = await house.said("PersonRegistered", house.people["e.rosa"])
    assert registered["license_number"] == "200008"


async def test_an_exact_match_is_reminded_of_the_user_name_and_makes_nothing(house: House) -> None:
    answer = (await create(house, **ROSA)).json()
    assert answer == {"outcome": "exact", "user_id": "e.rosa"} | dict.fromkeys(
        ("person_id", "educator_number", "one_time_password", "case", "referral")
    )
    assert len(await house.rows("SELECT 1 FROM person")) == 9


@pytest.mark.parametrize(
    "change", [{"birth_date": "1980-01-09"}, {"ssn": "123459999"}, {"name": {"first": "Ena", "last": "Miller"}}]
)
async def test_conflicting_data_become_a_case_that_names_whom_to_call(house: House, change: dict[str, Any]) -> None:
    answer = await create(house, **(ROSA | change), district_id=str(house.districts["3700"]))
    made = answer.json()
    assert made["outcome"] == "partial"
    assert made["case"].startswith("C-")
    assert made["referral"]["name"] == "Lna Admin"
    assert made["referral"]["organization"] == "Lamar County School District"
    assert "differ" not in answer.text and "birth" not in answer.text
    assert made["user_id"] is None


async def test_the_same_doubtful_claim_again_is_the_same_case(house: House) -> None:
    claims = [(await create(house, **(ROSA | {"birth_date": "1980-02-02"}))).json() for _ in range(2)]
    assert claims[0]["case"] == claims[1]["case"]
    assert claims[0]["referral"]["phone"] == "(601) 359-3483"


async def test_two_who_claim_to_be_one_person_at_once_make_one_record(house: House) -> None:
    answers = await asyncio.gather(*(create(house, user_id=f"ghopper{n}") for n in range(4)))
    assert sorted(a.json()["outcome"] for a in answers) == ["exact"] * 3 + ["new"]


async def test_a_taken_user_name_is_refused_whatever_its_capitals(house: House) -> None:
    answer = await create(house, user_id="E.Paul")
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "user-name-taken", "user_id")
    assert await house.rows("SELECT 1 FROM person WHERE last = 'Hopper'") == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ssn_last_four": ""}, "ssn_last_four"),
        ({"ssn_last_four": "12"}, "ssn_last_four"),
        ({"ssn": "000-00-0000"}, "ssn"),
        ({"birth_date": "2024-01-01"}, "birth_date"),
        ({"birth_date": "yesterday"}, "birth_date"),
        ({"name": {"first": "", "last": "Hopper"}}, "name.first"),
        ({"contact": {"email": "grace"}}, "email"),
        ({"contact": {"address": {"line1": "x", "city": "", "state": "MS", "postal_code": "39475"}}}, "address.city"),
        ({"user_id": "a b"}, "user_id"),
        ({"password": "Grace Hopper"}, "password"),
        ({"password": "password1"}, "password"),
        ({"district_id": "0190a0a0-0000-7000-8000-000000000000"}, "district_id"),
        ({"shoe_size": 42}, "shoe_size"),
    ],
)
async def test_bad_input_is_refused_by_its_field_and_nothing_is_half_done(
    house: House, change: dict[str, Any], field: str
) -> None:
    answer = await create(house, **change)
    assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text
    assert len(await house.rows("SELECT 1 FROM person")) == 9


async def test_a_second_click_with_the_same_key_makes_nothing_twice(house: House) -> None:
    one, two = [await house.post("/profiles", NEW, key="form-1") for _ in range(2)]
    assert one.json() == two.json()
    assert two.headers["idempotency-replayed"] == "true"


async def test_identities_cannot_be_tried_out(house: House) -> None:
    answers = [(await create(house, **ROSA)).status_code for _ in range(7)]
    assert answers == [201] * 5 + [429] * 2


# ── cases ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def open_case(house: House, **change: Any) -> str:
    """Rosa with another birth date, in Lamar County; the case's id."""
    wrong = ROSA | {"birth_date": "1981-01-08"} | change
    await create(house, **wrong, district_id=str(house.districts["3700"]))
    return str((await house.rows("SELECT id FROM profile_case"))[0]["id"])


async def test_a_case_is_read_by_its_directory_administrator_and_that_is_recorded(house: House) -> None:
    await open_case(house)
    (case,) = (await house.get("/cases", by="l.admin", district_id=str(house.districts["3700"]))).json()
    assert case["differing"] == ["The birth date differs."]
    assert case["people"][0]["person_id"] == str(house.people["e.rosa"])
    assert "1980" not in str(case) and "12345" not in str(case)
    actions = [r["action"] for r in await house.rows("SELECT action, actor FROM audit WHERE action = 'case.read'")]
    assert actions == ["case.read"]


@pytest.mark.parametrize(("by", "status"), [("p.super", 403), ("e.paul", 403), ("l.lee", 403), ("", 401)])
async def test_nobody_else_reads_or_decides_a_case(house: House, by: str, status: int) -> None:
    case_id = await open_case(house)
    path = f"/cases/{case_id}/decision"
    assert (await house.get("/cases", by=by, district_id=str(house.districts["3700"]))).status_code == status
    assert (await house.post(path, {"same_as": None}, by=by)).status_code == status


async def test_somebody_else_becomes_a_new_person(house: House) -> None:
    case_id = await open_case(house)
    answer = await house.post(f"/cases/{case_id}/decision", {"same_as": None}, by="l.admin")
    assert answer.json()["outcome"] == "new"
    assert (await house.post("/sign-in", {"user_id": "ghopper", "password": NEW["password"]})).status_code == 200
    assert (await house.rows("SELECT sealed_claim FROM profile_case"))[0]["sealed_claim"] is None
    again = await house.post(f"/cases/{case_id}/decision", {"same_as": None}, by="l.admin")
    assert (again.status_code, again.json()["code"]) == (409, "case-decided")


async def test_the_same_person_without_an_account_gets_theirs(house: House) -> None:
    await without_account(house, "e.rosa")
    case_id = await open_case(house)
    body = {"same_as": str(house.people["e.rosa"]), "take_claim": True}
    answer = await house.post(f"/cases/{case_id}/decision", body, by="l.admin")
    assert answer.json() == {"outcome": "pre_created", "person_id": str(house.people["e.rosa"])}
    assert (await create(house, **(ROSA | {"birth_date": "1981-01-08"}))).json()["outcome"] == "exact"


async def test_a_decision_never_lets_the_claimant_into_an_account(house: House) -> None:
    case_id = await open_case(house)
    body = {"same_as": str(house.people["e.rosa"])}
    await house.post(f"/cases/{case_id}/decision", body, by="o.officer")
    assert (await house.post("/sign-in", {"user_id": "ghopper", "password": NEW["password"]})).status_code == 401
    assert (await house.post("/sign-in", {"user_id": "e.rosa", "password": PASSWORD})).status_code == 200
    await house.system.drain()
    assert [mail["To"] for mail in house.mails()] == ["e.rosa@example.org"]


async def test_a_case_is_about_its_own_people_only(house: House) -> None:
    case_id = await open_case(house)
    body = {"same_as": str(house.people["e.paul"])}
    answer = await house.post(f"/cases/{case_id}/decision", body, by="l.admin")
    assert (answer.status_code, answer.json()["field"]) == (422, "same_as")


# ── Massachusetts ─────────────────────────────────────────────────────────────────────────────────────────────

MA_NEW = {key: value for key, value in NEW.items() if key not in ("user_id", "ssn_last_four")} | {
    "ssn": "078051120",
    "hint_question": "First school?",
    "hint_answer": "Purvis Elementary",
}


async def test_massachusetts_assigns_the_user_name_and_asks_a_hint(open_house: OpenHouse) -> None:
    house = await open_house("massachusetts")
    refused = await house.post("/profiles", {k: v for k, v in MA_NEW.items() if k != "hint_answer"})
    assert (refused.status_code, refused.json()["field"]) == (422, "hint_question")
    made = (await house.post("/profiles", MA_NEW)).json()
    assert (made["outcome"], made["user_id"][:7], made["one_time_password"]) == ("new", "ghopper", None)
    assert len(made["educator_number"]) == 8
    signed_in = await house.post("/sign-in", {"user_id": made["user_id"], "password": NEW["password"]})
    assert signed_in.status_code == 200


async def test_massachusetts_shows_a_pre_created_profile_its_one_time_password(open_house: OpenHouse) -> None:
    house = await open_house("massachusetts")
    await without_account(house, "e.rosa")
    identity = {key: ROSA[key] for key in ("name", "birth_date", "ssn")}
    made = (await house.post("/profiles", MA_NEW | identity)).json()
    assert made["outcome"] == "pre_created"
    assert made["one_time_password"] not in str(await house.rows("SELECT * FROM request"))
    body = {"user_id": made["user_id"], "password": made["one_time_password"]}
    signed_in = (await house.post("/sign-in", body)).json()
    assert (signed_in["must_change_password"], signed_in["access_token"]) == (True, None)


async def test_massachusetts_needs_the_whole_ssn(open_house: OpenHouse) -> None:
    house = await open_house("massachusetts")
    answer = await house.post("/profiles", MA_NEW | {"ssn": "", "ssn_last_four": "1120"})
    assert (answer.status_code, answer.json()["field"]) == (422, "ssn")
