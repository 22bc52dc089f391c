"""A bystander at Kafka: where topics end, and what stands in them, asked by a client that consumes nothing.

A consumer is a bad witness of its own lag: Kafka answers the requests of a connection in their order, so a
question waits until the consumer's long poll ends.
"""

import asyncio
from collections.abc import Iterable, Mapping

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

Ends = dict[TopicPartition, int]


class Observer:
    """Reads topics from outside any consumer group."""

    def __init__(self, kafka: str) -> None:
        self.kafka = kafka
        self._client: AIOKafkaConsumer | None = None
        self._turn = asyncio.Lock()

    async def stop(self) -> None:
        """Ends the client, if there was a question."""
        if self._client is not None:
            await self._client.stop()

    async def ends(self, parts: Iterable[TopicPartition]) -> Ends:
        """The offset behind the last record of each partition."""
        wanted = sorted(set(parts))
        return dict(await (await self._ready()).end_offsets(wanted)) if wanted else {}

    async def read(self, parts: Iterable[TopicPartition], since: Mapping[TopicPartition, int]) -> list[ConsumerRecord]:
        """All records from `since` (or the beginning) to the ends of now, by the time they were said."""
        ends = {part: end for part, end in (await self.ends(parts)).items() if since.get(part, 0) < end}
        if not ends:
            return []
        client = await self._ready()
        found: list[ConsumerRecord] = []
        async with self._turn:  # another's assignment would take the place of this one
            client.assign(list(ends))
            for part in ends:
                client.seek(part, since.get(part, 0))
            while any([await client.position(part) < end for part, end in ends.items()]):
                for records in (await client.getmany(timeout_ms=100)).values():
                    found += records
            client.unsubscribe()
        return sorted(found, key=lambda record: record.timestamp)

    async def _ready(self) -> AIOKafkaConsumer:
        if self._client is None:
            self._client = AIOKafkaConsumer(
                bootstrap_servers=self.kafka, auto_offset_reset="earliest", fetch_max_wait_ms=10
            )
            await self._client.start()
        return self._client
