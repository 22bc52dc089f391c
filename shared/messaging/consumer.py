"""The consumer: FastStream brings batches, the database says where we stand, a transaction takes each batch.

    assigned ──▶ seek to the database's positions
    batch ─────▶ transaction {positions, inbox, handlers, outbox, dead letters} ──▶ next batch
      transient failure ──▶ back off, the same batch again        lost ownership ──▶ drop it, read the positions
      handler fails ──▶ halve the batch until the bad event stands alone ──▶ dead letter
      more than five unexpected failures a minute ──▶ pause: nothing more is dead-lettered until one succeeds

No exception leaves `take`: FastStream would swallow it and the next batch would step over the gap.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from shared.database import cannot_be_kept, is_duplicate, is_transient
from shared.errors import Refused
from shared.messaging import dead_letters, positions
from shared.messaging.backoff import Backoff
from shared.messaging.batch import Subscription
from shared.messaging.dead_letters import DeadLetter
from shared.messaging.envelope import Record
from shared.messaging.positions import LostOwnership, Moves, Positions
from shared.telemetry import BATCH_SECONDS, DEAD_LETTERS, EVENTS_TAKEN, LAG, PAUSED

if TYPE_CHECKING:
    from shared.runtime import Runtime

log = structlog.get_logger()

UNEXPECTED_A_MINUTE = 5
COMMIT_EVERY = 5.0
"""Seconds between commits of Kafka's own offsets, which only show the lag to standard tools."""


