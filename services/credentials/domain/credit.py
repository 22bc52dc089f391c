"""One credit: may it be recorded, and does it count. Each refusal is a class of its own, with its data."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.credentials.domain.errors import (
    CreditAmountMissing,
    CreditAmountsDisagree,
    CreditDatesReversed,
    CreditDuplicate,
    CreditGroupUnknown,
    CreditNotFinished,
    CreditNotUsable,
    CreditNotYoursToEnter,
    CreditOutsideValidity,
    CreditTakenBack,
    CreditTooLarge,
    CreditTooSmall,
    CreditTypeUnknown,
    CreditUsed,
    MethodsMixed,
    plain,
)
from services.credentials.domain.license import License
from shared.errors import Refused
from shared.policies import OPEN, CreditType, Policy, Source, Span, Unit
from shared.policies.licensing import Proof

EDUCATOR, IMPORT = "educator", "import"
"""Sources of a credit that are no agency: entered here, or taken over from the system before."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A credit as somebody states it: its amount, or its contact hours, or both."""

    credit_type: str
    completed_on: date
    title: str
    provider: str
    source: Source
    amount: Decimal | None = None
    contact_hours: Decimal | None = None
    started_on: date | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """A recorded credit. `reservation_id` is the filing it is set aside for; `spent`: that filing has renewed."""

    credit_id: UUID
    credit_type: str
    unit: str
    amount: Decimal
    completed_on: date
    title: str
    provider: str
    source: str
    started_on: date | None = None
    contact_hours: Decimal | None = None
    group: str | None = None
    grade: str = ""
    reservation_id: UUID | None = None
    spent: bool = False
    recalled: str | None = None

    @property
    def is_free(self) -> bool:
        """Whether a filing may set it aside."""
        return self.reservation_id is None and not self.spent and self.recalled is None

    @property
    def is_stated(self) -> bool:
        """Whether its educator stated it, here or in the system before; what an agency awarded stands on its word."""
        return self.source in (EDUCATOR, IMPORT)


@dataclass(frozen=True, slots=True)
class Lock:
    """The option under which an application is open, so that no other method may be mixed in."""

    option: str
    filed_on: date


def earning_window(license: License, policy: Policy) -> Span:
    """The days on which a credit for renewing this license may be completed."""
    window = license.period.window
    return Span(window.first, OPEN) if policy.renews_late(license.license_type) else window


def check(
    entry: Entry,
    *,
    license: License | None,
    listed: Iterable[Credit],
    lock: Lock | None,
    on: date,
    policy: Policy,
) -> Decimal:
    """The amount in the credit's unit, if it may be recorded for this license. Raises the first refusal.

    Without a license (the department awards to somebody who has none yet) the rules of the license are left out.

    Source of the rules: the state's policy; in Mississippi nothing under 0.5 CEU, 1 CEU = 10 contact hours, earned
    inside the validity period, one method per period, SEMI and eLearning by the department alone.
    """
    kind = _kind(entry, policy)
    amount = _amount(entry, policy.unit(kind.unit))
    _check_group(entry, kind, policy)
    if entry.started_on is not None and entry.started_on > entry.completed_on:
        raise CreditDatesReversed(started_on=entry.started_on, completed_on=entry.completed_on)
    if license is not None:
        _check_license(entry, kind, license, policy)
    if entry.completed_on > on:
        raise CreditNotFinished(completed_on=entry.completed_on)
    _check_duplicate(entry, listed)
    if lock is not None and entry.source == "educator":
        _check_method(kind, lock, policy)
    return amount


def original_of(credit: Credit, policy: Policy) -> Proof | None:
    """What proves a credit to its approver; nothing has to prove what the department loaded."""
    kind = policy.find_credit_type(credit.credit_type)
    return kind.original if kind and credit.is_stated else None


