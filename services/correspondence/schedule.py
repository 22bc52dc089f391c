"""Time in: the day on which each consumer began is noted when the service starts."""

from services.correspondence import store
from shared.runtime import Runtime


async def note_starts(runtime: Runtime) -> None:
    """Notes since when each topic is heard: what was said before is kept as letters and never e-mailed."""
    async with runtime.work(actor="schedule") as work:
        for subscription in runtime.subscriptions:
            await store.start_of(work, subscription.topic.name)
