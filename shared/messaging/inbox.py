"""The inbox: which facts a consumer has already handled. The key is (consumer, event). States need none.

Ids are claimed by the statement that moves the positions: round trips are what a lone event's delay is made of.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from shared import database
from shared.database import Connection
from shared.ids import id_floor
from shared.messaging.positions import MOVE, Moves

CLAIM = "INSERT INTO inbox (consumer, event_id) SELECT :consumer, unnest(CAST(:ids AS uuid[]))"
CLAIM_UNKNOWN = f"{CLAIM} ON CONFLICT DO NOTHING RETURNING event_id"


async def claim_new(connection: Connection, consumer: str, moves: Moves, ids: Sequence[UUID]) -> None:
    """Moves the positions and claims ids that are expected to be new, in one statement, the cheapest.

    An id that is known violates the key and ends the transaction. Raises `LostOwnership`.
    """
    rows = await database.fetch(
        connection,
        f"""WITH moved AS ({MOVE} RETURNING 1),
                 claimed AS ({CLAIM})
            SELECT count(*) AS moved FROM moved""",
        consumer=consumer, ids=ids, **moves.parameters,
    )  # fmt: skip
    moves.check(consumer, rows[0].moved)


async def claim(connection: Connection, consumer: str, moves: Moves, ids: Sequence[UUID]) -> set[UUID]:
    """Moves the positions, claims the ids, and returns those that are new to this consumer. Raises `LostOwnership`."""
    rows = await database.fetch(
        connection,
        f"""WITH moved AS ({MOVE} RETURNING 1),
                 claimed AS ({CLAIM_UNKNOWN})
            SELECT (SELECT count(*) FROM moved) AS moved, ARRAY(SELECT event_id FROM claimed) AS claimed""",
        consumer=consumer, ids=ids, **moves.parameters,
    )  # fmt: skip
    moves.check(consumer, rows[0].moved)
    return set(rows[0].claimed)


async def claim_late(connection: Connection, consumer: str, ids: Sequence[UUID]) -> set[UUID]:
    """Claims ids whose positions were passed long ago, those of dead letters; returns those that are new."""
    rows = await database.fetch(connection, CLAIM_UNKNOWN, consumer=consumer, ids=ids)
    return {row.event_id for row in rows}


async def prune(connection: Connection, before: datetime, at_most: int = 50_000) -> int:
    """Forgets events made before an instant: ids are in the order of time, so this is one range of the index."""
    return await database.run(
        connection,
        """DELETE FROM inbox WHERE ctid = ANY(ARRAY(
               SELECT ctid FROM inbox WHERE event_id < :floor ORDER BY event_id LIMIT :at_most))""",
        floor=id_floor(before), at_most=at_most,
    )  # fmt: skip
