"""How long a license is valid: the three clocks of the states, as arithmetic on dates.

`license_years` counts whole license years, the year of issue in full (Mississippi: issued October 2011, five
years, so until 30 June 2016). `calendar_years` counts from the day of issue (Massachusetts' Professional).
`employment_years` runs while its holder is employed under it: its end is not known beforehand, so the period is
`OPEN` until the last year of employment is reported.
"""

from datetime import date, timedelta
from typing import Literal, NamedTuple, Self

from pydantic import Field, model_validator

from shared.policies.base import DayOfYear, Table

OPEN = date.max
"""The last day of a period whose end is not known yet."""

_DAY = timedelta(days=1)


class Span(NamedTuple):
    """Days from the first to the last, both included."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


class Clock(Table):
    """How the validity of one type of license is counted."""

    kind: Literal["license_years", "calendar_years", "employment_years"]
    years: int = Field(ge=1, le=50)
    year_starts: DayOfYear | None = None

    @model_validator(mode="after")
    def _license_years_have_a_start(self) -> Self:
        if (self.kind == "license_years") is not (self.year_starts is not None):
            raise ValueError("year_starts belongs to the kind license_years, and to no other")
        return self

    @property
    def is_open(self) -> bool:
        """Whether the end of a period is unknown when it begins."""
        return self.kind == "employment_years"

    def first_period(self, issued_on: date) -> Span:
        """The period of a license that is issued on that day."""
        if self.is_open:
            return Span(issued_on, OPEN)
        counted_from = self.year_starts.latest(issued_on) if self.year_starts else issued_on
        return Span(issued_on, add_months(counted_from, 12 * self.years) - _DAY)

    def next_period(self, ended: Span, on: date) -> Span:
        """The period that follows `ended`, when it is granted `on` a day: without a gap where the end is known."""
        if self.is_open:
            return Span(on, OPEN)
        begins = ended.last + _DAY
        return Span(begins, add_months(begins, 12 * self.years) - _DAY)


def add_months(day: date, months: int) -> date:
    """The same day so many months later (or earlier); the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for candidate in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, candidate))
        except ValueError:
            continue
    raise AssertionError("every month has a 28th day")
