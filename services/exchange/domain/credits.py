"""Credits at the door: whether one can be a credit here at all, and what was said of its reference before.

Whether it counts toward a license is decided by credentials; the limits of a unit are the same policy's.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from services.exchange.domain.errors import (
    AmountTooLarge,
    AmountTooSmall,
    DatesReversed,
    HoursDisagree,
    NotFinished,
    UnitNotTaken,
)
from shared.contracts.agency import CreditsAwarded
from shared.ids import CreditId, PersonId, ReceiptId, named_id
from shared.policies import Policy

_BEGINNING = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Said:
    """A receipt of an award or a recall, as far as later ones of its reference need to know."""

    receipt_id: ReceiptId
    credit_id: CreditId
    recalls: bool
    person_id: PersonId | None
    state: str
    fingerprint: int
    code: str = ""
    text: str = ""
    field: str | None = None


@dataclass(slots=True)
class History:
    """What an agency has said of one reference, in its order."""

    said: list[Said] = field(default_factory=list)

    @property
    def person_id(self) -> PersonId | None:
        """Whose credit it is; None while nothing was taken."""
        return next((s.person_id for s in self.said if s.state != "refused" and s.person_id), None)

    @property
    def award(self) -> Said | None:
        """The award that stands; refused ones do not."""
        return next((s for s in self.said if not s.recalls and s.state in ("passed", "accepted")), None)

    @property
    def recall(self) -> Said | None:
        """The recall that stands."""
        return next((s for s in self.said if s.recalls and s.state in ("passed", "accepted")), None)


def histories(said: Iterable[Said]) -> dict[CreditId, History]:
    """What was said, by credit."""
    found: dict[CreditId, History] = {}
    for one in said:
        found.setdefault(one.credit_id, History()).said.append(one)
    return found


def credit_id_of(agency: str, reference: str) -> CreditId:
    """The credit that an agency's reference names, whoever says it, however often, by whatever way."""
    return CreditId(named_id(_BEGINNING, "credit", agency, reference))


def fingerprint_of(award: CreditsAwarded) -> int:
    """Equal for awards of equal content; how the educator is named and how a number is written does not matter."""
    hours = award.contact_hours.normalize() if award.contact_hours is not None else ""
    parts = (award.unit, award.amount.normalize(), hours, award.title, award.provider, award.started_on or "")
    text = "\x1f".join(map(str, (*parts, award.completed_on)))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def check_award(award: CreditsAwarded, *, on: date, policy: Policy) -> None:
    """Refuses what cannot be a credit in this state. Source: the policy's units; 1 CEU = 10 contact hours."""
    if policy.find_loaded_type(award.unit) is None:
        raise UnitNotTaken(unit=award.unit)
    unit = policy.unit(award.unit)
    if award.amount < unit.minimum:
        raise AmountTooSmall(amount=plain(award.amount), unit=unit.name, minimum=plain(unit.minimum))
    if award.amount > unit.maximum:
        raise AmountTooLarge(amount=plain(award.amount), unit=unit.name, maximum=plain(unit.maximum))
    per_unit, hours = unit.contact_hours, award.contact_hours
    if per_unit is not None and hours is not None and award.amount * per_unit != hours:
        raise HoursDisagree(amount=plain(award.amount), unit=unit.name, hours=plain(hours), per_unit=plain(per_unit))
    if award.started_on is not None and award.started_on > award.completed_on:
        raise DatesReversed(started_on=award.started_on, completed_on=award.completed_on)
    if award.completed_on > on:
        raise NotFinished(completed_on=award.completed_on)


def plain(amount: Decimal) -> str:
    """A number as people write it: 0.5, 10."""
    return f"{amount.normalize():f}"
