"""The bell: tells the relay that there is something to say, without waiting for its next look.

In the same process it is an event. Across processes it is NOTIFY, throttled and outside the business
transaction, for NOTIFY takes an instance-wide lock at commit.
"""

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Any

import asyncpg

from shared.database import Database, run

CHANNEL = "elms_outbox"
_THROTTLE = 0.01


class Bell:
    """Rung after each commit that said something; the relay waits for it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rung = asyncio.Event()
        self._topics: set[str] = set()
        self._pending: asyncio.Task[None] | None = None
        self.relay_is_here = False

    def ring(self, topics: Iterable[str]) -> None:
        """Wakes the relay, here or elsewhere: something was said on these topics."""
        self._topics.update(topics)
        self._rung.set()
        if not self.relay_is_here and (self._pending is None or self._pending.done()):
            self._pending = asyncio.create_task(self._notify())

    async def _notify(self) -> None:
        await asyncio.sleep(_THROTTLE)
        with contextlib.suppress(Exception):  # the relay looks by itself soon
            async with self._database.begin() as connection:
                await run(connection, f"NOTIFY {CHANNEL}")

    async def listen(self, session: "asyncpg.Connection[Any]") -> None:
        """Hears other processes' bells on the relay's own session."""
        await session.add_listener(CHANNEL, lambda *_: self._rung.set())

    async def wait(self, at_most: float) -> None:
        """Waits for the bell, at most so many seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(at_most):  # `wait_for` loses a cancellation that comes with the ring
                await self._rung.wait()

    def silence(self) -> set[str]:
        """The topics that rang here since the last silence; what is said from now on rings again."""
        self._rung.clear()
        topics, self._topics = self._topics, set()
        return topics
