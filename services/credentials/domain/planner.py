"""What is the cheapest lawful way to renew, and by when must it be filed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.credentials.domain.errors import OptionNotForThisLicense, OptionNotOpen, RequirementNotMet
from services.credentials.domain.license import License
from services.credentials.domain.requirements import Line, Progress
from shared.policies import Need, Policy, RenewalOption
from shared.policies.calendar import last_safe_date


@dataclass(frozen=True, slots=True)
class Step:
    """So much more of a unit, of one group or of any."""

    unit: str
    amount: Decimal
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to earn for one option, what it takes (hours of effort, or the prices given), and by when to file."""

    option: RenewalOption
    steps: tuple[Step, ...]
    cost: Decimal
    opens_on: date | None
    file_by: date | None


def plans(
    license: License,
    options: Iterable[Progress],
    *,
    policy: Policy,
    prices: Mapping[str, Decimal] | None = None,
) -> tuple[Plan, ...]:
    """Every lawful way to renew this license, the cheapest first.

    `prices` of units replace the policy's hours of effort. Left out are options for which something else than
    earning is missing (another license, an end, a retirement: what takes no effort is nothing to plan). Those that
    open later are in, with their day.
    """
    file_by = last_safe_date(license.valid_until, policy)
    costs = {unit.code: unit.effort_hours for unit in policy.development.units} | dict(prices or {})
    found = [_plan(p, file_by, costs, policy) for p in options if _is_lawful(p, file_by) and _can_be_earned(p, policy)]
    return tuple(sorted(found, key=lambda plan: (plan.cost, plan.opens_on or date.min)))


def steps(lines: Iterable[Line], policy: Policy) -> tuple[Step, ...]:
    """What to earn: each group's missing amount, and of the whole only what the groups do not bring along.

    A step is never less than one credit may be.
    """
    missing: dict[Need, Decimal] = {line.need: line.still_needed for line in lines}
    grouped = {need.unit: Decimal(0) for need in missing}
    found: list[Step] = []
    for need, amount in sorted(missing.items(), key=lambda item: item[0].group is None):
        wanted = amount if need.group is not None else amount - grouped[need.unit]
        if wanted <= 0:
            continue
        step = Step(need.unit, max(wanted, policy.unit(need.unit).minimum), need.group)
        grouped[need.unit] += step.amount if need.group is not None else Decimal(0)
        found.append(step)
    return tuple(found)


def _is_lawful(progress: Progress, file_by: date | None) -> bool:
    if isinstance(progress.obstacle, OptionNotOpen):
        return file_by is None or (progress.opens_on or date.min) <= file_by
    if isinstance(progress.obstacle, OptionNotForThisLicense):
        return False
    return progress.obstacle is None or isinstance(progress.obstacle, RequirementNotMet)


def _can_be_earned(progress: Progress, policy: Policy) -> bool:
    return all(policy.unit(line.need.unit).effort_hours for line in progress.lines if line.still_needed)


def _plan(progress: Progress, file_by: date | None, costs: Mapping[str, Decimal], policy: Policy) -> Plan:
    to_earn = steps(progress.lines, policy)
    cost = sum((step.amount * costs[step.unit] for step in to_earn), Decimal(0))
    return Plan(progress.option, to_earn, cost, progress.opens_on, file_by)
