"""Two who are in each other's way in the database: whoever gave way tries again, and nothing is set aside for it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from shared.messaging.batch import Subscription
from shared.messaging.breaker import UNEXPECTED_A_MINUTE
from shared.messaging.rounds import Heard
from shared.messaging.work import Work
from shared.testing.system import System
from tests.shared.messaging import reference as ref
from tests.shared.messaging.reference import Added
from tests.shared.messaging.subject import added, by_license, consumer_of, held_back, numbered, on_partition, rows

TIMES = UNEXPECTED_A_MINUTE + 1
"""So often would pause a consumer, were these failures of the unexpected kind."""
ONE, OTHER = on_partition(4, 2)


async def assert_all_took_effect(system: System, events: Sequence[Added]) -> None:
    """Once, in order; nothing was set aside, nobody paused."""
    assert await added(system) == by_license(events)
    assert await rows(system, "SELECT id FROM dead_letter") == []
    assert not consumer_of(system).health()["paused"]


@pytest.mark.parametrize(
    "failure", [asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.LockNotAvailableError]
)
async def test_whoever_gave_way_tries_again_until_it_succeeds(system: System, failure: type[Exception]) -> None:
    def collide(event: Added) -> None:
        if event.number == 5 and ref.seen[5] <= TIMES:
            raise failure("somebody else was in the way")

    ref.fail_with(collide)
    events = numbered(20)
    await system.say(*events)
    await system.drain()
    assert ref.seen[5] == TIMES + 1
    await assert_all_took_effect(system, events)


async def test_who_loses_a_deadlock_tries_again(system: System, postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real one: the consumer holds one row and wants the other, a stranger holds the other and wants the first."""
    before, after = numbered(range(2), [ONE, OTHER]), numbered(range(2, 8), [ONE, OTHER])
    await system.say(*before)
    await system.drain()
    handle, lost = Subscription.handle, asyncio.Event()
    async with stranger(system, postgres) as rival, asyncio.timeout(60):
        await rival.fetch(LOCK, OTHER)

        async def cross(self: Subscription, work: Work, heard: Sequence[Heard]) -> None:
            if not lost.is_set():
                await work.run("UPDATE total SET sum = sum WHERE license_id = :id", id=ONE)
                crossing.append(asyncio.create_task(rival.fetch(LOCK, ONE)))
                while not await work.row(BLOCKED, pid=rival.get_server_pid()):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            try:
                await handle(self, work, heard)
            except asyncpg.DeadlockDetectedError:
                lost.set()
                raise

        crossing: list[asyncio.Task[Any]] = []
        monkeypatch.setattr(Subscription, "handle", cross)
        async with held_back(system):
            await system.say(*after)
        await lost.wait()
        await asyncio.gather(*crossing)
    await system.drain()
    await assert_all_took_effect(system, before + after)


LOCK = "SELECT 1 FROM total WHERE license_id = $1 FOR UPDATE"
BLOCKED = "SELECT 1 WHERE cardinality(pg_blocking_pids(:pid)) > 0"


@asynccontextmanager
async def stranger(system: System, postgres: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A transaction of somebody else's, who never looks whether he stands in a deadlock: so it is not he who loses."""
    url = make_url(postgres).set(database=system.processes["reference"][0].runtime.database.url.database)
    connection = await asyncpg.connect(
        url.render_as_string(hide_password=False), server_settings={"deadlock_timeout": "1h"}
    )
    try:
        await connection.execute("BEGIN")
        yield connection
    finally:
        connection.terminate()
