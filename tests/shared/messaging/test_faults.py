"""Workers are killed, frozen, stopped, added and taken away; nothing is lost, doubled or out of order."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from shared.ids import LicenseId, new_id
from tests.shared.messaging.fleet import Fleet
from tests.shared.messaging.reference import Added
from tests.shared.messaging.worker import BOUNDARIES

LICENSES = [LicenseId(new_id()) for _ in range(50)]


class Ground(NamedTuple):
    """Where fleets run."""

    kafka: str
    postgres: str
    folder: Path


@pytest.fixture
def ground(kafka: str, postgres: str, tmp_path: Path) -> Ground:
    return Ground(kafka, postgres, tmp_path)


@pytest.fixture
async def fleet(ground: Ground) -> AsyncIterator[Fleet]:
    async with running_fleet(*ground) as made:
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


async def at_every_boundary(scene: Callable[[Fleet, str], Awaitable[None]], ground: Ground) -> None:
    """Plays a scene at several boundaries at once, each with a fleet of its own: most of it is a worker's session."""
    turns = asyncio.Semaphore(5)

    async def play(boundary: str) -> None:
        async with turns, running_fleet(ground.kafka, ground.postgres, ground.folder / boundary) as fleet:
            await scene(fleet, boundary)

    problems = await asyncio.gather(*map(play, BOUNDARIES), return_exceptions=True)
    assert {boundary: p for boundary, p in zip(BOUNDARIES, problems, strict=True) if p is not None} == {}


@pytest.mark.timeout(600)
async def test_killed_at_any_boundary_nothing_is_lost_or_doubled(ground: Ground) -> None:
    async def die_and_go_on(fleet: Fleet, boundary: str) -> None:
        await say(fleet, 0, 300)
        await fleet.died(fleet.launch(die_at=f"{boundary}:1"))
        await say(fleet, 300, 300)
        fleet.launch()
        await fleet.until(600)
        await fleet.check()

    await at_every_boundary(die_and_go_on, ground)


@pytest.mark.timeout(600)
async def test_frozen_at_any_boundary_it_wakes_as_a_stranger_and_nothing_is_lost_or_doubled(ground: Ground) -> None:
    """Every partition was its own; by then they are another's, which goes on with more. It works again afterwards."""

    async def freeze_and_wake(fleet: Fleet, boundary: str) -> None:
        await say(fleet, 0, 300)
        sleeper = fleet.launch(freeze_at=f"{boundary}:1")
        await fleet.froze(sleeper)
        other = fleet.launch()
        await say(fleet, 300, 300)
        await fleet.until(600)  # so the sleeper's session has ended
        await say(fleet, 600, 300)
        fleet.send(sleeper, signal.SIGCONT)
        await say(fleet, 900, 300)
        await fleet.until(1200)
        await fleet.check()
        fleet.send(other, signal.SIGTERM)
        await fleet.died(other)
        await say(fleet, 1200, 300)
        await fleet.until(1500)
        assert fleet.is_alive(sleeper)
        await fleet.check()

    await at_every_boundary(freeze_and_wake, ground)


@pytest.mark.timeout(400)
async def test_three_workers_killed_frozen_and_replaced_under_load(fleet: Fleet) -> None:
    choose = random.Random(7)
    crew = [fleet.launch() for _ in range(3)]
    frozen: list[int] = []
    for step in range(6):
        await say(fleet, step * 500, 500)
        await asyncio.sleep(1.0)
        victim = crew.pop(choose.randrange(len(crew)))
        if step % 4 == 1:
            fleet.send(victim, signal.SIGSTOP)
            frozen.append(victim)
        else:
            fleet.send(victim, signal.SIGKILL if step % 2 else signal.SIGTERM)
        crew.append(fleet.launch())
    await fleet.until(3000, seconds=200)  # what was the frozen workers' is others' by now
    for pid in frozen:
        fleet.send(pid, signal.SIGCONT)
    await say(fleet, 3000, 500)
    await fleet.until(3500)
    assert all(map(fleet.is_alive, frozen))
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
