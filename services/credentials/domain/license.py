"""A license as a value: its periods, its standing, and what the public is told of it on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from shared.contracts.values import Discipline
from shared.policies import Span


class Standing(StrEnum):
    """Whether the holder may use the license at all; stored, for a person decides it."""

    GOOD = "good"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class Status(StrEnum):
    """What the public is told; computed from periods and standing on the day somebody asks."""

    ACTIVE = "active"
    PROVISIONAL = "provisional"
    NOT_BEGUN = "not_begun"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


class Period(NamedTuple):
    """A validity period, both days included; credits completed from `earning_from` on count for renewing it.

    The window opens when the previous renewal was filed, so that nothing earned after an early renewal is lost.
    """

    effective_from: date
    valid_until: date
    earning_from: date
    application_id: UUID | None = None
    earned_at: datetime | None = None

    @classmethod
    def of(cls, span: Span) -> "Period":
        """The period of a span of days; what is earned in it counts."""
        return cls(span.first, span.last, span.first)

    @property
    def span(self) -> Span:
        """The days on which it is valid."""
        return Span(self.effective_from, self.valid_until)

    @property
    def window(self) -> Span:
        """The days on which credits for its renewal may be completed."""
        return Span(self.earning_from, self.valid_until)


@dataclass(frozen=True, slots=True)
class Hold:
    """A private obstacle to renewing, advancing and extending; never public."""

    reason: str
    until: date | None = None

    def blocks(self, on: date) -> bool:
        """Whether it still holds on a day, its last included."""
        return self.until is None or on <= self.until


class Renewal(NamedTuple):
    """An approved renewal, as a license needs to know it."""

    application_id: UUID
    from_valid_until: date
    filed_on: date
    approved_at: datetime


class License(NamedTuple):
    """One license. `periods` are in order and never empty; `provisional` is stored, not computed from dates.

    A named tuple, for a frozen data class of so many fields takes eight times as long to make.
    """

    license_id: UUID
    public_id: str
    number: str
    person_id: UUID
    license_type: str
    license_class: str
    endorsements: tuple[str, ...]
    periods: tuple[Period, ...]
    standing: Standing = Standing.GOOD
    standing_until: date | None = None
    provisional: bool = False
    discipline: tuple[Discipline, ...] = ()
    hold: Hold | None = None
    extensions_used: int = 0
    version: int = 0

    @property
    def period(self) -> Period:
        """The last period: the one that a renewal would follow."""
        return self.periods[-1]

    @property
    def valid_until(self) -> date:
        """The last day of the last period; `OPEN` where it is not known yet."""
        return self.period.valid_until

    def standing_on(self, day: date) -> Standing:
        """The standing on a day: a suspension with an end is over on the day after."""
        if self.standing is Standing.SUSPENDED and self.standing_until and day > self.standing_until:
            return Standing.GOOD
        return self.standing

    def status_on(self, day: date) -> Status:
        """What the public is told on a day. Nobody is valid on 1 July because a sweep was late."""
        standing = self.standing_on(day)
        if standing is not Standing.GOOD:
            return Status(standing.value)
        if day < self.periods[0].effective_from:
            return Status.NOT_BEGUN
        if not any(day in period.span for period in self.periods):
            return Status.EXPIRED
        return Status.PROVISIONAL if self.provisional else Status.ACTIVE


def active_types(licenses: Iterable[License], *, besides: License, on: date) -> frozenset[str]:
    """The types of the other licenses of the person that are active on a day."""
    others = (other for other in licenses if other.license_id != besides.license_id)
    return frozenset(other.license_type for other in others if other.status_on(on) is Status.ACTIVE)
