"""Credits that agencies award and take back: each has its outcome, once."""

from datetime import date
from decimal import Decimal
from typing import Any

from shared.contracts.credentials import CreditRecalled, CreditRecorded, CreditRefused
from shared.contracts.identity import PersonState
from shared.contracts.renewals import ApplicationReturned
from shared.contracts.values import CreditAmount, Name, Reason
from shared.ids import PersonId, new_id
from tests.credentials.conftest import Office


async def licensed(office: Office, license_class: str = "A", **columns: Any) -> tuple[PersonId, dict[str, Any]]:
    person = await office.person()
    return person, await office.license(person, license_class, **columns)


async def test_an_awarded_credit_is_recorded_with_the_period_it_counts_toward(office: Office) -> None:
    person, license = await licensed(office)
    award = office.awarded(person, "1.5")
    await office.said_and_done(award)
    [recorded] = await office.said(CreditRecorded)
    assert (recorded.credit_id, recorded.receipt_id, recorded.source) == (award.credit_id, award.receipt_id, "mde")
    assert str(recorded.license_id) == license["license_id"]
    assert recorded.counts_toward is not None and recorded.counts_toward.valid_until == date(2026, 6, 30)
    [credit] = (await office.page(license["number"], person))["credits"]
    assert (credit["credit_type"]["code"], credit["amount"], credit["counts"]) == ("elearning", "1.5", True)


async def test_semi_counts_for_a_career_administrator_and_for_nobody_else(office: Office) -> None:
    person, _ = await licensed(office)
    admin, _ = await licensed(office, "AA", license_type="career_administrator")
    await office.said_and_done(office.awarded(person, "6", "semi"), office.awarded(admin, "6", "semi"))
    [refused] = await office.said(CreditRefused)
    assert (refused.person_id, refused.reason.code, refused.reason.field) == (
        person,
        "credit-not-usable",
        "credit_type",
    )
    [recorded] = await office.said(CreditRecorded)
    assert recorded.person_id == admin


async def test_a_credit_finds_the_license_that_takes_its_unit(office: Office) -> None:
    person, _ = await licensed(office)
    admin = await office.license(person, "AA", license_type="career_administrator")
    await office.said_and_done(office.awarded(person, "6", "semi"))
    [recorded] = await office.said(CreditRecorded)
    assert str(recorded.license_id) == admin["license_id"]


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"amount": CreditAmount(unit="ceu", amount=Decimal("0.3"))}, "credit-too-small", "amount"),
    ({"contact_hours": Decimal(12)}, "credit-amounts-disagree", "contact_hours"),
    ({"completed_on": date(2021, 6, 30)}, "credit-outside-validity", "completed_on"),
    ({"completed_on": date(2026, 3, 5)}, "credit-not-finished", "completed_on"),
    ({"started_on": date(2025, 5, 4)}, "credit-dates-reversed", "completed_on"),
    ({"amount": CreditAmount(unit="pdp", amount=Decimal(15))}, "credit-type-unknown", "unit"),
]


async def test_a_credit_that_cannot_count_is_refused_with_field_and_reason(office: Office) -> None:
    person, license = await licensed(office)
    awards = [office.awarded(person, **changes) for changes, _, _ in REFUSED]
    await office.said_and_done(*awards)
    said = {
        refused.receipt_id: (refused.reason.code, refused.reason.field) for refused in await office.said(CreditRefused)
    }
    assert [said[award.receipt_id] for award in awards] == [(code, field) for _, code, field in REFUSED]
    assert (await office.page(license["number"], person))["credits"] == []


async def test_a_credit_of_somebody_without_a_license_is_kept_and_counts_later(office: Office) -> None:
    person = await office.person()
    await office.said_and_done(office.awarded(person))
    [recorded] = await office.said(CreditRecorded)
    assert (recorded.license_id, recorded.counts_toward) == (None, None)
    license = await office.license(person)
    assert [credit["counts"] for credit in (await office.page(license["number"], person))["credits"]] == [True]


