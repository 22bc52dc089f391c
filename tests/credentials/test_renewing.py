"""From a filing to a renewed license, on the real broker and database."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.credentials import (
    CreditsReserved,
    FilingRefused,
    LicenseRenewed,
    LicenseState,
    RenewalRefused,
    RenewalUndone,
)
from shared.contracts.renewals import ApplicationDenied, ApplicationReturned, ApplicationWithdrawn, RenewalReversed
from shared.contracts.values import Reason
from shared.ids import PersonId
from tests.credentials.conftest import LEE, Office, license_id_of

NEW_END = date(2031, 6, 30)


async def ready(office: Office, *amounts: str) -> dict[str, Any]:
    """A Class A license with these CEU."""
    person = await office.person()
    license = await office.license(person)
    for place, amount in enumerate(amounts or ("6", "4")):
        entered = await office.enter(license["number"], person, title=f"Training {place}", amount=amount)
        assert entered.status_code == 201, entered.text
    return license


async def test_a_filing_that_is_earned_sets_its_credits_aside(office: Office) -> None:
    license = await ready(office, "6", "4", "3")
    filed = office.filed(license, "A-CEU")
    await office.said_and_done(filed)
    [reserved] = await office.said(CreditsReserved)
    assert (reserved.application_id, reserved.license_id) == (filed.application_id, license_id_of(license))
    assert [(total.unit, str(total.amount)) for total in reserved.totals] == [("ceu", "10")]
    assert (reserved.from_valid_until, reserved.new_valid_until) == (date(2026, 6, 30), NEW_END)
    assert [original.title for original in reserved.originals] == [
        "CEU certificate: Training 0", "CEU certificate: Training 1",
    ]  # fmt: skip
    assert reserved.originals[0].must_show == ("dates", "educator", "training", "agency", "signature", "amount")
    page = await office.page(license["number"], reserved.person_id)
    assert [credit["reserved"] for credit in sorted(page["credits"], key=lambda c: c["title"])] == [True, True, False]
    assert page["obstacle"]["code"] == "already-filed"


@pytest.mark.parametrize(
    ("amounts", "option", "code"),
    [
        (("6", "3.5"), "A-CEU", "requirement-not-met"),
        (("10",), "A-HOURS", "requirement-not-met"),
        (("10",), "AA-CEU", "option-unknown"),
    ],
)
async def test_a_filing_that_is_not_earned_is_refused_with_the_reason(
    office: Office, amounts: tuple[str, ...], option: str, code: str
) -> None:
    license = await ready(office, *amounts)
    filed = office.filed(license, option)
    await office.said_and_done(filed)
    [refused] = await office.said(FilingRefused)
    assert (refused.application_id, refused.reason.code) == (filed.application_id, code)
    reserved = "SELECT 1 FROM reservation WHERE application_id = :id"
    assert await office.rows(reserved, id=filed.application_id) == []


async def test_a_second_filing_for_the_same_period_is_refused(office: Office) -> None:
    license = await ready(office, "10", "10")
    await office.said_and_done(office.filed(license, "A-CEU"), office.filed(license, "A-CEU"))
    assert len(await office.said(CreditsReserved)) == 1
    [refused] = await office.said(FilingRefused)
    assert refused.reason.code == "already-filed"


async def test_somebody_elses_license_cannot_be_filed_for(office: Office) -> None:
    license = await ready(office, "10")
    other = await office.person()
    await office.said_and_done(office.filed(license, "A-CEU", person_id=other))
    [refused] = await office.said(FilingRefused)
    assert refused.reason.code == "license-not-found"


async def test_an_approval_extends_the_license_and_says_so(office: Office) -> None:
    license = await ready(office)
    filed = await office.renewed(license)
    [renewed] = await office.said(LicenseRenewed)
    assert renewed.application_id == filed.application_id
    assert (renewed.previous_until, renewed.period.effective_from) == (date(2026, 6, 30), date(2026, 7, 1))
    assert renewed.period.valid_until == NEW_END
    shown = await office.shown(license["number"], filed.person_id)
    assert [(p["effective_from"], p["valid_until"], p["earning_from"]) for p in shown["periods"]] == [
        ("2021-07-01", "2026-06-30", "2021-07-01"),
        ("2026-07-01", "2031-06-30", "2026-03-04"),
    ]
    state = (await office.said(LicenseState))[-1]
    assert [period.valid_until for period in state.periods] == [date(2026, 6, 30), NEW_END]
    assert state.periods[-1].application_id == str(filed.application_id)
    assert (renewed.said.version, state.said.version) == (shown["version"], shown["version"])


async def test_the_credits_of_a_renewal_are_spent(office: Office) -> None:
    license = await ready(office)
    filed = await office.renewed(license)
    page = await office.page(license["number"], filed.person_id)
    assert {credit["why_not"]["code"] for credit in page["credits"]} == {"credit-used"}
    assert page["obstacle"]["code"] == "period-not-begun"


async def test_a_replayed_approval_renews_once_and_says_nothing_more(office: Office) -> None:
    license = await ready(office)
    filed = await office.renewed(license)
    again = office.approved(filed, await office.reservation_of(filed.application_id))
    await office.said_and_done(again, again)
    assert len(await office.said(LicenseRenewed)) == 1
    assert await office.said(RenewalRefused) == []


async def test_a_second_approval_of_the_same_period_is_refused(office: Office) -> None:
    license = await ready(office)
    filed = await office.renewed(license)
    other = office.filed(license, "A-CEU")
    await office.said_and_done(office.approved(other, await office.reservation_of(filed.application_id)))
    [refused] = await office.said(RenewalRefused)
    assert (refused.application_id, refused.reason.code) == (other.application_id, "period-already-renewed")
    assert len((await office.shown(license["number"], filed.person_id))["periods"]) == 2


async def test_a_suspended_license_is_not_extended_and_its_filing_says_why(office: Office) -> None:
    license = await ready(office)
    filed = office.filed(license, "A-CEU")
    await office.said_and_done(filed)
    path = f"/licenses/{license['license_id']}/suspend"
    answer = await office.system.post("credentials", path, {"note": "Order 12"}, office.officer())
    assert answer.status_code == 200
    await office.said_and_done(office.approved(filed, await office.reservation_of(filed.application_id)))
    [refused] = await office.said(RenewalRefused)
    assert (refused.reason.code, refused.reason.text) == (
        "license-not-in-good-standing",
        "This license is suspended; it can't be renewed.",
    )


async def test_an_approval_of_an_unknown_license_is_refused_and_blocks_nobody(office: Office) -> None:
    license = await ready(office)
    unknown = office.filed(license | {"license_id": license["person_id"]}, "A-CEU")
    await office.said_and_done(office.approved(unknown, unknown.application_id))
    await office.renewed(license)
    [refused] = await office.said(RenewalRefused)
    assert refused.reason.code == "license-not-found"
    assert len(await office.said(LicenseRenewed)) == 1
    assert await office.rows("SELECT 1 FROM dead_letter") == []


async def test_an_approval_without_its_credits_is_refused(office: Office) -> None:
    license = await ready(office)
    filed = office.filed(license, "A-CEU")
    await office.said_and_done(office.approved(filed, filed.application_id))
    [refused] = await office.said(RenewalRefused)
    assert refused.reason.code == "credits-not-reserved"


async def test_a_timely_filing_survives_the_end_of_its_license(office: Office) -> None:
    license = await ready(office)
    filed = office.filed(license, "A-CEU")
    await office.said_and_done(filed)
    office.system.clock.move(days=150)
    await office.said_and_done(office.approved(filed, await office.reservation_of(filed.application_id)))
    [renewed] = await office.said(LicenseRenewed)
    assert renewed.period.effective_from == date(2026, 7, 1)


@pytest.mark.parametrize("ending", [ApplicationReturned, ApplicationDenied, ApplicationWithdrawn])
async def test_a_return_denial_or_withdrawal_frees_credits_and_method(office: Office, ending: Any) -> None:
    license = await ready(office)
    filed = office.filed(license, "A-CEU")
    await office.said_and_done(filed)
    mixed = {"credit_type": "coursework", "title": "Methods", "amount": "3"}
    refused = await office.enter(license["number"], filed.person_id, **mixed)
    assert refused.status_code == 422
    assert refused.json()["detail"] == "You filed under 10 CEU on March 4; college credit can't be mixed in."
    ended = {
        "application_id": filed.application_id, "license_id": filed.license_id, "person_id": filed.person_id,
        "reason": Reason(code="fix", text="Show the certificate"), "denied_by": LEE, "returned_by": LEE,
    }  # fmt: skip
    await office.said_and_done(ending.model_validate(ended))
    page = await office.page(license["number"], filed.person_id)
    assert (page["open_filing"], page["can_file"]) == (None, True)
    assert (await office.enter(license["number"], filed.person_id, **mixed)).status_code == 201


async def test_a_returned_application_may_be_filed_again_under_another_option(office: Office) -> None:
    license = await ready(office)
    filed = office.filed(license, "A-CEU")
    returned = ApplicationReturned(
        application_id=filed.application_id, license_id=filed.license_id, person_id=filed.person_id,
        reason=Reason(code="fix", text="Show the transcript"),
    )  # fmt: skip
    await office.said_and_done(filed, returned)
    await office.enter(license["number"], filed.person_id, credit_type="coursework", title="Methods", amount="6")
    await office.said_and_done(filed.model_copy(update={"option": "A-HOURS"}))
    assert [reserved.option for reserved in await office.said(CreditsReserved)] == ["A-CEU", "A-HOURS"]


async def test_an_undone_renewal_takes_the_period_back_and_frees_the_credits(office: Office) -> None:
    license = await ready(office)
    filed = await office.renewed(license)
    undone = RenewalReversed(
        application_id=filed.application_id, license_id=filed.license_id, person_id=filed.person_id,
        reason="wrong person", reversed_by=LEE,
    )  # fmt: skip
    await office.said_and_done(undone, undone)
    [fact] = await office.said(RenewalUndone)
    assert (fact.period.valid_until, fact.back_to) == (NEW_END, date(2026, 6, 30))
    assert [p.valid_until for p in (await office.said(LicenseState))[-1].periods] == [date(2026, 6, 30)]
    page = await office.page(license["number"], filed.person_id)
    assert page["can_file"] is True
    await office.renewed(license)
    assert len(await office.said(LicenseRenewed)) == 2


async def test_what_is_earned_after_an_early_filing_counts_for_the_next_period(office: Office) -> None:
    license = await ready(office)
    filed = await office.renewed(license)
    office.system.clock.move(days=30)
    before = await office.enter(license["number"], filed.person_id, title="Before", amount="1")
    after = await office.enter(license["number"], filed.person_id, title="After", amount="1", completed_on="2026-03-20")
    assert (before.status_code, before.json()["code"]) == (422, "credit-outside-validity")
    assert (after.status_code, after.json()["counts"]) == (201, True)


async def test_a_retirement_letter_renews_in_the_last_year_without_credits(office: Office) -> None:
    license = await ready(office, "1")
    await office.said_and_done(office.filed(license, "RETIREMENT", attested=("retirement_letter",)))
    [reserved] = await office.said(CreditsReserved)
    assert [(original.title, original.credit_id) for original in reserved.originals] == [("Retirement letter", None)]


@pytest.mark.parametrize(("unit", "amount", "option"), [("ceu", "10", "A-CEU"), ("semester_hours", "6", "A-HOURS")])
async def test_what_the_department_loaded_needs_no_original(
    office: Office, unit: str, amount: str, option: str
) -> None:
    person = await office.person()
    license = await office.license(person)
    await office.said_and_done(office.awarded(person, amount, unit))
    [credit] = (await office.page(license["number"], person))["credits"]
    assert credit["original"] is None
    await office.said_and_done(office.filed(license, option))
    [reserved] = await office.said(CreditsReserved)
    assert reserved.originals == ()


async def test_a_page_names_the_originals_that_filing_will_ask_for(office: Office) -> None:
    license = await ready(office, "6", "4", "3")
    person = PersonId(UUID(license["person_id"]))
    page = await office.page(license["number"], person)
    named = [c for c in page["options"][0]["sets_aside"] if _credit_of(page, c)["original"]]
    await office.said_and_done(office.filed(license, "A-CEU"))
    [reserved] = await office.said(CreditsReserved)
    assert named == [str(original.credit_id) for original in reserved.originals]
    assert [option["sets_aside"] for option in page["options"] if not option["can_file"]] == [[]] * 5


async def test_what_one_license_s_filing_holds_moves_no_meter_of_another(office: Office) -> None:
    license = await ready(office)
    person = PersonId(UUID(license["person_id"]))
    other = await office.license(person)
    await office.said_and_done(office.filed(license, "A-CEU"))
    for number, have in ((license["number"], "10"), (other["number"], "0")):
        [option, *_] = (await office.page(number, person))["options"]
        assert (option["lines"][0]["have"], option["can_file"]) == (have, False)
    refused = office.filed(other, "A-CEU")
    await office.said_and_done(refused)
    assert [said.application_id for said in await office.said(FilingRefused)] == [refused.application_id]


def _credit_of(page: dict[str, Any], credit_id: str) -> dict[str, Any]:
    return next(credit for credit in page["credits"] if credit["credit_id"] == credit_id)
