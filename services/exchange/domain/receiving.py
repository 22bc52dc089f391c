"""What becomes of each message at the door: passed on, taken, parked or refused. One table names who decides."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from services.exchange.domain.credits import History, Said, check_award, credit_id_of, fingerprint_of
from services.exchange.domain.errors import (
    LicenseUnknown,
    MessageInvalid,
    NoLicense,
    OrganizationUnknown,
    ReferenceOfAnother,
    ReferenceTakenBack,
    ReferenceUsed,
    Waiting,
)
from services.exchange.domain.people import Directory, Person
from shared.contracts import Event
from shared.contracts import agency as said
from shared.contracts import exchange as facts
from shared.contracts.values import CreditAmount
from shared.errors import Refused
from shared.ids import CreditId, LicenseId, OrganizationId, PersonId, PieceId, ReceiptId
from shared.policies import Policy


@dataclass(frozen=True)
class Arrival:
    """One message at the door, or why it cannot be read; `because` is the record it came in, where there was one."""

    receipt_id: ReceiptId
    agency: str
    source: str
    event_id: str
    message: said.Foreign | None
    refusal: Refused | None = None
    because: Event | None = None
    load_id: UUID | None = None
    row: int | None = None

    @property
    def type(self) -> str:
        return type(self.message).__name__ if self.message is not None else ""

    @property
    def reference(self) -> str:
        """The agency's own number of a credit; empty for what is about something else."""
        message = self.message
        return message.reference if isinstance(message, said.CreditsAwarded | said.CreditsRecalled) else ""

    @cached_property
    def credit_id(self) -> CreditId | None:
        """The credit that it is about, for awards and recalls."""
        return credit_id_of(self.agency, self.reference) if self.reference else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of an arrival. `passed`: another service decides; `same_as`: as that receipt, which is under way."""

    arrival: Arrival
    state: str  # passed · accepted · parked · refused
    text: str = ""
    code: str = ""
    field: str | None = None
    facts: tuple[Event, ...] = ()
    person_id: PersonId | None = None
    fingerprint: int = 0
    same_as: ReceiptId | None = None
    waits: Waiting | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when a batch is decided; `credits` grows with what the batch itself says."""

    directory: Directory
    today: date
    policy: Policy
    credits: dict[CreditId, History] = field(default_factory=dict)
    organizations: Mapping[str, OrganizationId] = field(default_factory=dict)
    licenses: Mapping[PersonId, Sequence[LicenseId]] = field(default_factory=dict)


def decide(arrivals: Sequence[Arrival], known: Known) -> list[Outcome]:
    """One outcome each, in their order; a later message of a reference knows the earlier ones."""
    outcomes = []
    for arrival in arrivals:
        outcome = _decide_one(arrival, known)
        _remember(outcome, known.credits)
        outcomes.append(outcome)
    return outcomes


def _decide_one(arrival: Arrival, known: Known) -> Outcome:
    if arrival.refusal is not None or arrival.message is None:
        return refused(arrival, arrival.refusal or Refused())
    try:
        return _DECIDERS[type(arrival.message)](arrival, arrival.message, known)
    except Waiting as waits:
        return Outcome(arrival, "parked", str(waits), waits.code, waits.field, waits=waits)
    except Refused as error:
        return refused(arrival, error)


def refused(arrival: Arrival, error: Refused) -> Outcome:
    """The outcome that says no, with field and reason."""
    outcome = Outcome(arrival, "refused", str(error), error.code, error.field)
    if isinstance(arrival.message, said.CreditsAwarded):
        return replace(outcome, fingerprint=fingerprint_of(arrival.message))
    return outcome


def _remember(outcome: Outcome, credits: dict[CreditId, History]) -> None:
    arrival = outcome.arrival
    if arrival.credit_id is None:
        return
    recalls = isinstance(arrival.message, said.CreditsRecalled)
    one = Said(
        arrival.receipt_id, arrival.credit_id, recalls, outcome.person_id, outcome.state, outcome.fingerprint,
        outcome.code, outcome.text, outcome.field,
    )  # fmt: skip
    credits.setdefault(arrival.credit_id, History()).said.append(one)


def _award(arrival: Arrival, award: said.CreditsAwarded, known: Known) -> Outcome:
    check_award(award, on=known.today, policy=known.policy)
    person, credit_id, history = _whose_and_what(arrival, award, known)
    fingerprint, before = fingerprint_of(award), history.award
    if history.recall is not None:
        raise ReferenceTakenBack(reference=award.reference)
    if before is not None and before.fingerprint != fingerprint:
        raise ReferenceUsed(reference=award.reference)
    if before is not None:
        return _as_before(arrival, before, person, fingerprint)
    fact = facts.CreditAwarded(
        person_id=person.person_id,
        credit_id=credit_id,
        receipt_id=arrival.receipt_id,
        agency=arrival.agency,
        reference=award.reference,
        amount=CreditAmount(unit=award.unit, amount=award.amount),
        contact_hours=award.contact_hours,
        title=award.title,
        provider=award.provider,
        started_on=award.started_on,
        completed_on=award.completed_on,
        load_id=str(arrival.load_id) if arrival.load_id else None,
    )
    return Outcome(arrival, "passed", facts=(fact,), person_id=person.person_id, fingerprint=fingerprint)


