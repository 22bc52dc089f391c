"""Publishing many records at once: whole batches made here, one per partition at a time, in order.

aiokafka's `send` spends most of its time on one record's future and on a partitioner in Python. Here a key's
partition is CRC-32 modulo the number of partitions, as librdkafka's consistent partitioner computes it: any client
can repeat it (docs/decisions/004).
"""

import asyncio
import zlib
from collections.abc import Iterable
from typing import Any

from aiokafka import AIOKafkaProducer

from shared.messaging.envelope import Headers

PRODUCER: dict[str, Any] = {
    "acks": "all",
    "enable_idempotence": True,
    "linger_ms": 0,  # batches are made before they are sent
    "max_batch_size": 262_144,
    "request_timeout_ms": 8_000,
}

Message = tuple[bytes, bytes, Headers]
"""key, value, headers"""


def partition_of(key: bytes, partitions: int) -> int:
    """The partition that a key belongs to, for good."""
    return zlib.crc32(key) % partitions


async def publish(producer: AIOKafkaProducer, topic: str, messages: Iterable[Message]) -> None:
    """Publishes the messages, each key's in their order, and returns when all are acknowledged.

    Raises aiokafka's `KafkaError`; then any part of them may have been said, and all must be said again.
    """
    partitions = len(await producer.partitions_for(topic))
    open_batches: dict[int, Any] = {}
    acknowledged: list[asyncio.Future[Any]] = []

    async def close(partition: int) -> None:
        batch = open_batches.pop(partition)
        batch.close()
        acknowledged.append(await producer.send_batch(batch, topic, partition=partition))

    for key, value, headers in messages:
        partition = partition_of(key, partitions)
        if partition not in open_batches:
            open_batches[partition] = producer.create_batch()
        if open_batches[partition].append(timestamp=None, key=key, value=value, headers=headers) is None:
            await close(partition)
            open_batches[partition] = producer.create_batch()
            open_batches[partition].append(timestamp=None, key=key, value=value, headers=headers)
    for partition in list(open_batches):
        await close(partition)
    await asyncio.gather(*acknowledged)
