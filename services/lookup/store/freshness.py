"""Until when everything that was said is shown."""

from collections.abc import Mapping
from datetime import datetime

from aiokafka import TopicPartition

from shared.messaging.work import Work


async def is_read_to(work: Work, consumer: str, ends: Mapping[TopicPartition, int]) -> bool:
    """Whether a consumer stands at or behind each of these ends."""
    rows = await work.rows(
        "SELECT topic, partition, next_offset FROM consumer_position WHERE consumer = :consumer", consumer=consumer
    )
    stands = {(row.topic, row.partition): row.next_offset for row in rows}
    return bool(ends) and all(stands.get((part.topic, part.partition), -1) >= end for part, end in ends.items())


async def save_freshness(work: Work, consumer: str, read_until: datetime) -> None:
    """Notes until when a topic is read."""
    await work.run(
        """INSERT INTO freshness (consumer, read_until) VALUES (:consumer, :read_until)
           ON CONFLICT (consumer) DO UPDATE SET read_until = excluded.read_until
           WHERE excluded.read_until > freshness.read_until""",
        consumer=consumer, read_until=read_until,
    )  # fmt: skip
