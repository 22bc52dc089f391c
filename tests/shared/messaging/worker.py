"""The reference service in a process of its own, for tests that kill, freeze and stop it.

An order's `die_at`, `<boundary>:<nth>`, makes it kill itself (-9) at the nth passing of a boundary. The product has no
hook for this: the boundaries are wrapped here.
"""

import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

from shared.messaging import batch, consumer, inbox, outbox, relay
from shared.process import run
from tests.shared.messaging.reference import reference

Step = Callable[..., Awaitable[Any]]


def play(order: dict[str, str]) -> None:
    """Plays the reference service until it is told to stop, or its boundary comes."""
    wanted, _, nth = order["die_at"].partition(":")
    if wanted:
        wrap_boundaries()
        left[wanted] = int(nth)
    run(reference, ["all"])


def dies_around(step: Step, before: str, after: str) -> Step:
    """The step, with the process killed before or after it when its turn has come."""

    async def wrapped(*args: Any, **named: Any) -> Any:
        die_at(before)
        answer = await step(*args, **named)
        die_at(after)
        return answer

    return wrapped


def die_at(boundary: str) -> None:
    """Kills this process when this is the boundary's nth passing."""
    if boundary in left:
        left[boundary] -= 1
        if left[boundary] == 0:
            os.kill(os.getpid(), signal.SIGKILL)


left: dict[str, int] = {}
"""How many passings of a boundary are left, this process's last one included."""
BOUNDARIES = (
    "after-fetch", "after-inbox", "after-handlers", "after-outbox", "after-commit",
    "before-publish", "after-publish", "after-delete",
)  # fmt: skip


def wrap_boundaries() -> None:
    """Wraps what stands at each boundary of consumer and relay."""
    take = batch.Subscription.take
    batch.Subscription.take = dies_around(take, "after-fetch", "after-handlers")  # type: ignore[method-assign]
    for name in ("claim", "claim_new"):
        setattr(inbox, name, dies_around(getattr(inbox, name), "-", "after-inbox"))
    outbox.write = dies_around(outbox.write, "-", "after-outbox")  # type: ignore[assignment]
    attempt = consumer.Consumer._attempt
    consumer.Consumer._attempt = dies_around(attempt, "-", "after-commit")  # type: ignore[method-assign]
    relay.publish = dies_around(relay.publish, "before-publish", "after-publish")  # type: ignore[assignment]
    outbox.Unsaid.forget = dies_around(outbox.Unsaid.forget, "-", "after-delete")  # type: ignore[method-assign]
