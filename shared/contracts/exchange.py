"""What exchange says: what came in at the door, checked and re-keyed; and to each agency its receipts."""

from datetime import date
from decimal import Decimal

from pydantic import AwareDatetime

from shared.contracts.base import Fact
from shared.contracts.topics import (
    RECEIPTS,
    RECEIVED_ACTIONS,
    RECEIVED_CREDITS,
    RECEIVED_REPORTS,
    RECEIVED_ROSTERS,
)
from shared.contracts.values import CreditAmount
from shared.ids import CreditId, LicenseId, OrganizationId, PersonId, PieceId, ReceiptId


class CreditAwarded(Fact, topic=RECEIVED_CREDITS, key="person_id"):
    """An agency awarded a credit to a known educator; credentials decides whether it counts."""

    person_id: PersonId
    credit_id: CreditId  # made from (agency, reference): awarding it again is the same credit
    receipt_id: ReceiptId
    agency: str
    reference: str
    amount: CreditAmount
    contact_hours: Decimal | None
    title: str
    provider: str
    started_on: date | None
    completed_on: date
    load_id: str | None = None


class CreditTakenBack(Fact, topic=RECEIVED_CREDITS, key="person_id"):
    """An agency recalls a credit that it awarded, or will have awarded."""

    person_id: PersonId
    credit_id: CreditId
    receipt_id: ReceiptId
    agency: str
    reason: str
    load_id: str | None = None


class StaffAssignmentReceived(Fact, topic=RECEIVED_ROSTERS, key="person_id"):
    """A roster says that a person works for an organization from a day on, or (released) no longer."""

    person_id: PersonId
    organization_id: OrganizationId
    receipt_id: ReceiptId
    first_day: date
    released_on: date | None = None


class DisciplinaryActionReceived(Fact, topic=RECEIVED_ACTIONS, key="license_id"):
    """An agency reports an action on a license; an officer decides."""

    license_id: LicenseId
    person_id: PersonId
    receipt_id: ReceiptId
    agency: str
    kind: str
    on: date
    note: str = ""


class PieceReported(Fact, topic=RECEIVED_REPORTS, key="piece_id"):
    """The print shop says what became of a piece: printed, spoiled, inserted, mailed or returned."""

    piece_id: PieceId
    receipt_id: ReceiptId
    agency: str
    outcome: str
    serial: str = ""
    lease: int = 0
    at: AwareDatetime
    note: str = ""


class _Receipt(Fact):
    receipt_id: ReceiptId
    agency: str
    source: str
    event_id: str
    reference: str = ""


class EventAccepted(_Receipt, topic=RECEIPTS, key="receipt_id"):
    """What was said took effect: “0.5 CEU counted toward 2026–2031”."""

    text: str


class EventParked(_Receipt, topic=RECEIPTS, key="receipt_id"):
    """What was said waits for something, at most until the deadline."""

    text: str
    until: AwareDatetime


class EventRefused(_Receipt, topic=RECEIPTS, key="receipt_id"):
    """What was said cannot be taken, with the field and the reason."""

    code: str
    text: str
    field: str | None = None
