"""Replaying and discarding dead letters: under the letter's lock, what is parked behind it after it.

An event that a relay said twice may lie here twice, or lie here and be handled: its id is claimed like any other.

A replay may come days late: nothing is mailed, or done outside otherwise, unless the operator lets it.
"""

from typing import TYPE_CHECKING

from shared.database import Row
from shared.errors import Refused
from shared.messaging import dead_letters, inbox
from shared.messaging.batch import Subscription
from shared.messaging.envelope import Record
from shared.messaging.work import Work

if TYPE_CHECKING:
    from shared.runtime import Runtime


class NobodyHears(Refused):
    """A letter that no handler can take: what the broker would refuse, or a consumer of an earlier release."""

    text = "No handler here takes what {consumer} set aside. Discard it when it is seen to."


async def replay(runtime: "Runtime", letter_id: int, by: str, *, hold_back: bool = True) -> int:
    """Handles a dead letter and what waits behind it, each in a transaction of its own; returns how many.

    Raises whatever the handler raises: then that letter stays as it was, and what is behind it goes on waiting.
    """
    async with runtime.work(actor=by, replaying=hold_back) as work:
        letter = await dead_letters.get_locked(work.connection, letter_id)
        await _handle(runtime, work, letter, by)
    return 1 + await handle_parked(runtime, letter, by, hold_back=hold_back)


async def discard(runtime: "Runtime", letter_id: int, by: str, reason: str, *, hold_back: bool = True) -> int:
    """Closes a dead letter unhandled, and handles what waited behind it; returns how many were handled."""
    async with runtime.work(actor=by) as work:
        letter = await dead_letters.get_locked(work.connection, letter_id)
        await dead_letters.close(work.connection, letter_id, "discarded", by, reason)
        work.audit("dead letter discarded", dead_letters.place_of(letter), reason=reason)
    return await handle_parked(runtime, letter, by, hold_back=hold_back)


async def handle_parked(runtime: "Runtime", behind: Row, by: str, *, hold_back: bool) -> int:
    """Handles what is parked behind a closed letter until nothing is, what comes meanwhile too; returns how many."""
    handled = 0
    while True:
        async with runtime.work(actor=by, replaying=hold_back) as work:
            letter = await dead_letters.next_parked(work.connection, behind)
            if letter is None:
                return handled
            await _handle(runtime, work, letter, by)
        handled += 1


async def _handle(runtime: "Runtime", work: Work, letter: Row, by: str) -> None:
    subscription = subscription_of(runtime, letter)
    await take_alone(subscription, work, dead_letters.opened(letter, runtime.seal))
    await dead_letters.close(work.connection, letter.id, "replayed", by, "")
    work.audit("dead letter replayed", dead_letters.place_of(letter))


async def take_alone(subscription: Subscription, work: Work, record: Record) -> bool:
    """Runs the handlers for one record. False: its event was handled before. Raises `ValueError`: unreadable."""
    found = subscription.sort([record])
    if found.dead:
        raise ValueError(found.dead[0].detail)
    heard = [each for _, each in found.heard]
    new = await inbox.claim_late(work.connection, subscription.name, [event.said.id for _, event in heard])
    await subscription.handle(work, [each for each in heard if each[1].said.id in new])
    return bool(new)


def subscription_of(runtime: "Runtime", letter: Row) -> Subscription:
    """The subscription that a letter stayed behind in. Raises `NobodyHears`."""
    for subscription in runtime.subscriptions:
        if subscription.name == letter.consumer:
            return subscription
    raise NobodyHears(consumer=letter.consumer)
