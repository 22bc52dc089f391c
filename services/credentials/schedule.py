"""Time in: licenses and suspensions whose end has passed; scans that became no credit's."""

from services.credentials.commands import passing, scanning
from shared.files import Files
from shared.files.uploads import Quarantine
from shared.runtime import Runtime
from shared.service import Scheduled


async def say_what_has_ended(runtime: Runtime) -> None:
    """Says every end that has passed, a thousand at a time."""
    for passes in (passing.say_ends, passing.end_suspensions):
        found = passing.AT_ONCE
        while found == passing.AT_ONCE and not runtime.stopping.is_set():
            async with runtime.work(actor="schedule") as work:
                found = await passes(work)


async def forget_loose_scans(runtime: Runtime) -> None:
    """Forgets files that were handed in and never became part of a credit."""
    files, quarantine = Files(runtime.settings), Quarantine(runtime.settings)
    found = scanning.AT_ONCE
    while found == scanning.AT_ONCE and not runtime.stopping.is_set():
        async with runtime.work(actor="schedule") as work:
            found = await scanning.forget_loose_scans(work, files, quarantine)


SCHEDULE = (Scheduled(30, say_what_has_ended), Scheduled(3600, forget_loose_scans))