async def test_an_award_that_is_said_again_is_recorded_once_and_receipted_again(office: Office) -> None:
    person, license = await licensed(office)
    award = office.awarded(person)
    await office.said_and_done(award, award.model_copy(update={"receipt_id": new_id()}))
    assert [recorded.credit_id for recorded in await office.said(CreditRecorded)] == [award.credit_id] * 2
    assert len((await office.page(license["number"], person))["credits"]) == 1


async def test_an_award_that_comes_again_with_other_values_is_refused(office: Office) -> None:
    person, license = await licensed(office)
    award = office.awarded(person)
    await office.said_and_done(award, award.model_copy(update={"amount": CreditAmount(unit="ceu", amount=Decimal(9))}))
    [refused] = await office.said(CreditRefused)
    assert (refused.reason.code, refused.reason.field) == ("credit-already-awarded", "reference")
    assert [c["amount"] for c in (await office.page(license["number"], person))["credits"]] == ["1"]


async def test_the_same_training_from_elsewhere_is_a_duplicate(office: Office) -> None:
    person, _ = await licensed(office)
    award = office.awarded(person)
    await office.said_and_done(award, office.awarded(person, title=award.title))
    [refused] = await office.said(CreditRefused)
    assert (refused.reason.code, refused.reason.text) == (
        "credit-duplicate",
        "Already listed May 3: same training and dates.",
    )


async def test_a_recalled_credit_counts_no_more_and_says_why(office: Office) -> None:
    person, license = await licensed(office)
    award = office.awarded(person)
    recall = office.recalled(award)
    await office.said_and_done(award, recall)
    [fact] = await office.said(CreditRecalled)
    assert (fact.receipt_id, fact.application_id) == (recall.receipt_id, None)
    [credit] = (await office.page(license["number"], person))["credits"]
    assert (credit["counts"], credit["why_not"]["text"]) == (False, "mde took it back: entered twice")


async def test_a_recall_before_its_award_leaves_a_mark_that_refuses_it(office: Office) -> None:
    person, license = await licensed(office)
    award = office.awarded(person)
    await office.said_and_done(office.recalled(award))
    await office.said_and_done(award)
    assert [fact.credit_id for fact in await office.said(CreditRecalled)] == [award.credit_id]
    [refused] = await office.said(CreditRefused)
    assert refused.reason.text == "mde took it back: entered twice"
    assert (await office.page(license["number"], person))["credits"] == []


async def test_a_recall_before_the_approval_breaks_the_filing(office: Office) -> None:
    person, license = await licensed(office)
    award = office.awarded(person, "10")
    filed = office.filed(license, "A-CEU")
    await office.said_and_done(award)
    await office.said_and_done(filed)
    await office.said_and_done(office.recalled(award))
    [fact] = await office.said(CreditRecalled)
    assert fact.application_id == filed.application_id
    await office.said_and_done(office.approved(filed, await office.reservation_of(filed.application_id)))
    assert len((await office.shown(license["number"], person))["periods"]) == 1
    returned = ApplicationReturned(
        application_id=filed.application_id, license_id=filed.license_id, person_id=person,
        reason=Reason(code="credit-recalled", text="A credit was taken back"),
    )  # fmt: skip
    await office.said_and_done(returned)
    assert (await office.page(license["number"], person))["open_filing"] is None


async def test_a_recall_that_leaves_enough_leaves_the_filing(office: Office) -> None:
    person, license = await licensed(office, "AA")
    awards = [office.awarded(person, "4", completed_on=date(2024, 1, 1)), office.awarded(person, "4")]
    await office.said_and_done(*awards)
    filed = office.filed(license, "AA-CEU")
    await office.said_and_done(filed)
    spare = office.awarded(person, "4", completed_on=date(2025, 9, 1))
    await office.said_and_done(spare)
    await office.said_and_done(office.recalled(spare))
    [fact] = await office.said(CreditRecalled)
    assert fact.application_id is None
    assert (await office.page(license["number"], person))["open_filing"]["application_id"] == str(filed.application_id)


