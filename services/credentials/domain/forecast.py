"""Which licenses will lapse: for those that end soon, whether their renewal is filed, earned, or short of something."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.credentials.domain.license import License, Status
from services.credentials.domain.planner import Plan, plans
from services.credentials.domain.requirements import Progress
from services.credentials.domain.validity import check_renewable
from shared.errors import Refused
from shared.policies import Policy
from shared.policies.clocks import add_months

MONTHS_AHEAD = 15
"""How far a forecast looks: a whole license year, and the summer after it."""

IN_USE = frozenset({Status.ACTIVE, Status.PROVISIONAL})


class Readiness(StrEnum):
    """What stands between a license and its next period."""

    FILED = "filed"
    READY = "ready"
    SHORT = "short"
    NOT_RENEWABLE = "not_renewable"


@dataclass(frozen=True, slots=True)
class Lapse:
    """A license that ends soon; `plan` is the cheapest way to what it is short of."""

    license: License
    readiness: Readiness
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """How many licenses end in a month, named by its first day."""

    first_day: date
    lapses: tuple[Lapse, ...]

    def count(self, readiness: Readiness) -> int:
        """How many of them are so far."""
        return sum(lapse.readiness is readiness for lapse in self.lapses)


def horizon(on: date) -> date:
    """The last day that a forecast of that day looks at: the last of a month."""
    return add_months(on.replace(day=1), MONTHS_AHEAD + 1) - timedelta(days=1)


def is_in_use(license: License, on: date) -> bool:
    """Whether it is valid on a day, so that its end would be a lapse."""
    return license.status_on(on) in IN_USE


def ends_by(license: License, until: date, *, on: date) -> bool:
    """Whether a license in use ends within the days looked at."""
    return is_in_use(license, on) and license.valid_until <= until


def lapse(license: License, options: Iterable[Progress], *, is_filed: bool, on: date, policy: Policy) -> Lapse:
    """How far the renewal of a license is that ends soon."""
    if is_filed:
        return Lapse(license, Readiness.FILED)
    try:
        check_renewable(license, on=on, policy=policy)
    except Refused:
        return Lapse(license, Readiness.NOT_RENEWABLE)
    found = tuple(options)
    if any(option.obstacle is None for option in found):
        return Lapse(license, Readiness.READY)
    return Lapse(license, Readiness.SHORT, next(iter(plans(license, found, policy=policy)), None))


def months(lapses: Iterable[Lapse], *, on: date, until: date) -> tuple[Month, ...]:
    """Every month from today's to the last, those without an end among them."""
    by_month: dict[date, list[Lapse]] = {}
    for each in lapses:
        by_month.setdefault(each.license.valid_until.replace(day=1), []).append(each)
    first, found = on.replace(day=1), []
    while first <= until:
        found.append(Month(first, tuple(by_month.get(first, ()))))
        first = add_months(first, 1)
    return tuple(found)
