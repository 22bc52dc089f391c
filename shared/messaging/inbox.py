"""The inbox: which events a consumer has already handled. The key is (consumer, event)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from shared import database
from shared.ids import id_floor


async def claim_new(connection: AsyncConnection, consumer: str, ids: Sequence[UUID]) -> None:
    """Claims ids that are expected to be new: a plain INSERT, the cheapest. A violation ends the transaction."""
    await database.run(
        connection,
        "INSERT INTO inbox (consumer, event_id) SELECT :consumer, unnest(CAST(:ids AS uuid[]))",
        consumer=consumer,
        ids=ids,
    )


async def claim(connection: AsyncConnection, consumer: str, ids: Sequence[UUID]) -> set[UUID]:
    """Claims the ids and returns those that are new to this consumer."""
    rows = await database.fetch(
        connection,
        """INSERT INTO inbox (consumer, event_id) SELECT :consumer, unnest(CAST(:ids AS uuid[]))
           ON CONFLICT DO NOTHING RETURNING event_id""",
        consumer=consumer,
        ids=ids,
    )
    return {row.event_id for row in rows}


async def prune(connection: AsyncConnection, before: datetime, at_most: int = 50_000) -> int:
    """Forgets events made before an instant: ids are in the order of time, so this is one range of the index."""
    return await database.run(
        connection,
        """DELETE FROM inbox WHERE ctid = ANY(ARRAY(
               SELECT ctid FROM inbox WHERE event_id < :floor ORDER BY event_id LIMIT :at_most))""",
        floor=id_floor(before), at_most=at_most,
    )  # fmt: skip