def _recall(arrival: Arrival, recall: said.CreditsRecalled, known: Known) -> Outcome:
    """Taken back, also before the award has come: credentials keeps that in mind."""
    person, credit_id, history = _whose_and_what(arrival, recall, known)
    if (before := history.recall) is not None:
        return _as_before(arrival, before, person)
    fact = facts.CreditTakenBack(
        person_id=history.person_id or person.person_id,
        credit_id=credit_id,
        receipt_id=arrival.receipt_id,
        agency=arrival.agency,
        reason=recall.reason,
        load_id=str(arrival.load_id) if arrival.load_id else None,
    )
    return Outcome(arrival, "passed", facts=(fact,), person_id=person.person_id)


def _as_before(arrival: Arrival, before: Said, person: Person, fingerprint: int = 0) -> Outcome:
    """Said before: what became of that becomes of this."""
    return Outcome(
        arrival, before.state, before.text, person_id=person.person_id, fingerprint=fingerprint,
        same_as=before.receipt_id,
    )  # fmt: skip


def _whose_and_what(arrival: Arrival, message: Any, known: Known) -> tuple[Person, CreditId, History]:
    """Whom it names, which credit, and what was said of it before. Raises `ReferenceOfAnother`."""
    person = known.directory.named(message)
    assert arrival.credit_id is not None
    history = known.credits.get(arrival.credit_id) or History()
    if history.person_id is not None and not known.directory.same(history.person_id, person.person_id):
        raise ReferenceOfAnother(reference=message.reference)
    return person, arrival.credit_id, history


def _staff(arrival: Arrival, message: Any, known: Known) -> Outcome:
    """A roster's line. A release carries its last day as both days, for it names no first one."""
    person = known.directory.named(message)
    organization = known.organizations.get(message.organization_code)
    if organization is None:
        raise OrganizationUnknown(message.organization_code)
    released = getattr(message, "last_day", None)
    fact = facts.StaffAssignmentReceived(
        person_id=person.person_id,
        organization_id=organization,
        receipt_id=arrival.receipt_id,
        first_day=released or message.first_day,
        released_on=released,
    )
    text = f"released from {message.organization_code} on {released}" if released else (
        f"assigned to {message.organization_code} from {message.first_day}"
    )  # fmt: skip
    return Outcome(arrival, "accepted", text, facts=(fact,), person_id=person.person_id)


def _action(arrival: Arrival, action: said.DisciplinaryActionReported, known: Known) -> Outcome:
    """An action against the license that is named, or against each known one of the educator; an officer decides."""
    person = known.directory.named(action)
    named = known.directory.by_license.get(action.license_number or "")
    if action.license_number and named is None:
        raise LicenseUnknown(action.license_number)
    licenses = [named.license_id] if named is not None else known.licenses.get(person.person_id, ())
    if not licenses:
        raise NoLicense(str(person.person_id))
    found = tuple(
        facts.DisciplinaryActionReceived(
            license_id=license_id,
            person_id=person.person_id,
            receipt_id=arrival.receipt_id,
            agency=arrival.agency,
            kind=action.kind,
            on=action.on,
            note=action.note,
        )
        for license_id in licenses
    )
    return Outcome(arrival, "accepted", "laid before a licensing officer", facts=found, person_id=person.person_id)


def _piece(arrival: Arrival, report: said.PieceReported, known: Known) -> Outcome:
    try:
        piece_id = PieceId(UUID(report.piece_id))
    except ValueError:
        fix = "Give the piece's id from the manifest."
        raise MessageInvalid("piece_id", name="piece_id", problem="is not a piece's id", fix=fix) from None
    fact = facts.PieceReported(
        piece_id=piece_id,
        receipt_id=arrival.receipt_id,
        agency=arrival.agency,
        outcome=report.outcome,
        serial=report.serial,
        lease=report.lease,
        at=report.at,
        note=report.note,
    )
    return Outcome(arrival, "accepted", f"{report.outcome}: noted", facts=(fact,))


_DECIDERS: dict[type[said.Foreign], Callable[[Arrival, Any, Known], Outcome]] = {
    said.CreditsAwarded: _award,
    said.CreditsRecalled: _recall,
    said.StaffAssigned: _staff,
    said.StaffReleased: _staff,
    said.DisciplinaryActionReported: _action,
    said.PieceReported: _piece,
}
