"""Where a consumer stands, kept in its database and moved in the transaction of its effects."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aiokafka import TopicPartition

from shared import database
from shared.database import Connection

Positions = dict[TopicPartition, int]


class LostOwnership(Exception):
    """A position is not where this process left it: somebody else owns the partition now."""


@dataclass(frozen=True, slots=True)
class Moves:
    """Where the positions stand as this process knows them, and where a batch takes them."""

    known: Positions
    to: Positions

    @property
    def parameters(self) -> dict[str, Any]:
        """Those of `MOVE`."""
        parts = sorted(self.to)
        return {
            "topics": [p.topic for p in parts],
            "partitions": [p.partition for p in parts],
            "known": [self.known[p] for p in parts],
            "next": [self.to[p] for p in parts],
        }

    def check(self, consumer: str, moved: int) -> None:
        """Raises `LostOwnership` unless every position was moved."""
        if moved != len(self.to):
            raise LostOwnership(f"{consumer}: {len(self.to) - moved} of {len(self.to)} partitions have moved on")


async def load(connection: Connection, consumer: str, beginnings: Mapping[TopicPartition, int]) -> Positions:
    """The positions of these partitions; one that was never read starts at its beginning."""
    parts = sorted(beginnings)
    await database.run(
        connection,
        """INSERT INTO consumer_position (consumer, topic, partition, next_offset)
           SELECT :consumer, topic, partition, beginning
           FROM unnest(CAST(:topics AS text[]), CAST(:partitions AS int[]), CAST(:beginnings AS bigint[]))
                AS given (topic, partition, beginning)
           ON CONFLICT DO NOTHING""",
        consumer=consumer,
        topics=[p.topic for p in parts],
        partitions=[p.partition for p in parts],
        beginnings=[beginnings[p] for p in parts],
    )
    rows = await database.fetch(
        connection,
        "SELECT topic, partition, next_offset FROM consumer_position WHERE consumer = :consumer",
        consumer=consumer,
    )
    known = {TopicPartition(row.topic, row.partition): int(row.next_offset) for row in rows}
    return {part: known[part] for part in parts}


MOVE = """
    UPDATE consumer_position AS position SET next_offset = given.next
    FROM unnest(CAST(:topics AS text[]), CAST(:partitions AS int[]), CAST(:known AS bigint[]),
                CAST(:next AS bigint[])) AS given (topic, partition, known, next)
    WHERE position.consumer = :consumer AND position.topic = given.topic
      AND position.partition = given.partition AND position.next_offset = given.known"""


async def advance(connection: Connection, consumer: str, moves: Moves) -> None:
    """Moves each position from the value known to its new one. Raises `LostOwnership` when one has moved."""
    moves.check(consumer, await database.run(connection, MOVE, consumer=consumer, **moves.parameters))


async def put(connection: Connection, consumer: str, offsets: Iterable[tuple[TopicPartition, int]]) -> None:
    """Puts positions where an operator says, after an alarm that a position no longer exists."""
    for part, offset in offsets:
        await database.run(
            connection,
            """INSERT INTO consumer_position (consumer, topic, partition, next_offset)
               VALUES (:consumer, :topic, :partition, :offset)
               ON CONFLICT (consumer, topic, partition) DO UPDATE SET next_offset = excluded.next_offset""",
            consumer=consumer, topic=part.topic, partition=part.partition, offset=offset,
        )  # fmt: skip
