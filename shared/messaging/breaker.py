"""A bad release must not drain a topic into dead letters: after a few unexpected failures a consumer pauses."""

import time
from collections import deque

import structlog

from shared.telemetry import PAUSED

log = structlog.get_logger()

UNEXPECTED_A_MINUTE = 5


class Breaker:
    """How many unexpected failures one consumer has had lately."""

    def __init__(self, consumer: str) -> None:
        self.consumer = consumer
        self.paused = False
        PAUSED.labels(consumer).set(0)
        self._failures: deque[float] = deque(maxlen=UNEXPECTED_A_MINUTE + 1)

    def is_tripped(self) -> bool:
        """Counts one more failure. True from the sixth within a minute on, until something succeeds."""
        if self.paused:
            return True
        self._failures.append(time.monotonic())
        full = len(self._failures) > UNEXPECTED_A_MINUTE
        return full and self._failures[-1] - self._failures[0] < 60

    def pause(self, error: Exception) -> None:
        """Says so, once."""
        if not self.paused:
            log.error("paused: too many unexpected failures", consumer=self.consumer, exc_info=error)
        self.paused = True
        PAUSED.labels(self.consumer).set(1)

    def resume(self) -> None:
        """Something succeeded."""
        if self.paused:
            self.paused = False
            self._failures.clear()
            PAUSED.labels(self.consumer).set(0)
            log.info("resumed", consumer=self.consumer)
