"""Time in: deadlines of what waits, and the work of loads."""

from services.exchange.commands import waiting
from shared.runtime import Runtime


async def sweep_parked(runtime: Runtime) -> None:
    """Refuses what has waited too long, and decides what crossed with the one it waited for."""
    for sweep in (waiting.refuse_overdue, waiting.decide_known_now):
        async with runtime.work(actor="schedule") as work:
            await sweep(work)
