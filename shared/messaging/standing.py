"""Where one process stands in the partitions of its subscription: as the database knows it, and a little ahead of it.

What nobody here hears has no effects, so its position may be written later, with whatever is heard next: a process
that dies meanwhile only reads it again.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.messaging import dead_letters, positions
from shared.messaging.batch import Fetched, Subscription
from shared.messaging.envelope import Record
from shared.messaging.positions import Moves, Positions
from shared.telemetry import LAG

if TYPE_CHECKING:
    from shared.runtime import Runtime

log = structlog.get_logger()


class Standing:
    """The positions of the partitions that this process was given."""

    def __init__(self, subscription: Subscription, runtime: "Runtime") -> None:
        self.subscription = subscription
        self.runtime = runtime
        self.find_source: Callable[[], AIOKafkaConsumer | None] = lambda: None
        self.known: Positions = {}
        self.ahead: Positions = {}
        self.ends: Positions = {}
        self.halted: dict[TopicPartition, str] = {}
        self.reread: Positions = {}
        self.seeks = 0
        LAG.labels(subscription.name).set_function(self.lag)  # asked for when it is: who is stuck tells nothing

    @property
    def source(self) -> AIOKafkaConsumer | None:
        """Kafka's consumer; None before the start and after the stop."""
        return self.find_source()

    def forget(self) -> None:
        """The partitions are somebody else's."""
        self.known.clear()
        self.ahead.clear()
        self.reread.clear()

    async def seek(self, parts: Sequence[TopicPartition]) -> None:
        """Reads the positions of these partitions and seeks to them; halts those whose position Kafka does not have.

        Where we stand already we seek, too: what is in hand of any partition is thrown away, and must come again.
        """
        assert self.source is not None
        parts = sorted({*parts, *self.known})
        beginnings = await self.source.beginning_offsets(parts)
        ends = await self.source.end_offsets(parts)
        async with self.runtime.database.begin() as connection:
            found = await positions.load(connection, self.subscription.name, beginnings)
            self.subscription.has_dead_letters = await dead_letters.any_open(connection, self.subscription.name)
        self.seeks += 1
        for part, offset in found.items():
            self.ahead.pop(part, None)
            self.reread.pop(part, None)
            if not beginnings[part] <= offset <= ends[part]:
                self._halt(part, f"position {offset} is not in {beginnings[part]}–{ends[part]}")
                continue
            self.source.seek(part, offset)
            self.known[part] = offset

    def miss(self, asked: Positions) -> None:
        """Kafka no longer has what we wanted to read next. What was asked for before we sought says nothing."""
        stands = self.known | self.ahead
        for part, offset in asked.items():
            if stands.get(part) == offset:
                self._halt(part, f"position {offset} is no longer in the topic")

    def _halt(self, part: TopicPartition, why: str) -> None:
        """Stops reading a partition whose position is gone; the others go on."""
        assert self.source is not None
        self.source.pause(part)
        self.known.pop(part, None)
        self.ahead.pop(part, None)
        self.halted[part] = why
        log.error("position gone: partition halted", consumer=self.subscription.name, part=str(part), why=why)

    def mine(self, fetched: Fetched) -> Sequence[Record]:
        """The records at or after our positions; none where we sought since they were fetched, for they come again.

        A gap before them in a log without holes is read again, once.
        """
        if fetched.seeks != self.seeks:
            return ()
        mine: dict[TopicPartition, list[Record]] = {}
        stands = self.known | self.ahead
        for part, run in _runs(fetched):
            if part in stands:
                mine.setdefault(part, []).extend(run)
        found = {part: self._from(part, stands[part], run) for part, run in mine.items()}
        if gaps := {part: stands[part] for part, run in found.items() if run is None}:
            self._reread(gaps)
            return ()
        records = [record for run in found.values() for record in run or ()]
        return fetched if len(records) == len(fetched) else records

    def _from(self, part: TopicPartition, offset: int, run: list[Record]) -> list[Record] | None:
        """A partition's records from our position on; None where some may be missing."""
        if run[0].offset == offset and run[-1].offset == offset + len(run) - 1:
            return run
        mine: list[Record] = []
        at, whole = offset, not self.subscription.has_no_holes or self.reread.get(part) == offset
        for record in run:
            if record.offset > at and not whole:
                return None
            if record.offset >= at:
                mine.append(record)
                at = record.offset + 1
        return mine

    def _reread(self, gaps: Positions) -> None:
        """Goes back to our positions, in every partition: a fetch under way while we sought came from elsewhere.

        Where the gap is there again, nothing is in it but the mark that ends a producer's transaction.
        """
        if self.source is None:
            return
        log.warning("gap: reading again", consumer=self.subscription.name, at={str(p): at for p, at in gaps.items()})
        self.seeks += 1
        for part, offset in (self.known | self.ahead).items():
            self.source.seek(part, offset)
        self.reread |= gaps

    def step_over(self, records: Sequence[Record]) -> None:
        """We are behind these records; the database will know it later."""
        self.ahead |= _after(records)

    def moves(self, records: Sequence[Record]) -> Moves:
        """From where the database knows us to behind these records, and behind all that we stepped over."""
        return Moves(self.known, self.ahead | _after(records))

    def moved(self, moves: Moves) -> None:
        """The database knows it now."""
        self.known |= moves.to
        self.ahead.clear()

    async def tell_kafka(self) -> None:
        """Tells Kafka where we stand, for tools that show the lag; nothing depends on it."""
        if self.source is None or not self.known:
            return
        try:
            await self.source.commit(dict(self.known))
        except (KafkaError, ValueError) as error:
            log.debug("offsets not committed", consumer=self.subscription.name, error=repr(error))

    async def look(self) -> None:
        """Asks where the topics end: nothing more is fetched while a batch waits, and so nothing more is known."""
        if self.source is None or not self.known:
            return
        with suppress(KafkaError, TimeoutError):
            async with asyncio.timeout(2):
                self.ends = dict(await self.source.end_offsets(list(self.known)))

    def lag(self) -> int:
        """Records of our partitions that are known to be there and are not taken yet."""
        source, stands = self.source, self.known | self.ahead
        if source is None:
            return 0
        return sum(max(0, (source.highwater(p) or at) - at, self.ends.get(p, at) - at) for p, at in stands.items())

    def health(self) -> dict[str, Any]:
        """What readiness says of the partitions."""
        return {
            "partitions": len(self.known),
            "halted": {f"{p.topic}/{p.partition}": why for p, why in self.halted.items()},
            "lag": self.lag(),
        }


def _after(records: Sequence[Record]) -> Positions:
    """The position behind the last record of each partition."""
    return {part: run[-1].offset + 1 for part, run in _runs(records)}


def _runs(records: Sequence[Record]) -> Iterator[tuple[TopicPartition, Sequence[Record]]]:
    """The records by partition, as they come: a fetch brings one partition's after the other's."""
    start = 0
    for end, record in enumerate(records):
        first = records[start]
        if record.partition != first.partition or record.topic != first.topic:
            yield TopicPartition(first.topic, first.partition), records[start:end]
            start = end
    if records:
        yield TopicPartition(records[start].topic, records[start].partition), records[start:]
