"""Bars for charts that are drawn on the server: every width is a share, so that a phone and a desk get the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FROM, TO = 26.0, 90.0
"""Where bars begin and the longest one ends, in hundredths of the width; labels stand before, amounts after."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar: its kind (a class of the style), where it begins and how long it is, in hundredths."""

    kind: str
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, what it stands for in all, its parts from left to right."""

    label: str
    total: int
    parts: tuple[Part, ...]

    @property
    def end(self) -> float:
        """Where its amount stands, in hundredths of the width."""
        return self.parts[-1].start + self.parts[-1].width if self.parts else FROM


def bars(rows: Sequence[tuple[str, Mapping[str, int]]]) -> tuple[Bar, ...]:
    """A bar for each row of (label, amount by kind); the greatest sum is the longest bar."""
    longest = max((sum(amounts.values()) for _label, amounts in rows), default=0)
    return tuple(Bar(label, sum(amounts.values()), _parts(amounts, longest)) for label, amounts in rows)


def _parts(amounts: Mapping[str, int], longest: int) -> tuple[Part, ...]:
    start, found = FROM, []
    for kind, amount in amounts.items():
        if amount:
            width = (TO - FROM) * amount / longest
            found.append(Part(kind, round(start, 2), round(width, 2)))
            start += width
    return tuple(found)
