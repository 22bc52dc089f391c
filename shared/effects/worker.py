"""The effects worker: does what commands intended outside, at least once, with the intent's idempotency key.

An intent is taken with SKIP LOCKED and stays locked while it is carried out, so that any number of workers share
the work; the transaction that marks it done is the one that holds the lock. A failure backs off; after
`AT_MOST` tries it waits for a person.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson
import structlog

from shared.database import Row, is_transient
from shared.messaging.backoff import Backoff
from shared.messaging.work import TRACE, Work
from shared.telemetry import EFFECTS_DUE, EFFECTS_GIVEN_UP, within

if TYPE_CHECKING:
    from shared.runtime import Runtime

log = structlog.get_logger()

AT_MOST = 12
LOOK_EVERY = 0.5
COUNT_EVERY = 5.0
DEADLINE = 4.0
"""Seconds that one effect may last: the server ends a transaction that rests for five."""

TAKE = """
    SELECT id, kind, key, payload, attempts FROM effect
    WHERE state = 'due' AND due <= clock_timestamp() ORDER BY due LIMIT 1 FOR UPDATE SKIP LOCKED
"""
DONE = "UPDATE effect SET state = 'done', attempts = attempts + 1, last_error = NULL WHERE id = :id"
FAILED = """
    UPDATE effect SET attempts = attempts + 1, last_error = :error,
        state = CASE WHEN attempts + 1 >= :at_most THEN 'gave_up' ELSE 'due' END,
        due = clock_timestamp() + least(interval '1 hour', interval '1 second' * power(2, attempts))
    WHERE id = :id
"""

TROUBLED = """
    SELECT id, kind, key, state, attempts, due, last_error FROM effect
    WHERE state = 'gave_up' OR state = 'due' AND attempts > 0 ORDER BY id DESC LIMIT 200
"""
AGAIN = """
    UPDATE effect SET state = 'due', due = clock_timestamp(), attempts = 0
    WHERE state = 'gave_up' AND :kind IN ('', kind)
"""


class Failed(Exception):
    """The outside said no or did not answer; it is tried again later."""


async def run(runtime: "Runtime") -> None:
    """Carries out effects as they fall due; until cancelled."""
    backoff, counted_at = Backoff(), 0.0
    for kind in runtime.service.outside:
        EFFECTS_GIVEN_UP.labels(kind)  # there from the start, for an alarm sees the first only behind a zero
    while True:
        try:
            if time.monotonic() - counted_at > COUNT_EVERY:
                counted_at = time.monotonic()
                await _count(runtime)
            if not await carry_out_one(runtime):
                await asyncio.sleep(LOOK_EVERY)
            backoff.reset()
        except Exception as error:
            if not is_transient(error):
                log.exception("effects failed")
            await backoff.wait()


async def _count(runtime: "Runtime") -> None:
    """How many wait: after a failure, for their next try."""
    async with runtime.reading(actor="effects") as work:
        EFFECTS_DUE.set((await work.rows("SELECT count(*) AS n FROM effect WHERE state = 'due'"))[0].n)


async def find_troubled(work: Work) -> Sequence[Row]:
    """What failed and is tried again, or was given up; the newest, without what they hold."""
    return await work.rows(TROUBLED)


async def try_again(work: Work, kind: str = "") -> int:
    """Sets due what was given up, of this kind or of all, as if it had never been tried; returns how many."""
    count = await work.run(AGAIN, kind=kind)
    work.audit("effects set due", kind or "all", count=count)
    return count


async def carry_out_one(runtime: "Runtime") -> bool:
    """Carries out the effect that has waited longest. False: none is due."""
    async with runtime.work(actor="effects") as work:
        row = await work.row(TAKE)
        if row is None:
            return False
        payload = orjson.loads(row.payload) if isinstance(row.payload, str) else row.payload
        with within(payload.pop(TRACE, "")):
            await _carry_out(runtime, work, row, payload)
    return True


async def _carry_out(runtime: "Runtime", work: Work, row: Any, payload: Mapping[str, Any]) -> None:
    try:
        act = runtime.service.outside[row.kind]
        async with asyncio.timeout(DEADLINE):
            await act(runtime, {**payload, "key": row.key})
    except Exception as error:
        log.warning("effect failed", kind=row.kind, key=row.key, attempt=row.attempts + 1, error=repr(error)[:300])
        await work.run(FAILED, id=row.id, error=repr(error)[:500], at_most=AT_MOST)
        if row.attempts + 1 >= AT_MOST:
            EFFECTS_GIVEN_UP.labels(row.kind).inc()
    else:
        await work.run(DONE, id=row.id)
