"""Who holds a district's queue on a day, so that every wait names somebody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from shared.contracts.values import Grant

# In the order in which they answer for the queue.
_ROLES = ("superintendent", "personnel_administrator", "designee")


@dataclass(frozen=True, slots=True)
class Desk:
    """Where an application waits: the district or office, who answers for it today, and who else may decide."""

    name: str
    person: str = ""
    others: tuple[str, ...] = ()
    place: str = ""
    hours: str = ""
    phone: str = ""

    @property
    def words(self) -> str:
        """Dr. Lee, Rankin County School District"""
        return f"{self.person}, {self.name}" if self.person else self.name


def holds_on(grant: Grant, day: date) -> bool:
    """Whether the grant is in effect that day; both its days are included."""
    return grant.first_day <= day and (grant.last_day is None or day <= grant.last_day)


def deciders(grants: Iterable[Grant], roles: Sequence[str], on: date) -> list[str]:
    """The names of those who may decide for a district that day, the superintendent first, each once."""
    held = [g for g in grants if g.role in roles and g.role in _ROLES and holds_on(g, on)]
    return list(dict.fromkeys(g.name for g in sorted(held, key=lambda g: _ROLES.index(g.role))))
