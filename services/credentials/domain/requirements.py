"""What is still needed to renew: one progress per option, in lines of amounts, and whether it may be filed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from services.credentials.domain.credit import Credit, why_not_counting
from services.credentials.domain.errors import (
    FilingNotOpen,
    LicenseEnded,
    OptionNotForThisLicense,
    OptionNotOpen,
    RequirementNotMet,
    plain,
)
from services.credentials.domain.license import License
from services.credentials.domain.validity import check_period, check_renewable
from shared.errors import Refused
from shared.policies import OPEN, Need, Policy, RenewalOption
from shared.policies.clocks import add_months


@dataclass(frozen=True, slots=True)
class Line:
    """One need of an option: how much there is of it."""

    need: Need
    have: Decimal
    unit_name: str

    @property
    def still_needed(self) -> Decimal:
        """What is missing; never negative."""
        return max(self.need.amount - self.have, Decimal(0))

    @property
    def words(self) -> str:
        """What is missing, for a sentence: `5.5 CEU`."""
        return f"{plain(self.still_needed)} {self.unit_name}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one option is; `obstacle` says why it cannot be filed yet, None: it can."""

    option: RenewalOption
    lines: tuple[Line, ...]
    opens_on: date | None
    obstacle: Refused | None

    @property
    def is_met(self) -> bool:
        """Whether nothing is still needed, open or not."""
        return not any(line.still_needed for line in self.lines)


def progress(
    license: License,
    credits: Iterable[Credit],
    *,
    on: date,
    policy: Policy,
    attested: Collection[str] = (),
    other_active: Collection[str] = (),
) -> tuple[Progress, ...]:
    """The progress of every option of this license, in the policy's order.

    `attested` are evidence units that the educator brings along without a recorded credit; `other_active` the types
    of the person's other active licenses.
    """
    counting = [c for c in credits if why_not_counting(c, license=license, policy=policy) is None]
    options = policy.options_for(license.license_type, license.license_class)
    return tuple(
        _progress(license, option, counting, on=on, policy=policy, attested=attested, other_active=other_active)
        for option in options
    )


def filing_obstacle(license: License, *, on: date, policy: Policy) -> Refused | None:
    """Why no renewal of this license can be filed on a day, whatever was earned; None: it can."""
    try:
        check_renewable(license, on=on, policy=policy)
        check_period(license, filed_on=on, policy=policy)
    except Refused as obstacle:
        return obstacle
    opens_on = opening(license, policy.filing.opens_months_before_end)
    if opens_on is not None and on < opens_on:
        return FilingNotOpen(opens_on=opens_on)
    return None


def opening(license: License, months_before_end: int | None) -> date | None:
    """The day so many months before the day after the license's end: 1 July of the last year, in Mississippi."""
    if months_before_end is None or license.valid_until == OPEN:
        return None
    return add_months(license.valid_until + timedelta(days=1), -months_before_end)


def totals(option: RenewalOption, credits: Sequence[Credit], policy: Policy) -> dict[Need, Decimal]:
    """What these credits add up to, for each need of an option, in the need's unit."""
    return {need: sum((worth(c, need, policy) for c in credits), Decimal(0)) for need in option.needs}


def worth(credit: Credit, need: Need, policy: Policy) -> Decimal:
    """What one credit adds to a need: its amount in the need's unit, if it is of the need's group."""
    if need.group is not None and credit.group != need.group:
        return Decimal(0)
    return policy.worth(credit.amount, credit.unit, need.unit)


def _progress(
    license: License,
    option: RenewalOption,
    counting: Sequence[Credit],
    *,
    on: date,
    policy: Policy,
    attested: Collection[str],
    other_active: Collection[str],
) -> Progress:
    have = totals(option, counting, policy)
    lines = tuple(
        Line(need, need.amount if need.unit in attested else have[need], _name(need, policy)) for need in option.needs
    )
    opens_on = opening(license, option.opens_months_before_end)
    obstacle = _closed(license, option, opens_on, on=on, other_active=other_active) or _missing(option, lines)
    return Progress(option, lines, opens_on, obstacle)


def _closed(
    license: License, option: RenewalOption, opens_on: date | None, *, on: date, other_active: Collection[str]
) -> Refused | None:
    ended = on > license.valid_until
    if opens_on is not None and on < opens_on:
        return OptionNotOpen(option=option.name, opens_on=opens_on)
    if ended and option.after_end == "no":
        return LicenseEnded(valid_until=license.valid_until)
    if not ended and option.after_end == "only":
        return OptionNotForThisLicense(option=option.name, because="Only for a license that has ended.")
    if option.needs_another_active and not set(option.needs_another_active) & set(other_active):
        return OptionNotForThisLicense(option=option.name, because="Needs an active primary license.")
    return None


def _missing(option: RenewalOption, lines: Iterable[Line]) -> Refused | None:
    missing = [line.words for line in lines if line.still_needed]
    return RequirementNotMet(option=option.name, missing=", ".join(missing)) if missing else None


def _name(need: Need, policy: Policy) -> str:
    unit = policy.unit(need.unit).name
    if need.group is None:
        return unit
    return f"{unit} of {next(g.name for g in policy.development.groups if g.code == need.group).lower()}"
