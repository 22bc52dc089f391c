"""A filing: is it earned, and which credits are set aside for it until it is decided."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from services.credentials.domain.credit import Credit, Lock, why_not_counting
from services.credentials.domain.errors import AlreadyFiled, OptionUnknown
from services.credentials.domain.license import License
from services.credentials.domain.requirements import filing_obstacle, progress, totals, worth
from shared.policies import Policy, RenewalOption


class ReservationState(StrEnum):
    """What became of a filing's credits."""

    HELD = "held"
    SPENT = "spent"
    RELEASED = "released"
    BROKEN = "broken"  # a credit was recalled, and the rest is not enough


class Reservation(NamedTuple):
    """Credits set aside for one application, under one option, for renewing one period."""

    reservation_id: UUID
    application_id: UUID
    license_id: UUID
    person_id: UUID
    option: str
    from_valid_until: date
    filed_on: date
    policy_version: str
    reference: str
    state: ReservationState = ReservationState.HELD

    @property
    def lock(self) -> Lock:
        """What it forbids while it is held: other methods."""
        return Lock(self.option, self.filed_on)


@dataclass(frozen=True, slots=True)
class Earned:
    """What a filing rests on: the option and the credits that meet it, and no more than those."""

    option: RenewalOption
    credits: tuple[Credit, ...]
    totals: tuple[tuple[str, Decimal], ...]


def earn(
    license: License,
    option_code: str,
    credits: Iterable[Credit],
    *,
    filed_on: date,
    policy: Policy,
    open_filing: Lock | None = None,
    attested: Collection[str] = (),
    other_active: Collection[str] = (),
) -> Earned:
    """The credits that earn a renewal filed that day, under that option; raises why it is not earned."""
    if open_filing is not None:
        name = getattr(policy.find_option(open_filing.option), "name", open_filing.option)
        raise AlreadyFiled(option=name, filed_on=open_filing.filed_on)
    if (obstacle := filing_obstacle(license, on=filed_on, policy=policy)) is not None:
        raise obstacle
    free = [c for c in credits if c.is_free and c.completed_on <= filed_on]
    found = {
        p.option.code: p
        for p in progress(license, free, on=filed_on, policy=policy, attested=attested, other_active=other_active)
    }
    if option_code not in found:
        raise OptionUnknown(option=option_code)
    if (unmet := found[option_code].obstacle) is not None:
        raise unmet
    option = found[option_code].option
    counting = [c for c in free if why_not_counting(c, license=license, policy=policy) is None]
    chosen = choose(option, counting, policy)
    return Earned(option, chosen, _totals(option, chosen, policy))


def choose(option: RenewalOption, credits: Iterable[Credit], policy: Policy) -> tuple[Credit, ...]:
    """The oldest credits that meet the option: each is taken only while some need still lacks something.

    So no more originals have to be shown than the option asks for.
    """
    missing = {need: need.amount for need in option.needs}
    chosen: list[Credit] = []
    for credit in sorted(credits, key=lambda c: (c.completed_on, c.credit_id)):
        gains = {need: worth(credit, need, policy) for need, amount in missing.items() if amount > 0}
        if any(gains.values()):
            chosen.append(credit)
            for need, gain in gains.items():
                missing[need] -= gain
    return tuple(chosen)


def still_earned(option: RenewalOption, credits: Sequence[Credit], policy: Policy) -> bool:
    """Whether these credits meet the option without the recalled ones among them."""
    left = [credit for credit in credits if credit.recalled is None]
    return all(total >= need.amount for need, total in totals(option, left, policy).items())


def _totals(option: RenewalOption, chosen: Sequence[Credit], policy: Policy) -> tuple[tuple[str, Decimal], ...]:
    sums = totals(option, chosen, policy)
    return tuple((need.unit, max(total, Decimal(0))) for need, total in sums.items() if need.group is None)