def why_not_counting(credit: Credit, *, license: License, policy: Policy) -> Refused | None:
    """Why a recorded credit does not count for renewing this license; None: it counts."""
    if credit.recalled is not None:
        return CreditTakenBack(agency=credit.source, reason=credit.recalled)
    if credit.spent:
        return CreditUsed()
    window = earning_window(license, policy)
    if credit.completed_on not in window:
        return CreditOutsideValidity(
            completed_on=credit.completed_on, earning_from=window.first, valid_until=window.last
        )
    if credit.unit not in usable_units(license, policy):
        return CreditNotUsable(name=policy.unit(credit.unit).name)
    return None


def usable_units(license: License, policy: Policy) -> frozenset[str]:
    """The units that some option of this license takes, directly or converted."""
    wanted = {u for o in policy.options_for(license.license_type, license.license_class) for u in o.units}
    units = (unit.code for unit in policy.development.units)
    return frozenset(u for u in units if any(policy.worth(Decimal(1), u, into) for into in wanted))


def same_training(entry: Entry, credit: Credit) -> bool:
    """Whether a recorded credit is the same training on the same days."""
    return (
        _spoken(entry.title) == _spoken(credit.title)
        and entry.completed_on == credit.completed_on
        and (entry.started_on or entry.completed_on) == (credit.started_on or credit.completed_on)
    )


def _kind(entry: Entry, policy: Policy) -> CreditType:
    kind = policy.find_credit_type(entry.credit_type)
    if kind is None:
        raise CreditTypeUnknown(credit_type=entry.credit_type)
    if entry.source not in kind.entered_by:
        raise CreditNotYoursToEnter(name=kind.name)
    return kind


def _amount(entry: Entry, unit: Unit) -> Decimal:
    """The amount in the unit: as stated, or made from the contact hours, and both must say the same."""
    if unit.counts == "evidence":
        return Decimal(1)
    per_unit, hours = unit.contact_hours, entry.contact_hours
    amount = entry.amount
    if amount is None and hours is not None and per_unit is not None:
        amount = hours / per_unit
    if amount is None:
        raise CreditAmountMissing(unit=unit.name)
    if hours is not None and per_unit is not None and amount * per_unit != hours:
        raise CreditAmountsDisagree(amount=plain(amount), unit=unit.name, hours=plain(hours), per_unit=plain(per_unit))
    _check_size(amount, hours, unit)
    return amount


def _check_size(amount: Decimal, hours: Decimal | None, unit: Unit) -> None:
    if amount < unit.minimum:
        per_unit = unit.contact_hours
        raise CreditTooSmall(
            field="contact_hours" if hours is not None else "amount",
            amount=amount,
            unit=unit.name,
            hours=hours,
            minimum=unit.minimum,
            minimum_hours=unit.minimum * per_unit if per_unit is not None else None,
        )
    if amount > unit.maximum:
        raise CreditTooLarge(amount=plain(amount), unit=unit.name, maximum=plain(unit.maximum))


def _check_group(entry: Entry, kind: CreditType, policy: Policy) -> None:
    if kind.groups and entry.group not in kind.groups:
        names = {group.code: group.name for group in policy.development.groups}
        raise CreditGroupUnknown(group=entry.group, groups=", ".join(names[code] for code in kind.groups))


def _check_license(entry: Entry, kind: CreditType, license: License, policy: Policy) -> None:
    window = earning_window(license, policy)
    if entry.completed_on not in window:
        raise CreditOutsideValidity(completed_on=entry.completed_on, earning_from=window.first, valid_until=window.last)
    if kind.unit not in usable_units(license, policy):
        raise CreditNotUsable(name=kind.name)


def _check_duplicate(entry: Entry, listed: Iterable[Credit]) -> None:
    for credit in listed:
        if credit.recalled is None and same_training(entry, credit):
            raise CreditDuplicate(completed_on=credit.completed_on, credit_id=credit.credit_id)


def _check_method(kind: CreditType, lock: Lock, policy: Policy) -> None:
    option = policy.find_option(lock.option)
    if not policy.development.one_option_per_period or option is None or kind.unit in option.units:
        return
    raise MethodsMixed(option=option.name, filed_on=lock.filed_on, method=policy.unit(kind.unit).method)


def _spoken(title: str) -> str:
    return " ".join(title.casefold().split())
