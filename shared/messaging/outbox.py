"""The outbox: what a transaction says, kept beside what it changed, until the relay has said it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
import orjson

from shared import database
from shared.contracts import Event
from shared.database import Connection

Row = tuple[str, str, str, str]
"""topic, key, headers as JSON, value as JSON"""


_SEPARATOR = "\n"
"""JSON never holds a line break, nor do topics and ids."""
APPEND = """
    INSERT INTO outbox (topic, key, headers, value)
    SELECT topic, key, headers, value
    FROM unnest(string_to_array(:topics, E'\\n'), string_to_array(:keys, E'\\n'), string_to_array(:headers, E'\\n'),
                string_to_array(:values, E'\\n')) WITH ORDINALITY AS given (topic, key, headers, value, place)
    ORDER BY place"""
"""A column is one text: the driver looks at each element of a list several times (docs/decisions/015)."""


def row(event: Event, envelope: Mapping[str, Any], key: str = "") -> Row:
    """An event as an outbox row. The topic of an agency's event names the agency."""
    topic = event.TOPIC.name
    if "{" in topic:
        topic = topic.format(agency=getattr(event, "agency"))  # noqa: B009
    return topic, key or str(event.key), orjson.dumps(envelope).decode(), event.as_json().decode()


async def write(connection: Connection, rows: Sequence[Row]) -> None:
    """Appends rows in their order, in one statement."""
    if not rows:
        return
    topics, keys, headers, values = map(_SEPARATOR.join, zip(*rows, strict=True))
    await database.run(connection, APPEND, topics=topics, keys=keys, headers=headers, values=values)


class Unsaid:
    """The outbox as its relay reads it: over one connection of the driver's own, without transactions."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self._connection = connection
        self._turn = asyncio.Lock()

    async def topics(self) -> tuple[list[str], float]:
        """The topics with rows, and the age of the oldest row in seconds; one look per topic, however many rows."""
        async with self._turn:
            rows = await self._connection.fetch(
                """WITH RECURSIVE waiting AS (
                       (SELECT topic FROM outbox ORDER BY topic LIMIT 1)
                       UNION ALL
                       SELECT (SELECT topic FROM outbox WHERE topic > waiting.topic ORDER BY topic LIMIT 1)
                       FROM waiting WHERE waiting.topic IS NOT NULL)
                   SELECT topic, (SELECT extract(epoch FROM clock_timestamp() - at)::float
                                  FROM outbox ORDER BY id LIMIT 1) AS age
                   FROM waiting WHERE topic IS NOT NULL"""
            )
        return [row["topic"] for row in rows], rows[0]["age"] if rows else 0.0

    async def next(self, topic: str, limit: int) -> "list[asyncpg.Record]":
        """The topic's first rows: id, key, headers, value."""
        async with self._turn:
            return await self._connection.fetch(
                "SELECT id, key, headers, value FROM outbox WHERE topic = $1 ORDER BY id LIMIT $2", topic, limit
            )

    async def forget(self, ids: Sequence[int]) -> None:
        """Deletes what Kafka has for good."""
        async with self._turn:
            await self._connection.execute("DELETE FROM outbox WHERE id = ANY($1::bigint[])", ids)
