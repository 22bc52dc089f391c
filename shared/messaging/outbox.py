"""The outbox: what a transaction says, kept beside what it changed, until the relay has said it."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from shared import database
from shared.contracts import Event

Row = tuple[str, str, str, str]
"""topic, key, headers as JSON, value as JSON"""


def row(event: Event, envelope: Mapping[str, Any]) -> Row:
    """An event as an outbox row. The topic of an agency's event names the agency."""
    topic = event.TOPIC.name
    if "{" in topic:
        topic = topic.format(agency=getattr(event, "agency"))  # noqa: B009
    value = event.__pydantic_serializer__.to_json(event).decode()
    return topic, str(event.key), orjson.dumps(envelope).decode(), value


async def write(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """Appends rows in their order, in one statement."""
    if not rows:
        return
    topics, keys, headers, values = zip(*rows, strict=True)
    await database.run(
        connection,
        """INSERT INTO outbox (topic, key, headers, value)
           SELECT topic, key, headers, value
           FROM unnest(CAST(:topics AS text[]), CAST(:keys AS text[]), CAST(:headers AS text[]),
                       CAST(:values AS text[])) WITH ORDINALITY AS given (topic, key, headers, value, place)
           ORDER BY place""",
        topics=topics, keys=keys, headers=headers, values=values,
    )  # fmt: skip
