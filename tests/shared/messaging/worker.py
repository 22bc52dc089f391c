"""The reference service in a process of its own, for tests that kill, freeze and stop it.

An order's `die_at`, `<boundary>:<nth>`, makes it kill itself (-9) at the nth passing of a boundary; its `freeze_at`
makes it stand still there (SIGSTOP) until somebody wakes it. The product has no hook for this: the boundaries are
wrapped here.
"""

import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

from shared.messaging import batch, consumer, inbox, outbox, relay
from shared.process import run
from shared.waiting import hold
from tests.shared.messaging.reference import reference

Step = Callable[..., Awaitable[Any]]


def play(order: dict[str, str]) -> None:
    """Plays the reference service until it is told to stop, or its boundary comes."""
    for wanted, what in ((order["die_at"], signal.SIGKILL), (order["freeze_at"], signal.SIGSTOP)):
        if wanted:
            name, _, nth = wanted.partition(":")
            left[name] = int(nth)
            ends[name] = what
    if ends:
        wrap_boundaries()
    run(reference, ["all"])


def around(step: Step, before: str, after: str) -> Step:
    """The step, with the process killed or frozen before or after it when its turn has come."""

    async def wrapped(*args: Any, **named: Any) -> Any:
        reach(before)
        answer = await step(*args, **named)
        reach(after)
        return answer

    return wrapped


async def holding(session: Any) -> None:
    """Holds the relay's lock; first stands between preparing a question and asking it: not idle, to the server."""
    await session.prepare("SELECT 2")
    reach("amid-holding")
    await hold(session)


def reach(boundary: str) -> None:
    """Kills or freezes this process when this is the boundary's nth passing."""
    if boundary in left:
        left[boundary] -= 1
        if left[boundary] == 0:
            os.kill(os.getpid(), ends[boundary])


left: dict[str, int] = {}
"""How many passings of a boundary are left, this process's last one included."""
ends: dict[str, signal.Signals] = {}
"""What happens to this process there."""
BOUNDARIES = (
    "after-fetch", "after-inbox", "after-handlers", "after-outbox", "after-commit",
    "amid-holding", "before-publish", "after-publish", "after-delete",
)  # fmt: skip


def wrap_boundaries() -> None:
    """Wraps what stands at each boundary of consumer and relay."""
    take = batch.Subscription.take
    batch.Subscription.take = around(take, "after-fetch", "after-handlers")  # type: ignore[method-assign]
    for name in ("claim", "claim_new"):
        setattr(inbox, name, around(getattr(inbox, name), "-", "after-inbox"))
    outbox.write = around(outbox.write, "-", "after-outbox")  # type: ignore[assignment]
    attempt = consumer.Consumer._attempt
    consumer.Consumer._attempt = around(attempt, "-", "after-commit")  # type: ignore[method-assign]
    relay.hold = holding  # type: ignore[assignment]
    relay.publish = around(relay.publish, "before-publish", "after-publish")  # type: ignore[assignment]
    outbox.Unsaid.forget = around(outbox.Unsaid.forget, "-", "after-delete")  # type: ignore[method-assign]
