"""While PostgreSQL works on a batch the next one is fetched and decoded. Nothing may come of it before its turn, nor
at all where the batch before it is given up or partitions are taken away: it is thrown away, and comes again."""

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import ConsumerStoppedError, CorruptRecordException

from shared.messaging.batch import Fetched, Sorted
from shared.messaging.broker import CONSUMER, PatientSubscriber
from shared.messaging.envelope import Record
from shared.testing.system import System
from tests.shared.messaging import reference as ref
from tests.shared.messaging.reference import INPUT, STATES, Added, Shown, reference
from tests.shared.messaging.subject import (
    added,
    by_license,
    consumer_of,
    held_back,
    numbered,
    on_partition,
    rows,
    source_of,
)
from tests.shared.messaging.test_linger import Source

FULL = 5
ABOUT = on_partition(3, 2)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Full with few records, in all subscribers that are made from now on."""
    monkeypatch.setitem(CONSUMER, "max_records", FULL)


def eager(sort: Any = lambda records: Sorted([(record, record) for record in records], [])) -> PatientSubscriber:
    """One whose batches are full with three records, and whose decoder gives back what it is given."""
    subscriber = PatientSubscriber.__new__(PatientSubscriber)
    subscriber.batch_timeout_ms, subscriber.max_records, subscriber.linger = 500, 3, 0.0
    subscriber.reads_ahead = True
    subscriber.standing = SimpleNamespace(seeks=1, subscription=SimpleNamespace(sort=sort))  # type: ignore[assignment]
    return subscriber


async def read_ahead(subscriber: PatientSubscriber) -> Fetched:
    assert subscriber.ahead is not None
    return await subscriber.ahead


async def test_behind_a_full_batch_the_next_is_fetched_and_decoded() -> None:
    subscriber, source = eager(), Source([1, 2, 3], [4, 5], [6])
    assert await subscriber.get_msg(source) == (1, 2, 3)  # type: ignore[arg-type]
    assert (await read_ahead(subscriber)).sorted == Sorted([(4, 4), (5, 5)], [])  # type: ignore[list-item]
    assert source.fetches == [[6]]
    assert await subscriber.get_msg(source) == (4, 5)  # type: ignore[arg-type]
    assert subscriber.ahead is None  # that batch was not full: nothing more was there
    assert await subscriber.get_msg(source) == (6,)  # type: ignore[arg-type]


async def test_what_was_read_ahead_is_thrown_away_where_we_sought_meanwhile() -> None:
    subscriber, source = eager(), Source([1, 2, 3], [4, 5, 6], [1, 2, 3], [])
    await subscriber.get_msg(source)  # type: ignore[arg-type]
    await read_ahead(subscriber)
    subscriber.standing.seeks += 1
    assert await subscriber.get_msg(source) == (1, 2, 3)  # type: ignore[arg-type]
    await read_ahead(subscriber)


@pytest.mark.parametrize("trouble", [CorruptRecordException(), ConsumerStoppedError(), []], ids=repr)
async def test_trouble_ahead_is_met_where_it_is_waited_for(trouble: Any) -> None:
    subscriber = eager()
    source = Source([1, 2, 3], trouble, trouble or [4])
    await subscriber.get_msg(source)  # type: ignore[arg-type]
    if trouble:
        with pytest.raises(type(trouble)):
            await subscriber.get_msg(source)  # type: ignore[arg-type]
    else:
        assert await subscriber.get_msg(source) == (4,)  # type: ignore[arg-type]


async def test_what_cannot_even_be_sorted_is_left_to_whoever_takes_it() -> None:
    def fail(records: Any) -> Any:
        raise RuntimeError("a mistake of ours")

    subscriber, source = eager(fail), Source([1, 2, 3], [4, 5])
    await subscriber.get_msg(source)  # type: ignore[arg-type]
    assert (await read_ahead(subscriber)).sorted is None
    assert await subscriber.get_msg(source) == (4, 5)  # type: ignore[arg-type]


def subscriber_of(system: System, topic: str) -> PatientSubscriber:
    """The running one."""
    [found] = [s for s in system.processes["reference"][0]._broker.subscribers
               if s.topic_names == [system.topic_prefix + topic]]  # fmt: skip
    return found  # type: ignore[no-any-return]


class Held:
    """The handler at its first event: it fails as a database does that is away, until it is let go."""

    def __init__(self) -> None:
        self.reached, self.let_go = asyncio.Event(), False

    def __call__(self, event: Added) -> None:
        self.reached.set()
        if not self.let_go:
            raise OSError("away")


async def batch_ahead(subscriber: PatientSubscriber) -> list[int]:
    """The offsets of what was read ahead."""
    while subscriber.ahead is None:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    return offsets(await subscriber.ahead)


def offsets(records: Sequence[Record]) -> list[int]:
    return [record.offset for record in records]


async def held_at_the_first(system: System, events: Sequence[Added]) -> tuple[Held, list[list[Record]]]:
    """The handler, stopped at its first event while the batch behind it is read ahead; and the batches as they come."""
    held = Held()
    ref.fail_with(held)
    async with held_back(system) as batches:
        await system.say(*events)
    await held.reached.wait()
    assert await batch_ahead(subscriber_of(system, INPUT.name)) == list(range(FULL, 2 * FULL))
    return held, batches


async def test_a_batch_that_fails_for_a_while_is_done_before_what_was_read_ahead(system: System) -> None:
    events = numbered(4 * FULL, ABOUT)
    held, batches = await held_at_the_first(system, events)
    assert await added(system) == {}
    held.let_go = True
    await system.drain()
    assert [offsets(batch) for batch in batches] == [list(range(n, n + FULL)) for n in range(0, 4 * FULL, FULL)]
    assert await added(system) == by_license(events)


async def test_behind_a_batch_that_is_given_up_it_is_thrown_away_and_comes_again(system: System) -> None:
    """Somebody else has done the first record: the position is not where this process left it."""
    events = numbered(3 * FULL, ABOUT)
    held, batches = await held_at_the_first(system, events)
    await rows(system, "UPDATE consumer_position SET next_offset = 1 WHERE consumer = :consumer AND partition = 3 "
               "RETURNING 1", consumer=INPUT.name)  # fmt: skip
    held.let_go = True
    await system.drain()
    assert [offsets(batch) for batch in batches] == [
        [0, 1, 2, 3, 4], [1, 2, 3, 4, 5], [6, 7, 8, 9, 10], [11, 12, 13, 14]
    ]  # fmt: skip
    assert await added(system) == by_license(events[1:])


async def test_poison_that_was_read_ahead_is_set_aside_alone(system: System) -> None:
    events = numbered(2 * FULL, on_partition(3, 10))

    def poison(event: Added) -> None:
        if event.number == FULL + 2:
            raise RuntimeError("poison")

    ref.fail_with(poison)
    async with held_back(system) as batches:
        await system.say(*events[: FULL + 1])
        await system.publish(INPUT.name, b"no event", str(events[FULL + 1].license_id).encode())
        await system.say(*events[FULL + 2 :])
    await system.drain()
    assert [len(batch) for batch in batches] == [FULL] * 2
    reasons = [row.reason for row in await rows(system, "SELECT reason FROM dead_letter ORDER BY position")]
    assert sorted(reasons) == ["undecodable", "unexpected"]
    assert await added(system) == by_license(e for e in events if e.number not in (FULL + 1, FULL + 2))


async def test_behind_a_gap_what_was_read_ahead_is_not_taken_for_what_was_read_again(system: System) -> None:
    events = numbered(6 * FULL, ABOUT)
    async with held_back(system) as batches:
        await system.say(*events)
        consumer = consumer_of(system)
        source_of(consumer).seek(TopicPartition(system.topic_prefix + INPUT.name, 3), 3 * FULL)
        await consumer._busy.acquire()
    await batch_ahead(subscriber_of(system, INPUT.name))
    consumer._busy.release()
    await system.drain()
    assert [batch[0].offset for batch in batches] == [3 * FULL, *range(0, 6 * FULL, FULL)]
    assert await added(system) == by_license(events)


@pytest.mark.parametrize("again", [True, False], ids=["given back", "given to another"])
async def test_when_partitions_are_taken_away_nothing_comes_of_it(system: System, again: bool) -> None:
    events = numbered(6 * FULL, ABOUT)
    held, _ = await held_at_the_first(system, events)
    consumer, part = consumer_of(system), TopicPartition(system.topic_prefix + INPUT.name, 3)
    if again:
        await consumer.on_partitions_revoked([part])
        held.let_go = True
        await consumer.on_partitions_assigned(source_of(consumer).assignment())
    else:
        database = system.processes["reference"][0].runtime.settings.database
        held.let_go = True
        await system.start(reference, database)  # Kafka gives it half of them, maybe this one
    await system.drain()
    assert await added(system) == by_license(events)
    assert await rows(system, "SELECT id FROM dead_letter") == []


async def test_in_a_compacted_topic_what_was_read_ahead_does_not_overtake(system: System) -> None:
    """There nobody would see the gap: what stands before it would never be shown. Wherever we stand anew, we seek in
    every partition, in that, too, of which records were in hand."""
    subscriber, consumer = subscriber_of(system, STATES.name), consumer_of(system, STATES)
    license_ids = on_partition(2, 2 * FULL) + on_partition(3, 2 * FULL)
    async with held_back(system, STATES) as batches:
        for license_id in license_ids:
            await system.say(Shown(license_id=license_id, value=7), version=1)
        await consumer._busy.acquire()
    while not batches:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert await batch_ahead(subscriber) == list(range(FULL, 2 * FULL))
    other = 5 - batches[0][0].partition
    await consumer.stand([TopicPartition(system.topic_prefix + STATES.name, other)])  # while the first waits
    consumer._busy.release()
    await system.drain()
    assert [offsets(batch) for batch in batches][:2] == [list(range(FULL))] * 2
    assert {row.license_id for row in await rows(system, "SELECT license_id FROM shown")} == set(license_ids)
