"""The ledger of numbered paper: good + spoiled + remaining = received."""

import re
from dataclasses import dataclass

from services.printing.domain.errors import BadRange

MOST_SHEETS = 1_000_000


@dataclass(frozen=True, slots=True)
class Range:
    """Sheets that came together: their numbers differ only in their last digits."""

    first: str
    last: str
    sheets: int

    def holds(self, serial: str) -> bool:
        """Whether the sheet is one of them."""
        return len(serial) == len(self.first) and self.first <= serial <= self.last


def range_of(first: str, last: str) -> Range:
    """The sheets from the first to the last. Raises `BadRange`, naming the field."""
    opening, closing = _parts(first, "first"), _parts(last, "last")
    if opening[0] != closing[0] or len(first) != len(last):
        raise BadRange(field="last", problem=f"{last} does not count on from {first}.")
    sheets = int(closing[1]) - int(opening[1]) + 1
    if not 1 <= sheets <= MOST_SHEETS:
        raise BadRange(field="last", problem=f"{first} to {last} are not 1 to {MOST_SHEETS:,} sheets.")
    return Range(first, last, sheets)


def _parts(serial: str, field: str) -> tuple[str, str]:
    found = re.fullmatch(r"([A-Z0-9-]*?)(\d{1,12})", serial)
    if found is None:
        raise BadRange(field=field, problem=f"{serial!r} is no sheet's number: letters and digits, digits last.")
    return found[1], found[2]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The paper as the reports tell it, and as somebody counted it last (None: nobody did)."""

    received: int
    good: int
    spoiled: int
    last_off_by: int | None = None

    @property
    def remaining(self) -> int:
        """What must still lie there."""
        return self.received - self.good - self.spoiled

    @property
    def sentence(self) -> str:
        """“5,000 = 4,120 good + 37 spoiled + 843 left”"""
        return f"{self.received:,} = {self.good:,} good + {self.spoiled:,} spoiled + {self.remaining:,} left"
