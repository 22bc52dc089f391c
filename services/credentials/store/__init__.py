"""Every SQL statement of credentials, set-based; find_* may return nothing, get_* raises.

    people         who an id means, whose credits are locked, merges
    licenses       licenses with their periods
    credits        credits, and recalls that came before their award
    reservations   credits set aside for filings
    scans          what educators handed in for a credit
    cases          what an officer has to decide

Locks are taken in one order, so that nobody waits for each other: people, then licenses, then reservations.
"""

from collections.abc import Sequence
from typing import Any

from shared.messaging.work import Work


async def lock_rows(work: Work, keys: Sequence[Any]) -> None:
    """Locks the people and licenses that a batch of several rounds concerns, in sorted order."""
    for table in ("person", "license"):
        await work.rows(
            f"""SELECT 1 FROM {table} WHERE {table}_id = ANY(CAST(:keys AS uuid[]))
                ORDER BY {table}_id FOR UPDATE""",
            keys=list(keys),
        )
