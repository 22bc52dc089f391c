"""Values that several contracts share. Enums are open inside: a reader passes over what it does not know."""

from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from shared.ids import CreditId, OrganizationId, PersonId


class Value(BaseModel):
    """A frozen part of an event."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Name(Value):
    """A person's legal name."""

    first: str
    last: str
    middle: str = ""
    suffix: str = ""

    @property
    def full(self) -> str:
        """First, middle, last and suffix, as a document prints them."""
        return " ".join(part for part in (self.first, self.middle, self.last, self.suffix) if part)


class Address(Value):
    """A mailing address in the United States."""

    line1: str
    city: str
    state: str
    postal_code: str
    line2: str = ""


class Period(Value):
    """A validity period, both days included."""

    effective_from: date
    valid_until: date


class Reason(Value):
    """Why something was refused or stopped: an error's code, a sentence for people, the field it is about."""

    code: str
    text: str
    field: str | None = None


class Authority(Value):
    """Who decided, in which role, for which organization."""

    person_id: PersonId
    name: str
    role: str
    organization_id: OrganizationId | None = None


class CreditAmount(Value):
    """How much one credit is, in its own unit: `ceu`, `semester_hours`, `semi`, `pdp`, …."""

    unit: str
    amount: Decimal


class Original(Value):
    """An original that the approver must see, and what it must show."""

    credit_id: CreditId | None
    title: str
    must_show: tuple[str, ...] = ()


class Discipline(Value):
    """One public disciplinary action."""

    kind: str
    on: date
    until: date | None = None
    note: str = ""


class Grant(Value):
    """A role that a person holds, on its days, both included; None is open."""

    person_id: PersonId
    name: str
    role: str
    first_day: date
    last_day: date | None = None


class PeriodEarned(Value):
    """A period of a license and the application that earned it; None for one that was imported or issued."""

    effective_from: date
    valid_until: date
    application_id: str | None = None
    earned_at: datetime | None = None
