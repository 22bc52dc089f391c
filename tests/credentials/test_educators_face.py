"""What an educator sees and enters: every refusal as problem+json that names the field."""

from typing import Any

import pytest

from shared.contracts.credentials import CreditRecorded
from shared.ids import new_id
from shared.tokens import Role
from tests.credentials.conftest import DISTRICT, Office

REFUSED: list[tuple[dict[str, Any], str, str, str | None]] = [
    (
        {"contact_hours": "3"},
        "credit-too-small", "contact_hours", "3 contact hours is 0.3 CEU. At least 0.5 CEU (5 hours) counts.",
    ),
    (
        {"amount": "0.8", "contact_hours": "10"},
        "credit-amounts-disagree", "contact_hours",
        "0.8 CEU and 10 hours disagree; 1 CEU is 10 hours. Correct one.",
    ),
    (
        {"amount": "1", "completed_on": "2026-07-02"},
        "credit-outside-validity", "completed_on",
        "July 2, 2026 is after your license ends (June 30, 2026).",
    ),
    ({"amount": "1", "credit_type": "semi"}, "credit-not-yours-to-enter", "credit_type", None),
    ({"amount": "1", "credit_type": "nap"}, "credit-type-unknown", "credit_type", None),
    ({}, "credit-amount-missing", "amount", None),
    ({"amount": "-1"}, "invalid", "amount", None),
    ({"amount": "1", "title": "  "}, "invalid", "title", None),
    ({"amount": "1", "titel": "x"}, "invalid", "titel", None),
    ({"amount": "1", "completed_on": "yesterday"}, "invalid", "completed_on", None),
    ({"amount": "1", "completed_on": None}, "invalid", "completed_on", None),
]  # fmt: skip


async def test_a_credit_is_refused_naming_the_field(office: Office) -> None:
    person = await office.person()
    license = await office.license(person)
    for given, code, field, detail in REFUSED:
        answer = await office.enter(license["number"], person, **given)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), given
        problem = answer.json()
        assert (problem["code"], problem["field"]) == (code, field)
        assert detail is None or problem["detail"] == detail
    assert await office.rows("SELECT 1 FROM credit WHERE person_id = :person", person=person) == []


async def test_an_entered_credit_moves_the_meter_and_opens_filing(office: Office) -> None:
    person = await office.person()
    license = await office.license(person)
    number = license["number"]
    page = await office.page(number, person)
    assert [(o["code"], o["can_file"]) for o in page["options"]][:3] == [
        ("A-CEU", False), ("A-MIXED", False), ("A-HOURS", False),
    ]  # fmt: skip
    assert (page["last_safe_date"], page["can_file"]) == ("2026-06-12", False)
    await office.enter(number, person, amount="4.5")
    page = await office.page(number, person)
    assert page["options"][0]["lines"][0]["text"] == "4.5 of 10 CEU · 5.5 still needed"
    assert page["options"][0]["obstacle"]["text"] == "Still needed for 10 CEU: 5.5 CEU."
    retirement = next(option for option in page["options"] if option["code"] == "RETIREMENT")
    assert (retirement["met"], retirement["opens_on"]) == (False, "2025-07-01")
    await office.enter(number, person, title="Another", contact_hours="55")
    page = await office.page(number, person)
    assert (page["can_file"], page["options"][0]["met"]) == (True, True)
    await office.system.drain()
    assert [str(fact.amount.amount) for fact in await office.said(CreditRecorded)] == ["4.5", "5.5"]


async def test_the_same_training_is_entered_once_and_the_same_request_answered_twice(office: Office) -> None:
    person = await office.person()
    license = await office.license(person)
    path, token = f"/licenses/{license['number']}/credits", office.token(person)
    entry = {"title": "Reading", "provider": "Institute", "completed_on": "2025-05-03", "amount": "1"}
    first = await office.system.post("credentials", path, entry, token, key="k1")
    again = await office.system.post("credentials", path, entry, token, key="k1")
    assert (first.status_code, again.status_code, first.json()) == (201, 201, again.json())
    other = await office.system.post("credentials", path, entry, token, key="k2")
    assert (other.status_code, other.json()["code"]) == (422, "credit-duplicate")


async def test_an_educator_takes_out_what_they_entered_and_nothing_else(office: Office) -> None:
    person = await office.person()
    license = await office.license(person)
    entered = (await office.enter(license["number"], person, amount="1")).json()
    await office.said_and_done(award := office.awarded(person))

    async def take_out(credit_id: Any, who: Any = person) -> int:
        answer = await office.system.ask("DELETE", "credentials", f"/credits/{credit_id}", office.token(who))
        return answer.status_code

    assert await take_out(entered["credit_id"], who=new_id()) == 404
    assert await take_out(award.credit_id) == 404
    assert await take_out(entered["credit_id"]) == 204
    page = await office.page(license["number"], person)
    assert {credit["source"]: credit["counts"] for credit in page["credits"]} == {"educator": False, "mde": True}


