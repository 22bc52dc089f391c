"""A bad release must not drain a topic into dead letters: after a few unexpected failures a consumer pauses."""

import asyncio
import time
from collections import deque

import structlog

from shared.messaging.backoff import Backoff
from shared.telemetry import PAUSED

log = structlog.get_logger()

UNEXPECTED_A_MINUTE = 5
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 30.0
"""Seconds until a paused consumer tries again."""


class Breaker:
    """How many unexpected failures one consumer has had lately."""

    def __init__(self, consumer: str) -> None:
        self.consumer = consumer
        self.paused = False
        PAUSED.labels(consumer).set(0)
        self._failures: deque[float] = deque(maxlen=UNEXPECTED_A_MINUTE + 1)
        self.backoff = Backoff()

    def is_tripped(self) -> bool:
        """Counts one more failure. True from the sixth within a minute on, until something succeeds."""
        if self.paused:
            return True
        self._failures.append(time.monotonic())
        full = len(self._failures) > UNEXPECTED_A_MINUTE
        return full and self._failures[-1] - self._failures[0] < 60

    async def pause(self, error: Exception, stop: asyncio.Event) -> None:
        """Says so, once, and waits for the next try, or until `stop` is set."""
        if not self.paused:
            log.error("paused: too many unexpected failures", consumer=self.consumer, exc_info=error)
            self.backoff = Backoff(FIRST_PAUSE, LONGEST_PAUSE)
        self.paused = True
        PAUSED.labels(self.consumer).set(1)
        await self.backoff.wait(stop)

    def resume(self) -> None:
        """Something succeeded."""
        if self.paused:
            self.paused = False
            self._failures.clear()
            PAUSED.labels(self.consumer).set(0)
            log.info("resumed", consumer=self.consumer)
