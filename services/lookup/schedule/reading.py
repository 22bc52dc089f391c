"""Reading Kafka outside of any group: the ends of topics, and topics from their beginnings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.messaging.batch import Subscription
from shared.messaging.broker import topic_names
from shared.runtime import Runtime


@asynccontextmanager
async def reader(runtime: Runtime) -> AsyncIterator[AIOKafkaConsumer]:
    """A Kafka client that knows the service's topics and belongs to no group."""
    names = [name for subscription in runtime.subscriptions for name in topic_names(runtime, subscription)]
    source = AIOKafkaConsumer(
        *names,
        **runtime.kafka_options(),
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=2 << 20,
    )
    try:
        await source.start()
        yield source
    finally:
        await source.stop()


def parts_of(runtime: Runtime, source: AIOKafkaConsumer, subscription: Subscription) -> list[TopicPartition]:
    """The partitions that a subscription reads."""
    names = topic_names(runtime, subscription)
    return [TopicPartition(name, number) for name in names for number in source.partitions_for_topic(name) or ()]
