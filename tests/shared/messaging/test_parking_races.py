"""Who closes a dead letter while a consumer parks something behind it: nothing stays parked with nobody before it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from shared.database import fetch
from shared.ids import LicenseId, new_id
from shared.messaging import dead_letters
from shared.messaging.replay import discard, replay
from shared.runtime import Runtime
from shared.testing.system import System
from tests.conftest import FreshTopics, MakeSystem
from tests.shared.messaging import reference as ref
from tests.shared.messaging.reference import TOPICS, Added, reference

LICENSE = LicenseId(new_id())
WHILE_PARKING = 1.5
"""Seconds for which a consumer stands between deciding to park and committing; less than PostgreSQL lets it."""


@pytest.fixture
async def system(make_system: MakeSystem, fresh_topics: FreshTopics) -> AsyncIterator[System]:
    await fresh_topics(*TOPICS)
    yield await make_system(reference)
    ref.fail_with(lambda event: None)


def runtime(system: System) -> Runtime:
    return system.processes["reference"][0].runtime


async def rows(system: System, sql: str) -> list[Any]:
    async with runtime(system).database.begin() as connection:
        return list(await fetch(connection, sql))


async def say(system: System, *numbers: int) -> None:
    await system.say(*(Added(license_id=LICENSE, number=number) for number in numbers))


async def dead(system: System, *numbers: int) -> int:
    """Says these; the first becomes a dead letter, the others wait behind it. Returns its id."""

    def poison(event: Added) -> None:
        if event.number == numbers[0]:
            raise RuntimeError("poison")

    ref.fail_with(poison)
    await say(system, *numbers)
    await system.drain()
    ref.fail_with(lambda event: None)
    [letter] = await rows(system, "SELECT id FROM dead_letter WHERE state = 'dead'")
    return int(letter.id)


async def assert_taken(system: System, *numbers: int) -> None:
    await system.drain()
    assert await rows(system, "SELECT position, state FROM dead_letter WHERE state IN ('dead', 'parked')") == []
    assert [row.number for row in await rows(system, "SELECT number FROM added ORDER BY place")] == list(numbers)


async def discarded(runtime: Runtime, letter_id: int, by: str) -> int:
    return await discard(runtime, letter_id, by, reason="never")


@pytest.mark.parametrize(("close", "taken"), [(replay, (1, 2, 3)), (discarded, (2, 3))])
@pytest.mark.parametrize("waiting", [(1, 2), (1,)], ids=["some parked", "none parked"])
async def test_what_is_being_parked_while_its_letter_is_closed_is_handled(
    system: System,
    monkeypatch: pytest.MonkeyPatch,
    close: Callable[..., Awaitable[int]],
    taken: tuple[int, ...],
    waiting: tuple[int, ...],
) -> None:
    """The consumer has decided to park, and has not committed; meanwhile an operator closes all before it."""
    letter_id = await dead(system, *waiting)
    write, is_parking = dead_letters.write, asyncio.Event()

    async def write_slowly(*given: Any) -> None:
        await write(*given)
        is_parking.set()
        await asyncio.sleep(WHILE_PARKING if given[-1] else 0)

    monkeypatch.setattr(dead_letters, "write", write_slowly)
    await say(system, *range(len(waiting) + 1, 4))
    await is_parking.wait()
    await close(runtime(system), letter_id, by="test")
    await assert_taken(system, *taken)


@pytest.mark.parametrize("meanwhile", [1, 2], ids=["the letter is handled", "a parked event is handled"])
async def test_what_comes_while_a_replay_runs_is_handled_after_it(
    system: System, monkeypatch: pytest.MonkeyPatch, meanwhile: int
) -> None:
    letter_id = await dead(system, 1, 2)
    close = dead_letters.close
    count = 0

    async def close_slowly(*given: Any) -> None:
        nonlocal count
        count += 1
        await close(*given)
        if count == meanwhile:
            await say(system, 3)
            await asyncio.sleep(WHILE_PARKING)  # before the commit

    monkeypatch.setattr(dead_letters, "close", close_slowly)
    await replay(runtime(system), letter_id, by="test")
    await assert_taken(system, 1, 2, 3)


async def test_two_who_replay_at_once_leave_nothing_behind(system: System) -> None:
    letter_id = await dead(system, 1, 2, 3, 4, 5, 6)
    parked = await rows(system, "SELECT id FROM dead_letter WHERE state = 'parked' ORDER BY position")
    await asyncio.gather(
        replay(runtime(system), letter_id, by="one"),
        replay(runtime(system), parked[2].id, by="other"),
        return_exceptions=True,  # the second may find that the first was there before it
    )
    await system.drain()
    assert await rows(system, "SELECT 1 FROM dead_letter WHERE state IN ('dead', 'parked')") == []
    found = [row.number for row in await rows(system, "SELECT number FROM added ORDER BY number")]
    assert found == [1, 2, 3, 4, 5, 6]


async def test_a_key_without_open_letters_waits_for_nobody(system: System) -> None:
    letter_id = await dead(system, 1, 2)
    async with runtime(system).work(actor="test") as work:
        await dead_letters.get_locked(work.connection, letter_id)
        async with runtime(system).work(actor="test") as other, asyncio.timeout(60):
            assert await dead_letters.blocked_keys(other.connection, "reference.input.facts.v1", ["another"]) == set()
