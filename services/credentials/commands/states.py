"""Saying states again, for a look-up that is rebuilt or a topic that has lost a record.

The licenses are locked: read while somebody renews one, its old state would be said after the new one, and be all that
is left of it in a compacted topic.
"""

from uuid import UUID

from services.credentials.domain.facts import state_of
from services.credentials.store import licenses
from shared.messaging.work import Work


async def say_states_again(work: Work, *, after: UUID | None, at_most: int) -> tuple[int, UUID | None]:
    """Says the next licenses, in the order of their ids, as they stand; returns how many and where to go on.

    Their versions stay: a reader that has them already passes them over.
    """
    found = await licenses.find_after(work, after, at_most)
    for license in found:
        work.say(state_of(license), version=license.version)
    return len(found), found[-1].license_id if len(found) == at_most else None


async def say_of_some(work: Work, ids: list[UUID]) -> int:
    """Says these licenses as they stand; returns how many of them exist."""
    found = await licenses.find_licenses(work, ids, lock=True)
    for license in found.values():
        work.say(state_of(license), version=license.version)
    return len(found)
