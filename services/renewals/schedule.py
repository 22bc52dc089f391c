"""Time in: what a district does not decide in time, the state's office may decide too."""

from services.renewals.commands import reviewing
from shared.runtime import Runtime
from shared.service import Scheduled

BATCH = 1000


async def escalate(runtime: Runtime) -> None:
    """Escalates all that is overdue, a batch at a time."""
    done = BATCH
    while done == BATCH:
        async with runtime.work(actor="schedule") as work:
            done = await reviewing.escalate_overdue(work, BATCH)


SCHEDULE = (Scheduled(60, escalate),)
