"""Every letter's text, in both languages and for both states."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest

from services.correspondence.commands import templates
from services.correspondence.domain import letters
from services.correspondence.domain.letters import Letter
from services.correspondence.domain.texts import LANGUAGES, Text, Wording, letterhead, written
from shared.contracts import Envelope, Event, credentials, identity, printing, renewals
from shared.contracts.values import CreditAmount, Name, Original, Reason
from shared.ids import ApplicationId, CreditId, JobId, LicenseId, PersonId, PieceId, ReservationId, new_id
from shared.policies import load
from tests.correspondence.examples import NEXT, NOW, authority, renewed

PERSON, LICENSE, APPLICATION = PersonId(new_id()), LicenseId(new_id()), ApplicationId(new_id())
WHO: dict[str, Any] = {"license_id": LICENSE, "person_id": PERSON}
APPLIED: dict[str, Any] = WHO | {"application_id": APPLICATION}
JOB: dict[str, Any] = APPLIED | {"job_id": JobId(new_id())}
REASON = Reason(code="originals", text="The certificate of May 3 is missing.")
POLICIES = {name: load(name) for name in ("mississippi", "massachusetts")}


def facts() -> list[tuple[Any, Event]]:
    """One fact for each kind of letter."""
    named = WHO | {"number": "MS-1"}
    return [
        (letters.filed, renewals.ApplicationFiled(
            **APPLIED, reference="R-1", kind="renewal", option="A-CEU", district_id=None, filed_at=NOW)),
        (letters.reserved, credentials.CreditsReserved(
            **APPLIED, reservation_id=ReservationId(new_id()), option="A-CEU",
            totals=(CreditAmount(unit="ceu", amount=Decimal("10.0")),),
            originals=(Original(credit_id=None, title="Literacy Institute", must_show=("dates", "amount")),),
            from_valid_until=date(2026, 6, 30), new_valid_until=NEXT.valid_until, policy_version="ms-2025-07")),
        (letters.filing_refused, credentials.FilingRefused(**APPLIED, reason=REASON)),
        (letters.returned, renewals.ApplicationReturned(**APPLIED, reason=REASON, returned_by=authority())),
        (letters.denied, renewals.ApplicationDenied(**APPLIED, reason=REASON, denied_by=authority())),
        (letters.withdrawn, renewals.ApplicationWithdrawn(**APPLIED)),
        (letters.renewed, renewed(**APPLIED)),
        (letters.renewal_refused, credentials.RenewalRefused(**APPLIED, reason=REASON)),
        (letters.renewal_undone, credentials.RenewalUndone(**APPLIED, period=NEXT, back_to=date(2026, 6, 30))),
        (letters.issued, credentials.LicenseIssued(**named, period=NEXT)),
        (letters.changed, credentials.LicenseChanged(**named, changed=("license_class", "periods", "hold"))),
        (letters.expired, credentials.LicenseExpired(**named, valid_until=date(2026, 6, 30))),
        (letters.suspended, credentials.LicenseSuspended(**named, on=date(2026, 3, 1), note="Order 7.")),
        (letters.revoked, credentials.LicenseRevoked(**named, on=date(2026, 3, 1))),
        (letters.reinstated, credentials.LicenseReinstated(**named, on=date(2026, 3, 1))),
        (letters.credit_refused, credentials.CreditRefused(
            person_id=PERSON, credit_id=CreditId(new_id()), reason=REASON)),
        (letters.credit_recalled, credentials.CreditRecalled(
            person_id=PERSON, credit_id=CreditId(new_id()), reason="Wrong person.", application_id=APPLICATION)),
        (letters.piece_held, printing.PieceHeld(**JOB, reason=REASON)),
        (letters.mailed, printing.LicenseMailed(**JOB, piece_id=PieceId(new_id()), mailed_at=NOW)),
        (letters.mail_returned, printing.MailReturned(**JOB, piece_id=PieceId(new_id()), reason="moved")),
        (letters.contact_changed, identity.ContactChanged(person_id=PERSON, changed=("address", "pager"))),
        (letters.name_changed, identity.NameChanged(
            person_id=PERSON, before=Name(first="A", last="B"), after=Name(first="A", last="C"))),
        (letters.merged, identity.PeopleMerged(person_id=PERSON, merged_into=PersonId(new_id()))),
        (letters.unmerged, identity.PeopleUnmerged(person_id=PERSON, was_merged_into=PersonId(new_id()))),
    ]  # fmt: skip


def said(fact: Event) -> Any:
    envelope = Envelope(
        id=new_id(), type=fact.TYPE, source="", at=NOW, subject="", version=1, actor="", cause=None, trace="", topic=""
    )
    return fact.received(envelope)


def text_of(letter: Letter, language: str, policy: str, **more: Any) -> Text:
    """The letter's text, by way of the JSON that the database keeps."""
    data = orjson.loads(orjson.dumps(letter.data | more, default=str))
    kept = {"name": "Maria Lopez", "language": language, "sent_at": datetime(2026, 3, 4, 15, tzinfo=UTC), "data": data}
    return written(templates()[letter.kind].words, letterhead(POLICIES[policy]).words, kept)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("make", "fact"), facts(), ids=lambda value: getattr(value, "__name__", ""))
def test_every_kind_of_letter_can_be_written(make: Any, fact: Event, language: str, policy: str) -> None:
    letter = make(said(fact), POLICIES[policy])
    for more in ({}, {"reference": "R-1", "ends_on": "2026-06-30", "last_safe": "2026-06-12", "district": "North"}):
        text = text_of(letter, language, policy, **more)
        assert text.subject
        assert text.subject in text.body
        assert POLICIES[policy].agency.contacts[0].phone in text.body
        assert not any(slip in text.body + text.subject for slip in ("  ", "{", "None", "\n\n\n\n"))


def test_every_template_has_its_kind_and_every_language() -> None:
    kinds = {make(said(fact), POLICIES["mississippi"]).kind for make, fact in facts()}
    assert set(templates()) == kinds | {"office"}
    assert all(set(found.words) == set(LANGUAGES) for found in templates().values())


def test_a_private_hold_is_told_by_no_letter() -> None:
    fact = said(credentials.LicenseChanged(**WHO, changed=("hold",)))
    assert letters.changed(fact, POLICIES["mississippi"]) is None


def test_the_same_cause_is_the_same_letter_and_another_is_another() -> None:
    policy, fact = POLICIES["mississippi"], said(renewed(**APPLIED))
    again = said(renewed(**APPLIED))
    other = said(renewed(**APPLIED | {"license_id": LicenseId(new_id())}))
    places = [letters.renewed(each, policy).place for each in (fact, again, other)]
    assert places[0] == places[1] != places[2]


@pytest.mark.parametrize(
    ("policy", "words"), [("mississippi", "mailed to your address"), ("massachusetts", "unofficial copy")]
)
def test_paper_is_promised_only_where_the_state_mails_it(policy: str, words: str) -> None:
    assert words in text_of(letters.renewed(said(renewed()), POLICIES[policy]), "en", policy).body


def test_what_an_officer_writes_is_text_and_never_a_template() -> None:
    letter = letters.from_office(PERSON, "k", subject="Hello", text="{{ 7 * 7 }} {% raw %}", by="J. Ortiz")
    assert "{{ 7 * 7 }} {% raw %}" in text_of(letter, "en", "mississippi").body


def test_changed_words_are_a_new_version() -> None:
    assert Wording.of({"a": "x"}).version == Wording.of({"a": "x"}).version != Wording.of({"a": "y"}).version
