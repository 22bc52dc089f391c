"""What every table of a policy file is made of: frozen models that know no key but their own."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=40)]
"""A short name by which the other tables, the events and the databases refer to a row of the file."""

Words = Annotated[str, Field(min_length=1)]
"""Words that people read."""


class Table(BaseModel):
    """One table of a policy file. An unknown or a missing key is refused, by its name."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class DayOfYear(Table):
    """A day of every year, such as 1 July."""

    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)

    def in_year(self, year: int) -> date:
        """The day in that year."""
        return date(year, self.month, self.day)

    def latest(self, on: date) -> date:
        """The last time that this day was, `on` included."""
        this_year = self.in_year(on.year)
        return this_year if this_year <= on else self.in_year(on.year - 1)
