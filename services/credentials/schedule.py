"""Time in: licenses and suspensions whose end has passed."""

from services.credentials.commands import passing
from shared.runtime import Runtime
from shared.service import Scheduled


async def say_what_has_ended(runtime: Runtime) -> None:
    """Says every end that has passed, a thousand at a time."""
    for passes in (passing.say_ends, passing.end_suspensions):
        found = passing.AT_ONCE
        while found == passing.AT_ONCE and not runtime.stopping.is_set():
            async with runtime.work(actor="schedule") as work:
                found = await passes(work)


SCHEDULE = (Scheduled(30, say_what_has_ended),)
