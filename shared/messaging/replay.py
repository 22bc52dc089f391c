"""Replaying and discarding dead letters: under the letter's lock, what is parked behind it after it.

An event that a relay said twice may lie here twice, or lie here and be handled: its id is claimed like any other.

A replay may come days late: nothing is mailed, or done outside otherwise, unless the operator lets it.
"""

from typing import TYPE_CHECKING

from shared.errors import NotFound
from shared.messaging import dead_letters, inbox
from shared.messaging.batch import Subscription
from shared.messaging.envelope import Record
from shared.messaging.work import Work

if TYPE_CHECKING:
    from shared.runtime import Runtime


async def replay(runtime: "Runtime", letter_id: int, by: str, *, hold_back: bool = True) -> int:
    """Handles a dead letter and what waits behind it, each in a transaction of its own; returns how many.

    Raises whatever the handler raises: then that letter stays as it was, and what is behind it goes on waiting.
    """
    behind = await _handle(runtime, letter_id, by, hold_back=hold_back)
    for waiting in behind:
        await _handle(runtime, waiting, by, hold_back=hold_back)
    return 1 + len(behind)


async def discard(runtime: "Runtime", letter_id: int, by: str, reason: str, *, hold_back: bool = True) -> int:
    """Closes a dead letter unhandled, and handles what waited behind it; returns how many were handled."""
    async with runtime.work(actor=by) as work:
        letter = await dead_letters.get_locked(work.connection, letter_id)
        behind = await dead_letters.parked_behind(work.connection, letter)
        await dead_letters.close(work.connection, letter_id, "discarded", by, reason)
        work.audit("dead letter discarded", f"{letter.topic}/{letter.partition}/{letter.position}", reason=reason)
    for waiting in behind:
        await _handle(runtime, waiting, by, hold_back=hold_back)
    return len(behind)


async def _handle(runtime: "Runtime", letter_id: int, by: str, *, hold_back: bool) -> list[int]:
    async with runtime.work(actor=by, replaying=hold_back) as work:
        letter = await dead_letters.get_locked(work.connection, letter_id)
        behind = await dead_letters.parked_behind(work.connection, letter)
        subscription = _subscription(runtime, letter.consumer)
        await take_alone(subscription, work, dead_letters.opened(letter, runtime.seal))
        await dead_letters.close(work.connection, letter_id, "replayed", by, "")
        work.audit("dead letter replayed", f"{letter.topic}/{letter.partition}/{letter.position}")
    return behind


async def take_alone(subscription: Subscription, work: Work, record: Record) -> bool:
    """Runs the handlers for one record. False: its event was handled before. Raises `ValueError`: unreadable."""
    found = subscription.sort([record])
    if found.dead:
        raise ValueError(found.dead[0].detail)
    heard = [each for _, each in found.heard]
    new = await inbox.claim_late(work.connection, subscription.name, [event.said.id for _, event in heard])
    await subscription.handle(work, [each for each in heard if each[1].said.id in new])
    return bool(new)


def _subscription(runtime: "Runtime", consumer: str) -> Subscription:
    for subscription in runtime.subscriptions:
        if subscription.name == consumer:
            return subscription
    raise NotFound
