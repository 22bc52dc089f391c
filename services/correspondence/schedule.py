"""Time in: the day on which each consumer began is noted; addresses that came after their letters are written to."""

from services.correspondence import commands
from services.correspondence.store import words
from services.correspondence.store.letters import QUICK, THOROUGH
from shared.runtime import Runtime


async def note_starts(runtime: Runtime) -> None:
    """Notes since when each topic is heard: what was said before is kept as letters and never e-mailed."""
    async with runtime.work(actor="schedule") as work:
        for subscription in runtime.subscriptions:
            await words.start_of(work, subscription.topic.name)


async def mail_late(runtime: Runtime) -> None:
    """Intends the e-mails of letters that were heard of before their person's address."""
    async with runtime.work(actor="schedule") as work:
        await commands.mail_late(work, QUICK)


async def mail_later(runtime: Runtime) -> None:
    """The same for what was not committed yet when the quick sweep came by."""
    async with runtime.work(actor="schedule") as work:
        await commands.mail_late(work, THOROUGH)
