"""The reference subscriber as it runs in this process: what it has done, and what it is given at once."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.partitioner import DefaultPartitioner

from shared.contracts import Topic
from shared.contracts.topics import PARTITIONS
from shared.database import fetch
from shared.ids import LicenseId, new_id
from shared.messaging.consumer import Consumer
from shared.messaging.envelope import Record
from shared.testing.system import System
from tests.shared.messaging.reference import INPUT, Added

LICENSES = [LicenseId(new_id()) for _ in range(20)]


def on_partition(number: int, count: int) -> list[LicenseId]:
    """New licenses whose events `System.say` puts all on this partition."""
    every = range(PARTITIONS)
    choose, found = DefaultPartitioner(), list[LicenseId]()
    while len(found) < count:
        made = LicenseId(new_id())
        if choose(str(made).encode(), list(every), list(every)) == number:
            found.append(made)
    return found


def numbered(numbers: int | Iterable[int], licenses: list[LicenseId] = LICENSES) -> list[Added]:
    """Events with these numbers (so many, from 0), of the licenses in turn."""
    numbers = range(numbers) if isinstance(numbers, int) else numbers
    return [Added(license_id=licenses[n % len(licenses)], number=n) for n in numbers]


async def rows(system: System, sql: str, **parameters: Any) -> list[Any]:
    async with system.processes["reference"][0].runtime.database.begin() as connection:
        return list(await fetch(connection, sql, **parameters))


async def added(system: System) -> dict[Any, list[int]]:
    """The numbers that took effect, per license, in the order in which they did."""
    found = defaultdict(list)
    for row in await rows(system, "SELECT license_id, number FROM added ORDER BY place"):
        found[row.license_id].append(row.number)
    return found


def by_license(events: Iterable[Added]) -> dict[Any, list[int]]:
    """The numbers of events as `added` gives them where all took effect in their order."""
    found = defaultdict(list)
    for event in events:
        found[event.license_id].append(event.number)
    return found


def consumer_of(system: System, topic: Topic = INPUT) -> Consumer:
    return system.processes["reference"][0].consumers[topic.name]


def source_of(consumer: Consumer) -> AIOKafkaConsumer:
    """Kafka's consumer behind it, which is started."""
    assert consumer.standing.source is not None
    return consumer.standing.source


@asynccontextmanager
async def held_back(system: System, topic: Topic = INPUT) -> AsyncIterator[list[list[Record]]]:
    """What is published meanwhile comes afterwards, at once. Gives the batches as the consumer gets them, for a test
    must see that they are what it thinks."""
    consumer = consumer_of(system, topic)
    source, take, batches = source_of(consumer), consumer.take, list[list[Record]]()

    async def note_and_take(records: Any) -> None:
        batches.append(list(records))
        await take(records)

    consumer.take = note_and_take  # type: ignore[method-assign]
    parts = [TopicPartition(system.topic_prefix + topic.name, number) for number in range(PARTITIONS)]
    source.pause(*parts)
    while source._fetcher._in_flight:  # it would bring the first of what is published, alone  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    yield batches
    source.resume(*parts)
