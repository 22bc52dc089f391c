"""Builds the read model anew from its topics while the old one serves, and swaps the two.

    second schema, empty ──▶ every topic from its beginning, in batches ──▶ at the ends? ──▶ swap
                                                                                │
    swap, one transaction: lock where the live consumers stand (they wait), read what they read since,
                           rename the schemas; they go on, in the new one, where they stood

Its positions are kept with each batch, so a killed rebuild goes on. Its reading is no event's effect: it claims
nothing in the inbox, and says nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from services.lookup import commands
from services.lookup.schedule.reading import parts_of, reader
from services.lookup.store import rebuilding
from services.lookup.store.rebuilding import BUILDER, Positions
from services.lookup.tables import BUILDING
from shared.contracts import Event
from shared.database import is_transient
from shared.messaging.batch import Subscription
from shared.messaging.erasure import Erased
from shared.messaging.work import Work
from shared.runtime import Runtime

log = structlog.get_logger()

BATCH = 5000
WAIT_MS = 200


async def rebuild_when_asked(runtime: Runtime) -> None:
    """Carries out the rebuild that is asked for; goes on with one whose process was killed. Else forgets what the
    last one replaced: a swap that is done stays done, whoever is killed or waits here."""
    async with runtime.work(actor="schedule") as work:
        found = await rebuilding.find_open(work)
        if found is None:
            await rebuilding.drop_old(work)
            return
    resume = found.state == "building"
    log.info("rebuild begins", rebuild=found.id, resumed=resume)
    try:
        async with reader(runtime) as source:
            parts = {part: s for s in runtime.subscriptions for part in parts_of(runtime, source, s)}
            await Rebuild(runtime, source, parts, found.id).run(resume=resume)
    except Exception as error:
        if is_transient(error) or isinstance(error, KafkaError):
            raise  # the next look goes on where this one stood
        log.exception("rebuild failed", rebuild=found.id)
        async with runtime.work(actor="schedule") as work:
            await rebuilding.fail(work, found.id, f"{type(error).__name__}: {error}")


def newest(events: Iterable[Event]) -> dict[type[Event], list[Event]]:
    """What is left to show of a batch, by kind: of each thing its latest version, or that it is erased."""
    last: dict[Any, Event] = {}
    for event in events:
        known = last.get(event.key)
        if known is None or isinstance(event, Erased) or event.said.version >= known.said.version:
            last[event.key] = event
    by_kind: dict[type[Event], list[Event]] = defaultdict(list)
    for event in last.values():
        by_kind[type(event)].append(event)
    return by_kind


class Rebuild:
    """One rebuild, in one process."""

    def __init__(
        self,
        runtime: Runtime,
        source: AIOKafkaConsumer,
        parts: Mapping[TopicPartition, Subscription],
        number: int,
    ) -> None:
        self.runtime = runtime
        self.source = source
        self.parts = parts
        self.number = number
        self.stands: Positions = {}
        self.beginnings: Positions = {}

    async def run(self, *, resume: bool) -> None:
        """From empty, or from where an earlier process stood, to the swap. Raises what is not one record's fault."""
        await self._begin(resume)
        while not await self._is_level():
            await self._read_on()
        async with self.runtime.work(actor="schedule") as work:
            await rebuilding.analyze(work)
        async with self.runtime.work(actor="schedule") as work:
            await self._swap(work)
        log.info("rebuild done", rebuild=self.number)

    async def _begin(self, resume: bool) -> None:
        self.source.unsubscribe()
        self.source.assign(list(self.parts))
        self.beginnings = await self.source.beginning_offsets(list(self.parts))
        async with self.runtime.work(actor="schedule") as work:
            if not resume:
                await rebuilding.begin(work, self.number)
            kept = await rebuilding.positions(work, [BUILDER])
        self.stands = {part: max(kept.get(part, 0), begin) for part, begin in self.beginnings.items()}
        for part, offset in self.stands.items():
            self.source.seek(part, offset)

    async def _is_level(self) -> bool:
        """Whether it has read to the ends as they are now; notes the progress."""
        ends = await self.source.end_offsets(list(self.parts))
        total = sum(ends[part] - self.beginnings[part] for part in self.parts)
        async with self.runtime.work(actor="schedule") as work:
            await rebuilding.save_progress(work, self.number, read=self._read, total=total)
        return all(self.stands[part] >= end for part, end in ends.items())

    @property
    def _read(self) -> int:
        return sum(self.stands[part] - self.beginnings[part] for part in self.parts)

    async def _read_on(self) -> None:
        """One batch, in one transaction; halved where a record is bad."""
        await self._take(await self._fetch())

    async def _fetch(self) -> list[Any]:
        """What comes next. A compacted log ends in a hole: the source's own position is past it."""
        found = await self.source.getmany(timeout_ms=WAIT_MS, max_records=BATCH)
        if not found:
            for part in self.parts:
                self.stands[part] = max(self.stands[part], await self.source.position(part))
        return [record for records in found.values() for record in records]

    async def _take(self, records: Sequence[Any]) -> None:
        if not records:
            return
        try:
            async with self.runtime.work(actor="schedule") as work:
                await self._show(work, records)
        except Exception as error:
            if is_transient(error):
                raise
            if len(records) == 1:
                await self._pass_over(records, error)
                return
            middle = len(records) // 2
            await self._take(records[:middle])
            await self._take(records[middle:])
        else:
            self.stands.update(rebuilding.after(records))

    async def _pass_over(self, records: Sequence[Any], error: Exception) -> None:
        """A record that cannot be shown is passed over, and counted: it is a dead letter of the live consumer."""
        log.warning("rebuild passes over", offset=records[0].offset, topic=records[0].topic, error=repr(error)[:300])
        async with self.runtime.work(actor="schedule") as work:
            await rebuilding.save_positions(work, rebuilding.after(records))
            await rebuilding.count_passed_over(work, self.number, 1)
        self.stands.update(rebuilding.after(records))

    async def _show(self, work: Work, records: Sequence[Any]) -> None:
        """Shows the newest state of each thing in a batch."""
        by_topic: dict[str, list[Any]] = defaultdict(list)
        for record in records:
            by_topic[record.topic].append(record)
        unread = 0
        for topic, mine in by_topic.items():
            subscription = next(s for part, s in self.parts.items() if part.topic == topic)
            found = subscription.sort(mine)
            unread += len(found.dead)
            for kind, events in newest(event for _, (_, event) in found.heard).items():
                await commands.show_anew(work, kind, events, BUILDING)
        await rebuilding.save_positions(work, rebuilding.after(records))
        if unread:
            await rebuilding.count_passed_over(work, self.number, unread)

    async def _swap(self, work: Work) -> None:
        """Takes the live one's place. What the live consumers read in the meantime is read first, while they wait."""
        live = await rebuilding.positions(work, {s.name for s in self.parts.values()}, lock=True)
        while any(self.stands.get(part, offset) < offset for part, offset in live.items()):
            records = await self._fetch()
            await self._show(work, records)
            self.stands.update(rebuilding.after(records))
        await rebuilding.save_progress(work, self.number, read=self._read, total=self._read)
        await rebuilding.swap(work, self.number)
