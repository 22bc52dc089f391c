"""Until when everything that was said is shown: noted every other second."""

import asyncio
from datetime import UTC, datetime

from services.lookup import commands
from services.lookup.schedule.reading import parts_of, reader
from shared.runtime import Runtime

LOOK_EVERY = 2.0


async def note_freshness(runtime: Runtime) -> None:
    """Asks Kafka for the ends of the topics, and notes which of them are shown to the end; until cancelled."""
    async with reader(runtime) as source:
        source.pause(*source.assignment())  # it asks, and never reads
        parts = {subscription.name: parts_of(runtime, source, subscription) for subscription in runtime.subscriptions}
        while True:
            looked_at = datetime.now(UTC)
            ends = await source.end_offsets([part for mine in parts.values() for part in mine])
            async with runtime.work(actor="schedule") as work:
                for name, mine in parts.items():
                    await commands.note_freshness(work, name, {part: ends[part] for part in mine}, looked_at)
            await asyncio.sleep(LOOK_EVERY)
