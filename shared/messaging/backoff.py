"""Waiting before another try: longer each time, never in step with others."""

import asyncio
import random
from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Doubles from `first` to at most `longest` seconds, with jitter; `reset` after a success."""

    first: float = 0.05
    longest: float = 5.0
    tries: int = 0

    async def wait(self, stop: asyncio.Event | None = None) -> None:
        """Waits for the next try, or until `stop` is set."""
        delay = min(self.longest, self.first * 2**self.tries) * random.uniform(0.5, 1.0)
        self.tries = min(self.tries + 1, 16)
        if stop is None:
            await asyncio.sleep(delay)
            return
        try:
            async with asyncio.timeout(delay):  # `wait_for` loses a cancellation that comes with the stop
                await stop.wait()
        except TimeoutError:
            return

    def reset(self) -> None:
        """The next failure starts from the beginning."""
        self.tries = 0
