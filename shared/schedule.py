"""Time in: a service's scheduled work, done by one process at a time, and the housekeeping that all share."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from shared import audit
from shared.database import HOLDING, is_transient, run
from shared.messaging import inbox
from shared.messaging.backoff import Backoff
from shared.service import Scheduled
from shared.telemetry import new_trace, trace
from shared.waiting import HEARTBEAT, hold, together

if TYPE_CHECKING:
    from shared.runtime import Runtime

log = structlog.get_logger()

LOCK = 0x54494D45  # "TIME"
INBOX_DAYS = 14
REQUEST_DAYS = 30


async def run_schedule(runtime: "Runtime") -> None:
    """Waits to be the one that does it, then does each thing at its pace; until cancelled."""
    backoff = Backoff()
    while True:
        try:
            async with runtime.database.session(**HOLDING) as session:
                while not await session.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):  # noqa: ASYNC110
                    await asyncio.sleep(HEARTBEAT)
                backoff.reset()
                works = (_repeat(runtime, each) for each in (*runtime.service.schedule, *HOUSEKEEPING))
                await together(hold(session), *works)
        except Exception as error:
            log.warning("schedule waits", error=repr(error)[:200])
        await backoff.wait()


async def _repeat(runtime: "Runtime", scheduled: Scheduled) -> None:
    while True:
        trace.set(new_trace())  # this task's own
        try:
            await scheduled.run(runtime)
        except Exception as error:
            if not is_transient(error):
                log.exception("scheduled work failed", work=scheduled.run.__name__)
        await asyncio.sleep(scheduled.every)


async def prune_inbox(runtime: "Runtime") -> None:
    """Forgets what no relay can say again."""
    async with runtime.database.begin() as connection:
        await inbox.prune(connection, datetime.now(UTC) - timedelta(days=INBOX_DAYS))


async def prune_requests(runtime: "Runtime") -> None:
    """Forgets answers that nobody asks for again."""
    async with runtime.database.begin() as connection:
        before = datetime.now(UTC) - timedelta(days=REQUEST_DAYS)
        await run(connection, "DELETE FROM request WHERE at < :before", before=before)


async def seal_audit(runtime: "Runtime") -> None:
    """Binds the audit rows since the last seal."""
    await audit.seal(runtime)


HOUSEKEEPING = (Scheduled(3600, prune_inbox), Scheduled(3600, prune_requests), Scheduled(30, seal_audit))
