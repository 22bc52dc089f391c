"""Time in: how fresh the look-up is, noted all the time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, TopicPartition

from services.lookup import commands
from shared.messaging.batch import Subscription
from shared.messaging.broker import topic_names
from shared.runtime import Runtime

LOOK_EVERY = 1.0


async def note_freshness(runtime: Runtime) -> None:
    """Asks Kafka for the ends of the topics, and notes which of them are shown to the end; until cancelled."""
    async with reader(runtime) as source:
        while True:
            for subscription in runtime.subscriptions:
                looked_at = datetime.now(UTC)
                ends = await source.end_offsets(parts_of(runtime, source, subscription))
                async with runtime.work(actor="schedule") as work:
                    await commands.note_freshness(work, subscription.name, ends, looked_at)
            await asyncio.sleep(LOOK_EVERY)


@asynccontextmanager
async def reader(runtime: Runtime) -> AsyncIterator[AIOKafkaConsumer]:
    """A Kafka client that belongs to no group."""
    source = AIOKafkaConsumer(
        *(name for s in runtime.subscriptions for name in topic_names(runtime, s)),
        **runtime.kafka_options(),
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=2 << 20,
    )
    try:
        await source.start()
        source.unsubscribe()
        yield source
    finally:
        await source.stop()


def parts_of(runtime: Runtime, source: AIOKafkaConsumer, subscription: Subscription) -> list[TopicPartition]:
    """The partitions that a subscription reads."""
    names = topic_names(runtime, subscription)
    return [TopicPartition(name, number) for name in names for number in source.partitions_for_topic(name) or ()]
