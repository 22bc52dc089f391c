"""Who watches: when everything that was said has been heard, and when the flow last moved."""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from ops.prepare import wanted_topics
from shared.contracts.topics import PARTITIONS
from shared.database import Database, fetch
from shared.messaging.hears import hearings
from shared.testing.observer import Ends, Observer
from tests.chaos.stack import Stack
from tests.chaos.sweep.recording import NAMES, service_of

STANDS = "SELECT topic, partition, max(next_offset) AS next_offset FROM consumer_position GROUP BY topic, partition"
LEFT = """
    SELECT (SELECT coalesce(sum(events), 0) FROM outbox) AS unsaid, (SELECT min(at) FROM outbox) AS oldest,
           (SELECT count(*) FROM effect WHERE state = 'due') AS due
"""
CHAINS = {"ApplicationCompleted": "renewals", "EventAccepted": "credits"}
"""The last event of each chain of the flow: what counts as movement."""


@dataclass
class Watch:
    """Looks at databases and topics past the proxy and the services."""

    stack: Stack
    moved: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    seen: int = 0

    def __post_init__(self) -> None:
        self.databases = {name: Database(self.stack.url(name), 1) for name in NAMES}
        self.observer = Observer(self.stack.kafka.bootstrap)
        self._turn = asyncio.Lock()
        self._tail: asyncio.Task[None] | None = None
        self.heard = {name: heard_by(name) for name in NAMES}

    async def rows(self, service: str, sql: str, **parameters: Any) -> list[Any]:
        """Rows of a service's database. Raises what the database raises."""
        async with self.databases[service].begin() as connection:
            return list(await fetch(connection, sql, **parameters))

    async def ends(self) -> Ends:
        """Where every topic that is heard ends now, however long the brokers take to say it."""
        parts = {TopicPartition(t, n) for topics in self.heard.values() for t in topics for n in range(PARTITIONS)}
        while True:
            async with self._turn:
                with contextlib.suppress(Exception):
                    async with asyncio.timeout(10):
                        return await self.observer.ends(parts)
                await self._fresh_observer()
            await asyncio.sleep(0.5)

    async def _fresh_observer(self) -> None:
        with contextlib.suppress(Exception):
            async with asyncio.timeout(5):
                await self.observer.stop()
        self.observer = Observer(self.stack.kafka.bootstrap)

    async def behind(self, ends: Ends) -> list[str]:
        """The services that have not heard, or not said, what there was when the topics ended there."""
        return [name for name in NAMES if not await self._caught_up(name, ends)]

    async def heard_by_all(self, parts: Sequence[TopicPartition]) -> Ends:
        """Up to where everybody who hears these partitions has heard them."""
        stands = [await self._stands(name) for name in NAMES if parts[0].topic in self.heard[name]]
        return {part: min(each.get(part, 0) for each in stands) for part in parts}

    async def _stands(self, name: str) -> Ends:
        """Up to where a service has heard; nowhere while its database is away."""
        try:
            rows = await self.rows(name, STANDS)
        except Exception:
            return {}
        return {TopicPartition(r.topic, r.partition): r.next_offset for r in rows}

    async def _caught_up(self, name: str, ends: Ends) -> bool:
        stands = await self._stands(name)
        return all(stands.get(part, 0) >= end for part, end in ends.items() if part.topic in self.heard[name])

    async def recovered(self, at_most: float = 90.0) -> float | None:
        """Seconds until everything said until now was heard by everybody; None where that took too long."""
        began = time.monotonic()
        ends = await self.ends()
        while await self.behind(ends):
            if time.monotonic() - began > at_most:
                return None
            await asyncio.sleep(0.25)
        return time.monotonic() - began

    async def left(self) -> list[str]:
        """What is still under way anywhere."""
        found = [f"{name} is behind" for name in await self.behind(await self.ends())]
        for name in NAMES:
            row = (await self.rows(name, LEFT))[0]
            found += [f"{name}: {row.unsaid} unsaid"] * bool(row.unsaid) + [f"{name}: {row.due} due"] * bool(row.due)
        return found

    async def drain(self, seconds: float = 240) -> list[str]:
        """Waits until nothing is under way, seen twice; what is left where that does not come."""
        end, before = time.monotonic() + seconds, None
        while True:
            left, ends = await self.left(), await self.ends()
            if not left and ends == before:
                return []
            if time.monotonic() > end:
                return left or ["the topics never came to rest"]
            before = None if left else ends
            await asyncio.sleep(1.0)

    # ── the flow's movement ──────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Begins to note when each chain of the flow moves."""
        self._tail = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        names = [t.name for t in wanted_topics() if t.name.startswith(("renewals.facts", "outbound.mde.receipts"))]
        consumer = AIOKafkaConsumer(bootstrap_servers=self.stack.kafka.bootstrap, enable_auto_commit=False)
        await consumer.start()
        consumer.assign([TopicPartition(name, n) for name in names for n in range(PARTITIONS)])
        await consumer.seek_to_end()
        try:
            async for record in consumer:
                self.seen += 1
                kind = dict(record.headers).get("ce_type", b"").decode(errors="replace").split(".")[-2:-1]
                if kind and kind[0] in CHAINS:
                    self.moved[CHAINS[kind[0]]].append(time.monotonic())
        finally:
            await consumer.stop()

    def stall(self, since: float, until: float) -> float:
        """The longest time between two movements of any chain in that span, in seconds."""
        longest = 0.0
        for times in self.moved.values():
            within = [since, *(at for at in times if since < at < until), until]
            longest = max(longest, *(b - a for a, b in pairwise(within)))
        return longest

    async def stop(self) -> None:
        """Ends all looking."""
        if self._tail is not None:
            self._tail.cancel()
        await self.observer.stop()
        for database in self.databases.values():
            await database.close()


def heard_by(name: str) -> set[str]:
    """The topics that a service hears, an agency's by its own name."""
    found: set[str] = set()
    for hearing in hearings(service_of(name).handlers):
        stem, _, rest = hearing.event.TOPIC.name.partition("{agency}")
        found |= {t.name for t in wanted_topics() if t.name == stem or (rest and t.name.startswith(stem)
                  and t.name.endswith(rest))}  # fmt: skip
    return found
