"""Every boundary of consumer, relay and effects, wrapped from outside, and a process that ends itself at one of them.

A boundary has a name and a count: `after-commit:2` is its second passing. Dying is SIGKILL: nothing is flushed,
no `finally` runs, the kernel closes the sockets. Freezing is SIGSTOP: the sockets stay open.
"""

import asyncio
import functools
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from aiokafka import AIOKafkaProducer
from asyncpg.transaction import Transaction

from shared.effects import worker
from shared.messaging import batch, consumer, dead_letters, inbox, outbox, positions, publish, relay
from shared.messaging.work import Work
from shared.service import Service

CONSUMER = (
    "before-seek", "after-seek", "before-attempt", "before-take", "after-take", "before-claim", "after-claim",
    "before-handlers", "after-handlers", "before-outbox", "after-outbox", "before-commit", "commit-unanswered",
    "after-commit", "before-offsets", "after-offsets",
)  # fmt: skip
RELAY = ("before-read", "after-read", "before-publish", "mid-publish", "after-publish", "after-forget")
EFFECTS = ("before-call", "after-call", "before-commit", "commit-unanswered", "after-commit")
DEAD_LETTERS = ("before-letters", "after-letters")

try:
    from shared.messaging import standing
except ImportError:
    standing = None  # type: ignore[assignment]

_plan: dict[str, tuple[int, signal.Signals]] = {}
_passed: Counter[str] = Counter()
_in_batch: ContextVar[bool] = ContextVar("in_batch", default=False)


def reach(boundary: str) -> None:
    """Ends or freezes this process when this is the planned passing of the boundary."""
    if boundary in _plan:
        _passed[boundary] += 1
        nth, what = _plan[boundary]
        if _passed[boundary] == nth:
            os.kill(os.getpid(), what)


def wrap(service: Service, *, die_at: str = "", freeze_at: str = "") -> None:
    """Wraps every boundary; the process ends at `die_at`, and stops at `freeze_at` until somebody wakes it."""
    for text, what in ((die_at, signal.SIGKILL), (freeze_at, signal.SIGSTOP)):
        if text:
            name, _, nth = text.partition(":")
            _plan[name] = (int(nth or 1), what)
    _wrap_consumer()
    _wrap_relay()
    _wrap_effects(service)
    Work.flush = around(Work.flush, "", "before-commit", within=True)  # type: ignore[method-assign]
    Transaction.commit = _unanswered(Transaction.commit)  # type: ignore[method-assign]


def around(step: Callable[..., Awaitable[Any]], before: str, after: str, *, within: bool = False) -> Any:
    """The step between two boundaries; `within`: only where a batch or an effect is at hand."""

    @functools.wraps(step)
    async def wrapped(*args: Any, **named: Any) -> Any:
        counts = not within or _in_batch.get()
        if counts:
            reach(before)
        answer = await step(*args, **named)
        if counts:
            reach(after)
        return answer

    return wrapped


def _marked(step: Callable[..., Awaitable[Any]], before: str, after: str) -> Any:
    """The step between two boundaries, with `within` true inside."""

    @functools.wraps(step)
    async def wrapped(*args: Any, **named: Any) -> Any:
        reach(before)
        token = _in_batch.set(True)
        try:
            answer = await step(*args, **named)
        finally:
            _in_batch.reset(token)
        if answer is not False:  # an effects worker that found nothing due has reached nothing
            reach(after)
        return answer

    return wrapped


def _unanswered(commit: Callable[..., Awaitable[Any]]) -> Any:
    """COMMIT goes out, and we are gone before its answer: nobody here can know whether it happened."""

    @functools.wraps(commit)
    async def wrapped(*args: Any, **named: Any) -> Any:
        if _in_batch.get() and "commit-unanswered" in _plan:
            sent = asyncio.ensure_future(commit(*args, **named))
            await asyncio.sleep(0)
            reach("commit-unanswered")
            return await sent
        return await commit(*args, **named)

    return wrapped


def _wrap_consumer() -> None:
    taker = consumer.Consumer
    owner, name = (standing.Standing, "seek") if standing else (taker, "_seek")
    setattr(owner, name, around(getattr(owner, name), "before-seek", "after-seek"))
    taker._attempt = _marked(taker._attempt, "before-attempt", "after-commit")  # type: ignore[method-assign]
    taker._tell_kafka = around(taker._tell_kafka, "before-offsets", "after-offsets")  # type: ignore[method-assign]
    subscription = batch.Subscription
    subscription.take = around(subscription.take, "before-take", "after-take")  # type: ignore[method-assign]
    subscription.handle = around(subscription.handle, "before-handlers", "after-handlers")  # type: ignore[method-assign]
    for module, name in ((inbox, "claim"), (inbox, "claim_new"), (positions, "advance")):
        setattr(module, name, around(getattr(module, name), "before-claim", "after-claim"))
    outbox.write = around(outbox.write, "before-outbox", "after-outbox", within=True)
    dead_letters.write = _where_any(dead_letters.write)


def _where_any(write: Callable[..., Awaitable[Any]]) -> Any:
    wrapped = around(write, "before-letters", "after-letters")

    async def chosen(work: Any, name: str, seal: Any, letters: Any) -> Any:
        return await (wrapped if letters else write)(work, name, seal, letters)

    return chosen


def _wrap_relay() -> None:
    unsaid = outbox.Unsaid
    unsaid.next = around(unsaid.next, "before-read", "after-read")  # type: ignore[method-assign]
    unsaid.forget = around(unsaid.forget, "", "after-forget")  # type: ignore[method-assign]
    setattr(relay, "publish", around(publish.publish, "before-publish", "after-publish"))  # noqa: B010 - its own name
    AIOKafkaProducer.send_batch = around(AIOKafkaProducer.send_batch, "", "mid-publish")


def _wrap_effects(service: Service) -> None:
    for kind, act in list(service.outside.items()):
        service.outside[kind] = around(act, "before-call", "after-call")  # type: ignore[index]
    worker.carry_out_one = _marked(worker.carry_out_one, "", "after-commit")