async def test_a_recall_after_the_approval_opens_a_case_and_stops_the_paper(office: Office) -> None:
    person, license = await licensed(office)
    award = office.awarded(person, "10")
    await office.said_and_done(award)
    filed = await office.renewed(license)
    await office.said_and_done(office.recalled(award))
    [fact] = await office.said(CreditRecalled)
    assert fact.application_id == filed.application_id
    path, printing = f"/clearance/{license['license_id']}?period_until=2031-06-30", office.signed("printing")
    asked = await office.system.ask("GET", "credentials", path, headers=printing)
    assert (asked.json()["cleared"], asked.json()["reason"]["code"]) == (False, "credit-recalled")
    cases = (await office.system.get("credentials", "/cases", office.officer())).json()
    [case] = [case for case in cases if case["license_id"] == license["license_id"]]
    assert (case["kind"], case["agency"], case["note"]) == ("recall", "mde", "entered twice")
    close = f"/cases/{case['case_id']}/close"
    closed = await office.system.post("credentials", close, {"outcome": "The license stands"}, office.officer())
    assert closed.status_code == 200
    again = await office.system.post("credentials", close, {"outcome": "The license stands"}, office.officer())
    assert (again.status_code, again.json()["code"]) == (409, "case-closed")
    asked = await office.system.ask("GET", "credentials", path, headers=printing)
    assert asked.json()["cleared"] is True


async def test_a_merged_persons_credits_and_licenses_are_read_together_and_apart_again(office: Office) -> None:
    stays, license = await licensed(office)
    goes = await office.person()
    name = Name(first="Rosa", last="Lopez")
    state = PersonState(person_id=goes, educator_number=f"E{office.number}", name=name, merged_into=stays)
    await office.said_and_done(office.awarded(goes, "10"))
    await office.system.say(state, version=2)
    await office.system.drain()
    assert [c["counts"] for c in (await office.page(license["number"], stays))["credits"]] == [True]
    mine = await office.system.get("credentials", "/licenses", office.token(goes))
    assert [each["number"] for each in mine.json()] == [license["number"]]
    await office.said_and_done(office.filed(license, "A-CEU", person_id=goes))
    assert (await office.page(license["number"], stays))["open_filing"] is not None
    await office.system.say(state.model_copy(update={"merged_into": None}), version=3)
    await office.system.say(state, version=2)  # an older state that comes late
    await office.system.drain()
    assert (await office.page(license["number"], stays))["credits"] == []


async def test_many_credits_are_loaded_in_batches_each_once(office: Office) -> None:
    person, license = await licensed(office)
    others = [await office.person() for _ in range(3)]
    awards = [
        office.awarded(each, title=f"Module {number}", completed_on=date(2024, 1 + number % 12, 1 + number % 28))
        for number in range(150)
        for each in (person, *others)
    ]
    await office.said_and_done(*awards)
    counted = "SELECT count(*) AS n FROM credit WHERE person_id = ANY(CAST(:ids AS uuid[]))"
    [row] = await office.rows(counted, ids=[person, *others])
    assert row.n == 600
    assert len(await office.said(CreditRecorded)) == 600
    assert len((await office.page(license["number"], person))["credits"]) == 150


async def test_an_erased_persons_number_is_forgotten(office: Office) -> None:
    person, license = await licensed(office)
    topic = PersonState.TOPIC.name
    await office.system.publish(topic, None, key=str(person).encode())
    await office.system.drain()
    [row] = await office.rows("SELECT educator_number, districts FROM person WHERE person_id = :id", id=person)
    assert (row.educator_number, row.districts) == (None, [])
    assert (await office.shown(license["number"], person))["status"] == "active"
