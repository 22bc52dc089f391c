"""Records that do not begin where we stand: read again from there, or, where a log has holes, stepped over."""

from collections.abc import Sequence

from aiokafka import AIOKafkaProducer, TopicPartition

from shared.contracts import Event, Topic
from shared.messaging.batch import Fetched
from shared.messaging.envelope import Record
from shared.testing.saying import message
from shared.testing.system import System
from tests.shared.messaging.reference import INPUT, STATES, Shown
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

PARTITION = 3
ABOUT = on_partition(PARTITION, 2)


def part_of(system: System, topic: Topic) -> TopicPartition:
    return TopicPartition(system.topic_prefix + topic.name, PARTITION)


def offsets(batches: Sequence[Sequence[Record]]) -> list[list[int]]:
    return [[record.offset for record in batch] for batch in batches]


async def test_what_begins_behind_a_gap_is_read_again_from_where_we_stand(system: System) -> None:
    """As where a fetch was under way, from elsewhere, while we sought: nobody told the standing."""
    before, after = numbered(range(10), ABOUT), numbered(range(10, 40), ABOUT)
    await system.say(*before)
    await system.drain()
    async with held_back(system) as batches:
        await system.say(*after)
        source_of(consumer_of(system)).seek(part_of(system, INPUT), 25)
    await system.drain()
    assert offsets(batches) == [list(range(25, 40)), list(range(10, 40))]
    assert await added(system) == by_license(before + after)


async def test_a_gap_in_a_compacted_topic_is_stepped_over(system: System) -> None:
    """There it says nothing: what stood there was replaced."""
    async with held_back(system, STATES) as batches:
        for version in range(1, 7):
            await system.say(Shown(license_id=ABOUT[0], value=version), version=version)
        source_of(consumer_of(system, STATES)).seek(part_of(system, STATES), 4)
    await system.drain()
    assert offsets(batches) == [[4, 5]]
    assert [(row.value, row.version) for row in await rows(system, "SELECT * FROM shown")] == [(6, 6)]


async def say_in_a_transaction(system: System, *events: Event) -> None:
    """Kafka's: its end is marked in the log, at an offset that no reader is given."""
    producer = AIOKafkaProducer(bootstrap_servers=system.kafka, transactional_id=system.topic_prefix)
    await producer.start()
    try:
        async with producer.transaction():
            for event in events:
                key, value, headers = message(event)
                await producer.send(system.topic_prefix + event.TOPIC.name, value, key=key, headers=headers)
    finally:
        await producer.stop()


async def test_a_hole_that_is_still_there_when_read_again_is_stepped_over(system: System) -> None:
    """Whoever writes in transactions must not stop the readers of his topic."""
    events = numbered(range(12), ABOUT)
    async with held_back(system) as batches:
        for first in range(0, 9, 3):
            await say_in_a_transaction(system, *events[first : first + 3])
        await system.say(*events[9:])
    await system.drain(20)
    assert offsets(batches) == [[0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14]] * 2
    assert await added(system) == by_license(events)


async def test_a_gap_is_read_again_whenever_we_have_sought_anew(system: System) -> None:
    """What was read again says nothing of a batch that was in hand before a rebalance."""
    events = numbered(range(40), ABOUT)
    consumer, part = consumer_of(system), part_of(system, INPUT)
    async with held_back(system) as batches:
        await system.say(*events)
        from_elsewhere = [record for record in await system.read(INPUT.name) if record.offset >= 25]
        for _ in range(2):
            assert not consumer.standing.mine(Fetched.after(consumer.standing.seeks, from_elsewhere))
            await consumer.stand([part])
    await system.drain()
    assert offsets(batches) == [list(range(40))]
    assert await added(system) == by_license(events)
