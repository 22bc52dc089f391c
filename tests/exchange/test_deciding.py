"""What becomes of a message, as a table: whom it names, what was said of its reference before, what may be a credit."""

from datetime import date
from typing import Any

import pytest

from services.exchange.domain.credits import History, Said, credit_id_of, fingerprint_of
from services.exchange.domain.people import Directory, License, Person, spoken
from services.exchange.domain.receiving import Arrival, Known, Outcome, decide
from shared.contracts.agency import CreditsAwarded, CreditsRecalled, Foreign
from shared.ids import LicenseId, PersonId, ReceiptId, new_id
from shared.policies import load
from tests.exchange.agency import AWARD

ANA = Person(PersonId(new_id()), frozenset({"nunezreed", "nunez"}))
LEE = Person(PersonId(new_id()), frozenset({"lee"}))
LOST = PersonId(new_id())  # merged into Ana
DIRECTORY = Directory(
    by_number={"10000017": ANA, "10000025": LEE},
    by_license={
        "245178": License(LicenseId(new_id()), ANA.person_id, ANA),
        "300001": License(LicenseId(new_id()), PersonId(new_id()), None),
    },
    remaining={LOST: ANA.person_id},
)


def award(**changes: Any) -> CreditsAwarded:
    return CreditsAwarded.model_validate(AWARD | changes)


def recall(**changes: Any) -> CreditsRecalled:
    given = {"educator_number": "10000017", "reference": "W-2231", "reason": "Not held"}
    return CreditsRecalled.model_validate(given | changes)


def before(person_id: PersonId = ANA.person_id, state: str = "accepted", **more: Any) -> Said:
    given: dict[str, Any] = {"recalls": False, "fingerprint": fingerprint_of(award())} | more
    credit_id = credit_id_of("mde", "W-2231")
    return Said(ReceiptId(new_id()), credit_id, person_id=person_id, state=state, **given)


def decided(message: Foreign, *said: Said) -> Outcome:
    credits = {credit_id_of("mde", "W-2231"): History(list(said))}
    known = Known(DIRECTORY, date(2026, 3, 4), load("mississippi"), credits)
    [outcome] = decide([Arrival(ReceiptId(new_id()), "mde", "urn:mde:pd", "1", message)], known)
    return outcome


BY_LICENSE = {"educator_number": None, "license_number": "245178"}


@pytest.mark.parametrize(("changes", "code"), [
    ({}, ""),
    ({"last_name": "NÚÑEZ REED"}, ""),
    ({"last_name": "Nunez-Reed, Jr."}, ""),
    ({"last_name": "Reed"}, "name-disagrees"),
    (BY_LICENSE | {"last_name": "Nunez"}, ""),
    (BY_LICENSE | {"last_name": "Lee"}, "name-disagrees"),
    ({"license_number": "245178"}, ""),
    ({"educator_number": "10000025", "license_number": "245178"}, "license-of-another"),
    ({"educator_number": "99999999"}, "educator-unknown"),
    (BY_LICENSE | {"license_number": "7", "last_name": "Lee"}, "license-unknown"),
    (BY_LICENSE | {"license_number": "300001", "last_name": "Lee"}, "holder-unknown"),
    ({"unit": "pdp"}, "unit-not-taken"),
    ({"amount": "0.4", "contact_hours": None}, "amount-too-small"),
    ({"amount": "51", "contact_hours": None}, "amount-too-large"),
    ({"contact_hours": "6"}, "hours-disagree"),
    ({"completed_on": "2026-03-04"}, ""),
    ({"completed_on": "2026-03-05"}, "not-finished"),
    ({"started_on": "2026-02-21"}, "dates-reversed"),
])  # fmt: skip
def test_an_award_is_passed_on_parked_or_refused(changes: dict[str, Any], code: str) -> None:
    outcome = decided(award(**changes))
    waits = code in ("educator-unknown", "license-unknown", "holder-unknown")
    assert (outcome.code, outcome.state) == (code, "parked" if waits else "refused" if code else "passed")
    assert bool(outcome.facts) == (not code)
    assert bool(outcome.field) == bool(code)


@pytest.mark.parametrize(("message", "said", "found"), [
    (award(), [before()], ("accepted", "")),
    (award(amount="0.50"), [before()], ("accepted", "")),
    (award(), [before(state="passed")], ("passed", "")),
    (award(), [before(LOST)], ("accepted", "")),
    (award(amount=1, contact_hours=10), [before()], ("refused", "reference-used")),
    (award(), [before(LEE.person_id)], ("refused", "reference-of-another")),
    (award(), [before(recalls=True)], ("refused", "reference-taken-back")),
    (award(), [before(), before(recalls=True)], ("refused", "reference-taken-back")),
    (recall(), [before(recalls=True)], ("accepted", "")),
    (recall(educator_number="10000025"), [before()], ("refused", "reference-of-another")),
])  # fmt: skip
def test_what_was_said_of_a_reference_before_decides(
    message: Foreign, said: list[Said], found: tuple[str, str]
) -> None:
    outcome = decided(message, *said)
    assert (outcome.state, outcome.code) == found
    assert bool(outcome.same_as) == (found[0] != "refused")
    assert not outcome.facts


@pytest.mark.parametrize("said", [[], [before(state="refused")], [before(state="parked")]])
def test_what_was_refused_or_waits_stands_in_nobodys_way(said: list[Said]) -> None:
    assert decided(award(), *said).facts
    assert decided(recall(), *said).facts


@pytest.mark.parametrize(("one", "other"), [
    ("O'Brien", "OBRIEN"), ("García-López", "Garcia Lopez"), ("Reed III", "reed"), ("D’Angelo", "D'Angelo"),
])  # fmt: skip
def test_two_spellings_are_one_last_name(one: str, other: str) -> None:
    assert spoken(one) == spoken(other)
