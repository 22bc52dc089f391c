"""How far a rebuild is."""

from datetime import UTC, datetime

from services.lookup.store import rebuilding
from shared.contracts.values import Value
from shared.errors import NotFound
from shared.messaging.work import Work


class Progress(Value):
    """The rebuild asked for last. `read` and `total` count records, `passed_over` those that could not be shown."""

    id: int
    state: str  # asked · building · done · failed
    asked_by: str
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    read: int
    total: int
    passed_over: int
    problem: str | None
    percent: int = 0
    seconds: float = 0.0


async def progress(work: Work) -> Progress:
    """The last rebuild, with its share and its time so far. Raises `NotFound` when none was ever asked for."""
    row = await rebuilding.find_last(work)
    if row is None:
        raise NotFound
    until = row.ended_at or datetime.now(UTC)
    seconds = (until - row.started_at).total_seconds() if row.started_at else 0.0
    percent = 100 if row.state == "done" else min(99, 100 * row.read // max(row.total, 1))
    return Progress(**row, percent=percent, seconds=round(seconds, 1))
