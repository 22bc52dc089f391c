"""A bad event at any place of a batch: it is set aside, what is said of its key waits behind it, the rest goes on."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from shared.contracts.topics import PARTITIONS
from shared.ids import new_id
from shared.messaging.envelope import Record
from shared.messaging.replay import replay
from shared.testing.system import System
from tests.shared.messaging import reference as ref
from tests.shared.messaging.reference import INPUT, Added
from tests.shared.messaging.subject import added, by_license, held_back, numbered, on_partition, rows

COUNT = 30
ONE_PARTITION = on_partition(2, 4)
ALL_PARTITIONS = [each for number in range(PARTITIONS) for each in on_partition(number, 2)]
Place = Callable[[int], int]
PLACES = pytest.mark.parametrize(
    "place", [lambda n: 0, lambda n: n // 2, lambda n: n - 1], ids=["first", "amid", "last"]
)  # fmt: skip


def partitions(batch: Sequence[Record]) -> set[int]:
    return {record.partition for record in batch}


def after(bad: Added, events: Sequence[Added]) -> list[int]:
    """The numbers of what was said of the same license later."""
    return [e.number for e in events if e.license_id == bad.license_id and e.number > bad.number]


async def assert_waiting(system: System, reason: str, behind: int) -> None:
    letters = await rows(system, "SELECT state, reason FROM dead_letter ORDER BY position")
    assert [(each.state, each.reason) for each in letters] == [("dead", reason)] + [("parked", "parked")] * behind


async def assert_taken_but(system: System, missing: Sequence[int], events: Sequence[Added]) -> None:
    assert await added(system) == by_license(event for event in events if event.number not in missing)


@PLACES
@pytest.mark.parametrize("licenses", [ONE_PARTITION, ALL_PARTITIONS], ids=["one partition", "all partitions"])
async def test_what_a_handler_fails_at_is_set_aside_wherever_it_stands(
    system: System, place: Place, licenses: Any
) -> None:
    """By itself: the batch is halved until the bad event stands alone. Replayed, it and what waits take effect."""
    events = numbered(COUNT, licenses)

    def poison(event: Added) -> None:
        worst = batches[0][place(COUNT)]
        if (event.said.partition, event.said.offset) == (worst.partition, worst.offset):
            raise RuntimeError("poison")

    ref.fail_with(poison)
    async with held_back(system) as batches:
        await system.say(*events)
    await system.drain()
    [batch] = batches
    assert len(batch) == COUNT
    assert len(partitions(batch)) == (1 if licenses is ONE_PARTITION else PARTITIONS)
    [bad] = [event for event in events if event.as_json() == batch[place(COUNT)].value]
    behind = after(bad, events)
    await assert_waiting(system, "unexpected", len(behind))
    await assert_taken_but(system, [bad.number, *behind], events)
    await replayed(system, 1 + len(behind))
    assert await added(system) == by_license(events)


async def replayed(system: System, count: int) -> None:
    """The dead letter is replayed, and so many take effect."""
    ref.fail_with(lambda event: None)
    [letter] = await rows(system, "SELECT id FROM dead_letter WHERE state = 'dead'")
    assert await replay(system.processes["reference"][0].runtime, letter.id, by="test") == count
    await system.drain()


@PLACES
async def test_what_cannot_be_read_is_set_aside_wherever_it_stands(system: System, place: Place) -> None:
    """In the batch's own transaction: the others are handled once, together."""
    events, bad = numbered(COUNT, ONE_PARTITION), place(COUNT)
    about = str(events[bad].license_id).encode()
    headers = (("ce_type", b"elms.tests.Added.v1"), ("ce_id", str(new_id()).encode()), ("ce_time", b"never"))
    async with held_back(system) as batches:
        await system.say(*events[:bad])
        await system.publish(INPUT.name, b"{}", key=about, headers=headers)
        await system.say(*events[bad + 1 :])
    await system.drain()
    [batch] = batches
    assert [record.offset for record in batch] == list(range(COUNT))
    behind = after(events[bad], events)
    await assert_waiting(system, "undecodable", len(behind))
    await assert_taken_but(system, [bad, *behind], events)
    assert ref.seen == {event.number: 1 for event in events if event.number not in {bad, *behind}}
