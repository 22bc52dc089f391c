"""The row “approval committed → look-up visible”: how it is run and how it is counted.

Both moments are PostgreSQL's own commit timestamps, by the one clock of the server that holds all databases.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from bench.chain.cohort import id_of
from bench.percents import percentile
from bench.stage import Miscounted, Stage
from shared.contracts import agency_topics
from shared.contracts.topics import TOPICS
from shared.settings import Settings

RATE = 100
"""Approvals a second: below what either can do, so that nothing queues."""


async def run(stage: Stage) -> None:
    """The contender is warmed at the same rate; then it is told to approve, and every approval is followed."""
    total = stage.warm + stage.events
    await stage.migrate(stage.program.SERVICES)
    await stage.topics(*TOPICS, *agency_topics(Settings().agencies))
    await stage.program.prepare(stage.services, total)
    await stage.start()
    await stage.tell(f"1 {stage.warm} {RATE}")
    await until_shown(stage, stage.warm)
    async with stage.clock():
        await stage.tell(f"{stage.warm + 1} {total} {RATE}")
        await until_shown(stage, total)
    milliseconds = await delays(stage, range(stage.warm + 1, total + 1))
    stage.measure(p50_ms=percentile(milliseconds, 50), p99_ms=percentile(milliseconds, 99))


async def until_shown(stage: Stage, count: int) -> None:
    """Waits until so many are shown."""

    async def shown() -> bool:
        return len(await _moments(stage, stage.program.SHOWN)) >= count

    await stage.until(shown, f"not {count} are shown", 0.25)


async def delays(stage: Stage, numbers: range, program: Any = None) -> list[float]:
    """Milliseconds from commit to commit of each of these approvals. Raises `Miscounted` where one is missing."""
    program = program or stage.program
    approved, shown = await _moments(stage, program.APPROVED), await _moments(stage, program.SHOWN)
    pairs = [(approved.get(id_of("application", n)), shown.get(id_of("license", n))) for n in numbers]
    found = [(then - before).total_seconds() * 1000 for before, then in pairs if before and then]
    if len(found) != len(numbers) or len(approved) != len(shown):
        raise Miscounted(f"{stage.module}: {len(approved)} approved, {len(shown)} shown; {len(found)} of {numbers}")
    return found


async def _moments(stage: Stage, question: tuple[str, str]) -> dict[UUID, datetime]:
    service, sql = question
    connection: asyncpg.Connection[Any] = await asyncpg.connect(stage.services[service])
    try:
        rows = await connection.fetch(sql)
    finally:
        await connection.close()
    found = dict(map(tuple, rows))
    if len(found) != len(rows):
        raise Miscounted(f"{stage.module}: {len(rows)} rows of {len(found)} approvals")
    return found
