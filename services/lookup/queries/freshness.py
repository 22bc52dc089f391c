"""How fresh the look-up is: until when everything that was said is shown."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.contracts.credentials import LicenseState
from shared.contracts.identity import OrganizationState, PersonState
from shared.contracts.values import Value
from shared.messaging.work import Work

BEHIND_AFTER = timedelta(seconds=5)
TOPICS = [event.TOPIC.name for event in (LicenseState, PersonState, OrganizationState)]


ASKED_EVERY = 1.0
"""Seconds for which a process goes by what it read last: what was shown then is shown still."""


class Freshness(Value):
    """`as_of`: what was said before it is shown (business time; None: not known yet). `behind`: say so."""

    as_of: datetime | None
    behind: bool


@dataclass(slots=True)
class Watch:
    """What one process knows of freshness."""

    asked_at: float = -ASKED_EVERY
    read_until: datetime | None = None

    async def freshness(self, work: Work) -> Freshness:
        """The least fresh of the topics that are read."""
        if time.monotonic() - self.asked_at >= ASKED_EVERY:
            self.asked_at, self.read_until = time.monotonic(), await _read_until(work)
        if self.read_until is None:
            return Freshness(as_of=None, behind=True)
        age = max(datetime.now(UTC) - self.read_until, timedelta())  # real time; business time runs beside it
        return Freshness(as_of=work.now - age, behind=age > BEHIND_AFTER)


async def _read_until(work: Work) -> datetime | None:
    sql = """SELECT CASE WHEN count(*) = cardinality(CAST(:topics AS text[])) THEN min(read_until) END AS read_until
             FROM freshness WHERE consumer = ANY(CAST(:topics AS text[]))"""
    row = await work.row(sql, topics=TOPICS)
    return row.read_until if row else None