async def test_a_credit_that_a_filing_rests_on_stays(office: Office) -> None:
    person = await office.person()
    license = await office.license(person)
    entered = (await office.enter(license["number"], person, amount="10")).json()
    await office.said_and_done(office.filed(license, "A-CEU"))
    path = f"/credits/{entered['credit_id']}"
    answer = await office.system.ask("DELETE", "credentials", path, office.token(person))
    assert (answer.status_code, answer.json()["code"]) == (422, "credit-reserved")


async def test_the_plan_is_the_cheapest_lawful_way(office: Office) -> None:
    person = await office.person()
    license = await office.license(person)
    path = f"/licenses/{license['number']}/plan"
    plans = (await office.system.get("credentials", path, office.token(person))).json()
    assert (plans[0]["option"]["name"], plans[0]["cost"]) == ("10 CEU", "100")
    assert plans[0]["file_by"] == "2026-06-12"
    priced = await office.system.get("credentials", path, office.token(person), price="semester_hours:1")
    assert priced.json()[0]["option"]["name"] == "6 semester hours"
    wrong = await office.system.get("credentials", path, office.token(person), price="gold:1")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "price")


@pytest.mark.parametrize(
    ("role", "own_district", "status"),
    [
        ("superintendent", True, 200),
        ("designee", True, 200),
        ("superintendent", False, 404),
        ("licensing_officer", False, 200),
        ("educator", True, 404),
        ("print_shop", True, 404),
    ],
)
async def test_a_license_is_seen_by_its_holder_their_district_and_the_office(
    office: Office, role: str, own_district: bool, status: int
) -> None:
    person = await office.person()
    license = await office.license(person)
    district = DISTRICT if own_district else new_id()
    token = office.system.token(new_id(), "Somebody", Role(role, district))  # type: ignore[arg-type]
    for path in ("", "/development", "/plan"):
        answer = await office.system.get("credentials", f"/licenses/{license['number']}{path}", token)
        assert answer.status_code == status, path
    assert (await office.system.get("credentials", f"/licenses/{license['number']}")).status_code == 401
    entered = await office.system.post(
        "credentials", f"/licenses/{license['number']}/credits",
        {"title": "X", "provider": "Y", "completed_on": "2025-05-03", "amount": "1"}, token,
    )  # fmt: skip
    assert entered.status_code == 404
    read = await office.rows("SELECT actor FROM audit WHERE subject = :number", number=license["number"])
    assert len(read) == (3 if status == 200 else 0)


async def test_massachusetts_counts_pdp_by_group_on_the_same_page(massachusetts: Office) -> None:
    person = await massachusetts.person()
    license = await massachusetts.license(
        person, "", license_type="professional", effective_from="2021-09-10", valid_until="2026-09-09"
    )
    wrong = await massachusetts.enter(license["number"], person, credit_type="pdp", amount="20")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "group")
    for group in ("content", "pedagogy", "sei_esl", "disabilities"):
        await massachusetts.enter(license["number"], person, credit_type="pdp", title=group, amount="20", group=group)
    hours = {"credit_type": "coursework", "title": "Course", "amount": "3", "group": "elective"}
    await massachusetts.enter(license["number"], person, **hours)
    page = await massachusetts.page(license["number"], person)
    primary = page["options"][0]
    assert [line["still_needed"] for line in primary["lines"]] == ["2.5", "0", "0", "0", "0"]
    assert [type_["code"] for type_ in page["credit_types"]] == ["pdp", "coursework"]


async def test_renewals_asks_whether_this_person_may_file(office: Office) -> None:
    person = await office.person()
    license = await office.license(person)
    await office.enter(license["number"], person, amount="10")

    async def ask(who: Any, option: str = "", **headers: str) -> Any:
        path = f"/check-filing?license_id={license['license_id']}&option={option}"
        signed = office.signed("renewals") | headers
        return await office.system.ask("GET", "credentials", path, office.token(who), headers=signed)

    may = (await ask(person, "A-CEU")).json()
    assert (may["allowed"], may["reason"], may["new_valid_until"]) == (True, None, "2031-06-30")
    assert (await ask(person, "A-HOURS")).json()["reason"]["code"] == "requirement-not-met"
    assert (await ask(person, "B")).json()["reason"]["code"] == "option-unknown"
    assert (await ask(person)).json()["allowed"] is True
    assert (await ask(new_id(), "A-CEU")).status_code == 404
    assert (await ask(person, "A-CEU", **office.signed("lookup"))).status_code == 403
