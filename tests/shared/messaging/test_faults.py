"""Workers are killed, frozen, stopped, added and taken away; nothing is lost, doubled or out of order."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from shared.ids import LicenseId, new_id
from tests.shared.messaging.fleet import Fleet
from tests.shared.messaging.reference import Added
from tests.shared.messaging.worker import BOUNDARIES

LICENSES = [LicenseId(new_id()) for _ in range(50)]


@pytest.fixture
async def fleet(kafka: str, postgres: str, tmp_path: Path) -> AsyncIterator[Fleet]:
    async with running_fleet(kafka, postgres, tmp_path) as made:
        yield made


@asynccontextmanager
async def running_fleet(kafka: str, postgres: str, folder: Path) -> AsyncIterator[Fleet]:
    folder.mkdir(exist_ok=True)  # noqa: ASYNC240
    made = Fleet(kafka, postgres, folder)
    await made.prepare()
    try:
        yield made
    finally:
        await made.end()


async def say(fleet: Fleet, first: int, count: int) -> None:
    events = [Added(license_id=LICENSES[n % len(LICENSES)], number=n) for n in range(first, first + count)]
    await fleet.say(events, [new_id() for _ in events])


@pytest.mark.timeout(600)
async def test_killed_at_any_boundary_nothing_is_lost_or_doubled(kafka: str, postgres: str, tmp_path: Path) -> None:
    """Several boundaries at once, each with a fleet of its own: most of the time is a dead worker's session."""
    turns = asyncio.Semaphore(5)

    async def die_and_go_on(boundary: str) -> None:
        async with turns, running_fleet(kafka, postgres, tmp_path / boundary) as fleet:
            await say(fleet, 0, 300)
            await fleet.died(fleet.launch(die_at=f"{boundary}:1"))
            await say(fleet, 300, 300)
            fleet.launch()
            await fleet.until(600)
            await fleet.check()

    problems = await asyncio.gather(*map(die_and_go_on, BOUNDARIES), return_exceptions=True)
    assert {boundary: p for boundary, p in zip(BOUNDARIES, problems, strict=True) if p is not None} == {}


@pytest.mark.timeout(400)
async def test_three_workers_killed_frozen_and_replaced_under_load(fleet: Fleet) -> None:
    choose = random.Random(7)
    crew = [fleet.launch() for _ in range(3)]
    frozen = 0
    for step in range(6):
        await say(fleet, step * 500, 500)
        await asyncio.sleep(1.0)
        victim = crew.pop(choose.randrange(len(crew)))
        if step % 4 == 1:
            fleet.send(victim, signal.SIGSTOP)  # longer than the session timeout: it wakes as a stranger
            frozen = victim
        else:
            fleet.send(victim, signal.SIGKILL if step % 2 else signal.SIGTERM)
        crew.append(fleet.launch())
    fleet.send(frozen, signal.SIGCONT)
    await fleet.until(3000, seconds=200)
    await fleet.check()


async def test_stopped_gracefully_under_load_it_ends_soon_and_its_successor_goes_on(fleet: Fleet) -> None:
    first = fleet.launch()
    await say(fleet, 0, 3000)
    await fleet.until(1)
    fleet.send(first, signal.SIGTERM)
    assert await fleet.died(first, seconds=30) == 0
    fleet.launch()
    await fleet.until(3000)
    await fleet.check()
