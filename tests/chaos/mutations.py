"""Mechanisms taken out of a process, to see whether the rig notices: none of this exists in the product."""

import re
from collections.abc import Callable
from typing import Any

from shared import database
from shared.messaging import batch, inbox, outbox, positions
from shared.messaging.hears import Hearing

SQL = Callable[[str], Any]


def take_out(name: str) -> None:
    """Takes out one mechanism, by its name in `MUTATIONS`."""
    MUTATIONS[name]()


def no_inbox() -> None:
    """Every event is new, however often it comes."""

    async def claim_new(connection: Any, consumer: str, moves: Any, ids: Any) -> None:
        await positions.advance(connection, consumer, moves)

    async def claim(connection: Any, consumer: str, moves: Any, ids: Any) -> set[Any]:
        await positions.advance(connection, consumer, moves)
        return set(ids)

    inbox.claim_new, inbox.claim = claim_new, claim


def no_compare() -> None:
    """A position moves whatever it was: a process that lost its partition goes on as if it had it."""
    without = positions.MOVE.replace(" AND position.next_offset = given.known", "")
    assert without != positions.MOVE, "the position's compare-and-set is written otherwise now"
    positions.MOVE = without
    setattr(inbox, "MOVE", without)  # noqa: B010 - its own name for it


def no_version_guard() -> None:
    """Projections take every state, the old after the new."""
    guard = re.compile(r"WHERE\s+excluded\.(\w*version)\s*>\s*\w+\.\1")
    _rewrite(lambda sql: guard.sub("", sql))


def no_key_lock() -> None:
    """Neither rounds nor row locks: what concerns one key is done side by side."""
    Hearing.keys = lambda self, event: ()  # type: ignore[method-assign]
    init = batch.Subscription.__post_init__

    def without_lock(self: batch.Subscription) -> None:
        init(self)
        self.lock = None

    batch.Subscription.__post_init__ = without_lock  # type: ignore[method-assign]
    lock = re.compile(r"FOR (?:NO KEY )?UPDATE(?: OF \w+)?( SKIP LOCKED)?")
    _rewrite(lambda sql: lock.sub(lambda found: found[0] if found[1] else "", sql))


def no_order() -> None:
    """The relay says the youngest first."""
    original, read = outbox.Unsaid.next, outbox.read

    async def backwards(self: Any, topic: str, limit: int) -> Any:
        return list(reversed(await original(self, topic, limit)))

    outbox.Unsaid.next = backwards  # type: ignore[method-assign]
    outbox.read = lambda service, page: read(service, page)[::-1]  # type: ignore[assignment]


def _rewrite(change: Callable[[str], str]) -> None:
    """Every statement is changed on its way to the database."""
    original = database.statement
    database.statement = lambda sql: original(change(sql))  # type: ignore[assignment]


MUTATIONS: dict[str, Callable[[], None]] = {
    "inbox": no_inbox,
    "compare-and-set": no_compare,
    "version guard": no_version_guard,
    "key lock": no_key_lock,
    "relay order": no_order,
}