class Consumer(ConsumerRebalanceListener):  # type: ignore[misc]
    """Takes the batches of one subscription in one process."""

    def __init__(self, subscription: Subscription, runtime: "Runtime") -> None:
        self.subscription = subscription
        self.runtime = runtime
        self.find_source: Callable[[], AIOKafkaConsumer | None] = lambda: None
        self.known: Positions = {}
        self.halted: dict[TopicPartition, str] = {}
        self.paused = False
        self.last_progress = time.monotonic()
        self._busy = asyncio.Lock()
        self._yield = asyncio.Event()
        self._stopped = False
        self._failures: deque[float] = deque(maxlen=UNEXPECTED_A_MINUTE + 1)
        self._expect_new = False
        self._committed_at = 0.0
        self._taken = EVENTS_TAKEN.labels(subscription.name)
        self._seconds = BATCH_SECONDS.labels(subscription.name)

    @property
    def source(self) -> AIOKafkaConsumer | None:
        """Kafka's consumer; None before the start and after the stop."""
        return self.find_source()

    # ── who owns what ────────────────────────────────────────────────────────────────────────────────────────

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Lets the batch at hand end, or gives it up if it waits for the database, then forgets the positions."""
        self._yield.set()
        async with self._busy:
            await self._commit_offsets()
            self.known.clear()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Seeks each partition to its position in the database."""
        if self._stopped:
            return
        self._yield.clear()
        self.halted.clear()
        if assigned:
            await self.stand(list(assigned))

    async def finish(self) -> None:
        """Ends: the batch at hand is finished, or given up where the database is away; no other is taken."""
        self._stopped = True
        self._yield.set()
        async with self._busy:
            await self._commit_offsets()
            self.known.clear()

    async def stand(self, parts: Sequence[TopicPartition]) -> None:
        """Reads the positions and seeks to them; waits for as long as database or broker are away."""
        backoff = Backoff()
        while self.source is not None and not self._yield.is_set():
            try:
                await self._seek(parts)
            except Exception as error:
                if not (is_transient(error) or isinstance(error, KafkaError)):
                    log.exception("cannot stand", consumer=self.subscription.name)
                await backoff.wait(self._yield)
            else:
                return

    async def _seek(self, parts: Sequence[TopicPartition]) -> None:
        assert self.source is not None
        beginnings = await self.source.beginning_offsets(parts)
        ends = await self.source.end_offsets(parts)
        async with self.runtime.database.begin() as connection:
            found = await positions.load(connection, self.subscription.name, beginnings)
            self.subscription.has_dead_letters = await dead_letters.any_open(connection, self.subscription.name)
        for part, offset in found.items():
            if not beginnings[part] <= offset <= ends[part]:
                self._halt(part, f"position {offset} is not in {beginnings[part]}–{ends[part]}")
                continue
            self.source.seek(part, offset)
            self.known[part] = offset
        self._expect_new = False

    def _halt(self, part: TopicPartition, why: str) -> None:
        """Stops reading a partition whose position is gone; the others go on."""
        assert self.source is not None
        self.source.pause(part)
        self.known.pop(part, None)
        self.halted[part] = why
        log.error("position gone: partition halted", consumer=self.subscription.name, part=str(part), why=why)

    # ── taking batches ───────────────────────────────────────────────────────────────────────────────────────

    async def take(self, records: Sequence[Record]) -> None:
        """Takes a batch to its end, however long that lasts; never raises."""
        async with self._busy:
            try:
                mine = self._mine(records)
                if mine:
                    with self._seconds.time():
                        await self._until_done(mine)
                    self._taken.inc(len(mine))
            except LostOwnership as lost:
                log.warning("lost ownership", consumer=self.subscription.name, why=str(lost))
                await self.stand(list(self.known))
            except Exception:
                log.exception("batch given up", consumer=self.subscription.name)
                await self.stand(list(self.known))
            if time.monotonic() - self._committed_at > COMMIT_EVERY:
                await self._commit_offsets()

    def _mine(self, records: Sequence[Record]) -> list[Record]:
        """The records at or after our positions. A gap before them in a log without holes is read again."""
        mine: list[Record] = []
        expected = dict(self.known)
        for record in records:
            part = TopicPartition(record.topic, record.partition)
            offset = expected.get(part)
            if offset is None or record.offset < offset:
                continue
            if record.offset > offset and self.subscription.has_no_holes:
                self._reread(part)
                del expected[part]
                continue
            mine.append(record)
            expected[part] = record.offset + 1
        return [r for r in mine if TopicPartition(r.topic, r.partition) in expected]

    def _reread(self, part: TopicPartition) -> None:
        """Goes back to our position: a fetch that was under way while we sought came from elsewhere."""
        if self.source is not None and part in self.known:
            log.warning("gap: reading again", consumer=self.subscription.name, part=str(part), at=self.known[part])
            self.source.seek(part, self.known[part])

    async def _until_done(self, records: Sequence[Record]) -> None:
        """Takes the records, again and again while failures are transient; halves them when one is bad."""
        backoff = Backoff()
        while not self._yield.is_set():
            try:
                await self._attempt(records)
            except LostOwnership:
                raise
            except Exception as error:
                if is_duplicate(error, "inbox"):
                    self._expect_new = False
                elif is_transient(error):
                    log.warning("waiting", consumer=self.subscription.name, error=str(error)[:200])
                    await backoff.wait(self._yield)
                elif await self._isolate(records, error):
                    return
            else:
                self._succeeded(len(records))
                return
        raise LostOwnership("the partitions are given to somebody else")

    async def _isolate(self, records: Sequence[Record], error: Exception) -> bool:
        """Finds the bad event by halving and sets it aside. False: we are paused, and it was not set aside."""
        if len(records) > 1:
            middle = len(records) // 2
            await self._until_done(records[:middle])
            await self._until_done(records[middle:])
            return True
        if not is_refusal(error) and self._too_many_failures():
            await self._pause(error)
            return False
        await self._set_aside(records[0], error)
        return True

    async def _attempt(self, records: Sequence[Record], failed: DeadLetter | None = None) -> None:
        """One transaction. With `failed` set the record is only set aside, not handled."""
        moves = Moves(self.known, _after(records))
        async with self.runtime.work(actor="system") as work:
            if failed is None:
                found = await self.subscription.take(work, records, moves, expect_new=self._expect_new)
                dead = found.dead
            else:
                await positions.advance(work.connection, self.subscription.name, moves)
                dead = [failed]
            await dead_letters.write(work, self.subscription.name, self.runtime.seal, dead)
        self.known.update(moves.to)
        if dead:
            self.subscription.has_dead_letters = True
            DEAD_LETTERS.labels(self.subscription.name).inc(len(dead))

    async def _set_aside(self, record: Record, error: Exception) -> None:
        reason = "refused" if is_refusal(error) else "unexpected"
        log.error("dead letter", consumer=self.subscription.name, offset=record.offset, exc_info=error)
        letter = DeadLetter(record, reason, f"{type(error).__name__}: {error}")
        backoff = Backoff()
        while not self._yield.is_set():
            try:
                await self._attempt([record], letter)
            except Exception as problem:
                if isinstance(problem, LostOwnership) or not is_transient(problem):
                    raise
                await backoff.wait(self._yield)
            else:
                return
        raise LostOwnership("the partitions are given to somebody else")

    # ── a bad release must not drain the topic ───────────────────────────────────────────────────────────────

    def _too_many_failures(self) -> bool:
        if self.paused:
            return True
        self._failures.append(time.monotonic())
        full = len(self._failures) > UNEXPECTED_A_MINUTE
        return full and self._failures[-1] - self._failures[0] < 60

    async def _pause(self, error: Exception) -> None:
        """Waits before the same event is tried again; a success, or a release that is mended, ends the pause."""
        if not self.paused:
            log.error("paused: too many unexpected failures", consumer=self.subscription.name, exc_info=error)
        self.paused = True
        PAUSED.labels(self.subscription.name).set(1)
        await Backoff(first=5, longest=30).wait(self._yield)

    def _succeeded(self, count: int) -> None:
        self._expect_new = True
        self.last_progress = time.monotonic()
        if self.paused:
            self.paused = False
            self._failures.clear()
            PAUSED.labels(self.subscription.name).set(0)
            log.info("resumed", consumer=self.subscription.name, count=count)

    async def _commit_offsets(self) -> None:
        """Tells Kafka where we stand, for tools that show the lag; nothing depends on it."""
        self._committed_at = time.monotonic()
        if self.source is None or not self.known:
            return
        LAG.labels(self.subscription.name).set(self.lag())
        try:
            await self.source.commit(dict(self.known))
        except (KafkaError, ValueError) as error:
            log.debug("offsets not committed", consumer=self.subscription.name, error=repr(error))

    def lag(self) -> int:
        """Records of our partitions that are known to be there and are not taken yet."""
        source = self.source
        return sum(max(0, (source.highwater(p) or at) - at) for p, at in self.known.items()) if source else 0

    def health(self) -> dict[str, Any]:
        """What readiness says of this consumer."""
        return {
            "partitions": len(self.known),
            "halted": {f"{p.topic}/{p.partition}": why for p, why in self.halted.items()},
            "paused": self.paused,
            "lag": self.lag(),
            "seconds_since_progress": round(time.monotonic() - self.last_progress, 1),
        }


def is_refusal(error: Exception) -> bool:
    """Whether the event is to blame, for good: no number of these says anything about this release."""
    return isinstance(error, Refused) or cannot_be_kept(error)


def _after(records: Sequence[Record]) -> Positions:
    """The position behind the last record of each partition."""
    return {TopicPartition(record.topic, record.partition): record.offset + 1 for record in records}
