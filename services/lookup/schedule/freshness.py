"""Until when everything that was said is shown: noted every second."""

import asyncio
from datetime import UTC, datetime

from services.lookup import commands
from services.lookup.schedule.reading import parts_of, reader
from shared.runtime import Runtime

LOOK_EVERY = 1.0


async def note_freshness(runtime: Runtime) -> None:
    """Asks Kafka for the ends of the topics, and notes which of them are shown to the end; until cancelled."""
    async with reader(runtime) as source:
        source.pause(*source.assignment())
        while True:
            for subscription in runtime.subscriptions:
                looked_at = datetime.now(UTC)
                ends = await source.end_offsets(parts_of(runtime, source, subscription))
                async with runtime.work(actor="schedule") as work:
                    await commands.note_freshness(work, subscription.name, ends, looked_at)
            await asyncio.sleep(LOOK_EVERY)
