"""Time in: deadlines of what waits, and the work of loads, chunk by chunk."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from services.exchange.commands import loads as commands
from services.exchange.commands import settle, waiting
from services.exchange.domain.errors import LoadMovedOn
from services.exchange.domain.files import WINDOW
from services.exchange.store import loads
from shared.database import fetch, is_transient
from shared.files import Files
from shared.ids import derived_id
from shared.messaging.work import Work
from shared.runtime import Runtime

log = structlog.get_logger()

MOST_UNSAID = 10_000
"""Events that may wait in the outbox before a load waits too: an agency's single credit stands behind no more."""
REST, SHORT_REST = 10.0, 1.0
"""A load rests so many times as long as its last chunk took: an approval that comes meanwhile finds the machine free.

With a rest of three an approval's p99 is 2.5 times an idle system's, with ten 1.7 (docs/decisions/018). From a chunk
that says nothing (it is checked, or was loaded before) nothing follows elsewhere: there a short rest will do."""
LONGEST_REST = 2.0
"""Seconds. A chunk usually takes less than a tenth of that; one that took longer had to wait itself."""
UNSAID = "SELECT coalesce(sum(events), 0) AS waiting FROM (SELECT events FROM outbox LIMIT :most) AS unsaid"
SWEEPS: tuple[Callable[[Work], Awaitable[Any]], ...] = (
    waiting.refuse_overdue, waiting.decide_known_now, settle.settle_early, settle.settle_alike, loads.forget_seen,
)  # fmt: skip


async def sweep_parked(runtime: Runtime) -> None:
    """Refuses what has waited too long, and decides or settles what crossed with the one it waited for."""
    for sweep in SWEEPS:
        async with runtime.work(actor="schedule") as work:
            await sweep(work)


async def work_loads(runtime: Runtime) -> None:
    """Works all loads that have something to do, a chunk of each in turn, until none has."""
    files = Files(runtime.settings)
    while active := await _active(runtime):
        for load in active:
            began = time.monotonic()
            try:
                rest = REST if await _work_one(runtime, files, load) else SHORT_REST
                await asyncio.sleep(min(rest * (time.monotonic() - began), LONGEST_REST))
            except LoadMovedOn:
                continue
            except Exception as error:
                if is_transient(error):
                    raise
                log.exception("load failed", load=str(load.load_id))
                await _give_up(runtime, load, error)


async def _active(runtime: Runtime) -> Any:
    async with runtime.work(actor="schedule") as work:
        return await loads.find_active(work)


async def _work_one(runtime: Runtime, files: Files, load: Any) -> bool:
    """One chunk of one load; whether it said something, which is the same, under the same ids, if a restored database
    does it again.
    """
    command = derived_id(load.load_id, load.state, load.next_byte)
    if load.state != "checking" and await _too_much_unsaid(runtime):
        await asyncio.sleep(0.1)
        return False
    if load.state == "recalling":
        async with runtime.work(actor=load.by, command=command) as work:
            await commands.recall_some(work, load)
            return work.says_something
    is_left = load.next_byte < load.bytes
    data = await files.part(load.sha256, load.next_byte, WINDOW) if is_left else b""
    chunk = commands.chunk_of(load, data)
    do = commands.check_rows if load.state == "checking" else commands.load_rows
    async with runtime.work(actor=load.by, command=command) as work:
        await do(work, load, chunk)
        return work.says_something


async def _too_much_unsaid(runtime: Runtime) -> bool:
    async with runtime.database.begin() as connection:
        rows = await fetch(connection, UNSAID, most=MOST_UNSAID)
    return bool(rows[0].waiting >= MOST_UNSAID)


async def _give_up(runtime: Runtime, load: Any, error: Exception) -> None:
    """A load that can't go on stops there, with the reason; what it has loaded stays and can be recalled."""
    async with runtime.work(actor="schedule") as work:
        await loads.begin(work, load, "failed", load.next_byte, reason=f"{type(error).__name__}: {error}"[:500])
