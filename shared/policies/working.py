"""A state's office: its calendar, its deadlines, and the words and people it speaks with."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import cached_property
from typing import Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, model_validator

from shared.policies.base import Code, Table, Words

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Holiday(Table):
    """A holiday by its rule: a fixed day, or the nth weekday of a month (-1: the last)."""

    name: Words
    month: int = Field(ge=1, le=12)
    day: int | None = Field(None, ge=1, le=31)
    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] | None = None
    nth: int | None = Field(None, ge=-1, le=5)
    days_after: int = Field(0, description="So many days after the day that the rule names")
    observed: Literal["same_day", "sunday_to_monday", "nearest_weekday"] = "same_day"

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        fixed, floating = self.day is not None, self.weekday is not None and bool(self.nth)
        if fixed == floating:
            raise ValueError("either day, or weekday and nth (not 0)")
        return self

    def in_year(self, year: int) -> date:
        """The day on which the office is closed for it in that year; it may fall into the year before."""
        if self.day is not None:
            return self._moved(date(year, self.month, self.day))
        return self._nth_weekday(year) + timedelta(days=self.days_after)

    def _nth_weekday(self, year: int) -> date:
        wanted, nth = _WEEKDAYS.index(self.weekday or ""), self.nth or 0
        if nth < 0:
            last = date(year + self.month // 12, self.month % 12 + 1, 1) - timedelta(days=1)
            return last - timedelta(days=(last.weekday() - wanted) % 7)
        first = date(year, self.month, 1)
        return first + timedelta(days=(wanted - first.weekday()) % 7 + 7 * (nth - 1))

    def _moved(self, day: date) -> date:
        if self.observed != "same_day" and day.weekday() == 6:
            return day + timedelta(days=1)
        if self.observed == "nearest_weekday" and day.weekday() == 5:
            return day - timedelta(days=1)
        return day


class Office(Table):
    """When the office works: zone, print cut-off, days off."""

    time_zone: Words
    time_zone_label: Words
    print_cut_off: time = Field(description="The daily batch is cut at this local time of a business day")
    closed_weekdays: tuple[int, ...] = Field((5, 6), description="Monday is 0")
    holidays: tuple[Holiday, ...] = ()
    closed_days: tuple[date, ...] = Field((), description="Single days, such as by a governor's proclamation")
    parked_days: int = Field(14, ge=1, description="So long an agency's message waits for an educator to be known")

    @model_validator(mode="after")
    def _zone_exists(self) -> Self:
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError) as unknown:
            raise ValueError(f"time_zone: no zone is named {self.time_zone!r}") from unknown
        return self

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of the jurisdiction's dates."""
        return ZoneInfo(self.time_zone)

    def holidays_in(self, year: int) -> dict[date, str]:
        """The office's holidays that fall into a year, with their names."""
        if year not in self._holidays:
            self._holidays[year] = {day: name for day, name in self._around(year) if day.year == year}
        return self._holidays[year]

    @cached_property
    def _holidays(self) -> dict[int, dict[date, str]]:
        return {}

    def _around(self, year: int) -> Iterator[tuple[date, str]]:
        for holiday in self.holidays:
            for near in (year, year + 1):
                yield holiday.in_year(near), holiday.name
        yield from ((day, "Closed") for day in self.closed_days)


class Review(Table):
    """How long an approver has, and who steps in afterwards."""

    days: int = Field(ge=1, description="Days from filing; ends on a business day")
    escalates_to: Literal["state"] = "state"
    district_roles: tuple[Code, ...] = Field((), description="Who may decide for a district")


class Filing(Table):
    """When a renewal may be filed."""

    opens_months_before_end: int | None = Field(None, ge=1, description="None: as soon as an option is met")


class Contact(Table):
    """Whom to write to or call, shown where a page says “contact”."""

    topic: Code
    name: Words
    phone: str = ""
    email: str = ""
    address: tuple[Words, ...] = ()
    hours: str = ""


class Publisher(Table):
    """An outside system that publishes to us, and what people call it."""

    code: Code
    name: Words


class Agency(Table):
    """The state's own words."""

    name: Words
    office: Words
    system: Words
    system_name: Words
    state: Words
    banner: Words = Field(description="The line at the top of every page")
    identifier: Words = Field(description="The line at the foot of every page")
    site: Words
    letters_from: Words
    letters_from_title: Words
    contacts: tuple[Contact, ...] = Field(min_length=1)
    publishers: tuple[Publisher, ...] = ()

    def publisher(self, code: str) -> str:
        """What people call an outside system; its code, where the policy has no name for it."""
        return next((each.name for each in self.publishers if each.code == code), code)


class Paper(Table):
    """The official document."""

    title: Words
    statement: Words
    signed_by: Words
    mailed: Literal["always", "on_request"]
