"""How fresh the look-up is: until when everything that was said is shown."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from shared.contracts.credentials import LicenseState
from shared.contracts.identity import OrganizationState, PersonState
from shared.contracts.values import Value
from shared.messaging.work import Work

if TYPE_CHECKING:
    from shared.runtime import Runtime

BEHIND_AFTER = timedelta(seconds=5)
TOPICS = [event.TOPIC.name for event in (LicenseState, PersonState, OrganizationState)]


ASKED_EVERY = 1.0
"""Seconds for which a process goes by what it read last: what was shown then is shown still."""


class Freshness(Value):
    """`as_of`: what was said before it is shown (business time; None: not known yet). `behind`: say so."""

    as_of: datetime | None
    behind: bool


class Told(NamedTuple):
    """Freshness as an answer says it: its JSON, and `as_of` to the second; empty where it is not known."""

    freshness: Freshness
    json: bytes
    as_of: str

    @classmethod
    def of(cls, freshness: Freshness) -> "Told":
        """Put into text once, for all answers that say it."""
        as_of = freshness.as_of.isoformat(timespec="seconds") if freshness.as_of else ""
        return cls(freshness, freshness.model_dump_json().encode(), as_of)


NOT_KNOWN = Told.of(Freshness(as_of=None, behind=True))


@dataclass(slots=True)
class Watch:
    """What one process knows of freshness. One of those who ask reads it anew for all."""

    asked_at: float = -ASKED_EVERY
    told: Told = NOT_KNOWN
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def look(self, runtime: "Runtime") -> Told:
        """The least fresh of the topics that are read."""
        if self._is_old:
            async with self.reading:
                if self._is_old:
                    async with runtime.reading(actor="anonymous") as work:
                        self.asked_at, self.told = time.monotonic(), await _freshness(work)
        return self.told

    @property
    def _is_old(self) -> bool:
        return time.monotonic() - self.asked_at >= ASKED_EVERY


async def _freshness(work: Work) -> Told:
    read_until = await _read_until(work)
    if read_until is None:
        return NOT_KNOWN
    age = max(datetime.now(UTC) - read_until, timedelta())  # real time; business time runs beside it
    return Told.of(Freshness(as_of=work.now - age, behind=age > BEHIND_AFTER))


async def _read_until(work: Work) -> datetime | None:
    sql = """SELECT CASE WHEN count(*) = cardinality(CAST(:topics AS text[])) THEN min(read_until) END AS read_until
             FROM freshness WHERE consumer = ANY(CAST(:topics AS text[]))"""
    row = await work.row(sql, topics=TOPICS)
    return row.read_until if row else None
