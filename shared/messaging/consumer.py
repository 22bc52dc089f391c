"""The consumer: FastStream brings batches, the database says where we stand, a transaction takes each batch.

    assigned ──▶ seek to the database's positions
    batch ─────▶ transaction {positions, inbox, handlers, outbox, dead letters} ──▶ next batch
      nobody here hears any of it ──▶ step over it; its position is written with the next batch, or soon
      transient failure ──▶ back off, the same batch again        lost ownership ──▶ drop it, read the positions
      a row is made twice at once ──▶ once more, for the other one is there now
      handler fails ──▶ halve the batch until the bad event stands alone ──▶ dead letter
      more than five unexpected failures a minute ──▶ pause: nothing more is dead-lettered until one succeeds

No exception leaves `take`: FastStream would swallow it and the next batch would step over the gap.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import structlog
from aiokafka import ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from shared.database import cannot_be_kept, is_duplicate, is_transient
from shared.errors import Refused
from shared.messaging import dead_letters, positions
from shared.messaging.backoff import Backoff
from shared.messaging.batch import Fetched, Subscription
from shared.messaging.breaker import Breaker
from shared.messaging.dead_letters import DeadLetter
from shared.messaging.envelope import Record, trace_of
from shared.messaging.positions import LostOwnership
from shared.messaging.standing import Standing
from shared.telemetry import BATCH_SECONDS, DEAD_LETTERS, EVENTS_TAKEN, within

if TYPE_CHECKING:
    from shared.runtime import Runtime

log = structlog.get_logger()

TELL_EVERY = 5.0
"""Seconds between commits of Kafka's own offsets, which only show the lag to standard tools."""
LONG = 5
"""Tries, after which a batch has waited for some seconds: so long, nobody is kept waiting by a question to Kafka."""
SETTLE_AFTER = 0.1
"""Seconds until the position behind unheard records is written, if nothing heard comes first."""


class Consumer(ConsumerRebalanceListener):  # type: ignore[misc]
    """Takes the batches of one subscription in one process."""

    def __init__(self, subscription: Subscription, runtime: "Runtime") -> None:
        self.subscription = subscription
        self.runtime = runtime
        self.standing = Standing(subscription, runtime)
        self.breaker = Breaker(subscription.name)
        self.last_progress = time.monotonic()
        self._busy = asyncio.Lock()
        self._yield = asyncio.Event()
        self._stopped = False
        self._settling: asyncio.Task[None] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._expect_new = False
        self._untold = False
        self._told_at = 0.0
        self._taken = EVENTS_TAKEN.labels(subscription.name)
        DEAD_LETTERS.labels(subscription.name)  # there from the start, for an alarm sees the first only behind a zero
        self._seconds = BATCH_SECONDS.labels(subscription.name)

    # ── who owns what ────────────────────────────────────────────────────────────────────────────────────────

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Lets the batch at hand end, or gives it up if it waits for the database, then forgets the positions."""
        self._yield.set()
        async with self._busy:
            await self._tell_kafka()
            self.standing.forget()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Seeks each partition to its position in the database."""
        if self._stopped:
            return
        self._yield.clear()
        self.standing.halted.clear()
        if assigned:
            await self.stand(list(assigned))

    async def finish(self) -> None:
        """Ends: the batch at hand is finished, or given up where the database is away; no other is taken."""
        self._stopped = True
        await self.on_partitions_revoked(())
        for task in (self._settling, self._telling):
            if task is not None:
                task.cancel()

    async def stand(self, parts: Sequence[TopicPartition]) -> None:
        """Reads the positions and seeks to them; waits for as long as database or broker are away."""
        backoff = Backoff()
        while self.standing.source is not None and not self._yield.is_set():
            try:
                await self.standing.seek(parts)
                self._expect_new = False
            except Exception as error:
                if not (is_transient(error) or isinstance(error, KafkaError)):
                    log.exception("cannot stand", consumer=self.subscription.name)
                await backoff.wait(self._yield)
            else:
                return

    # ── taking batches ───────────────────────────────────────────────────────────────────────────────────────

    async def take(self, fetched: Fetched) -> None:
        """Takes a batch to its end, however long that lasts; never raises."""
        async with self._busy:
            mine = self.standing.mine(fetched)
            if mine and self.subscription.hears_any(mine):
                with within(trace_of(mine[0])):  # where it fails and is halved, at last in the bad event's own
                    await self._take(mine)
            elif mine:
                self.standing.step_over(mine)
                self._taken.inc(len(mine))
                self._settle_soon()
            self._tell_soon()

    async def settle(self) -> None:
        """Writes the positions behind what was stepped over."""
        async with self._busy:
            if self.standing.ahead and not self._yield.is_set():
                await self._take(())
                self._tell_soon()

    def _settle_soon(self) -> None:
        async def wait() -> None:
            await asyncio.sleep(SETTLE_AFTER)
            await self.settle()

        if self._settling is None or self._settling.done():
            self._settling = asyncio.create_task(wait())

    def _tell_soon(self) -> None:
        """Lets Kafka know where we stand, beside the next batches; where none comes, too."""

        async def wait() -> None:
            while self._untold:
                await asyncio.sleep(max(0.0, self._told_at + TELL_EVERY - time.monotonic()))
                self._untold = False
                await self._tell_kafka()

        self._untold = True
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(wait())

    async def _take(self, records: Sequence[Record]) -> None:
        try:
            with self._seconds.time():
                await self._until_done(records)
            self._taken.inc(len(records))
        except LostOwnership as lost:
            log.warning("lost ownership", consumer=self.subscription.name, why=str(lost))
            await self.stand(list(self.standing.known))
        except Exception:
            log.exception("batch given up", consumer=self.subscription.name)
            await self.stand(list(self.standing.known))

    async def _until_done(self, records: Sequence[Record]) -> None:
        """Takes the records, again and again while failures are transient; halves them when one is bad."""
        backoff, collided = Backoff(), False
        while not self._yield.is_set():
            try:
                await self._attempt(records)
            except LostOwnership:
                raise
            except Exception as failure:
                error = failure  # taken out: how one event fails must not stand behind another's failure as its context
            else:
                self._succeeded()
                return
            if is_duplicate(error, "inbox"):
                self._expect_new = False
            elif is_transient(error):
                log.warning("waiting", consumer=self.subscription.name, error=str(error)[:200])
                await backoff.wait(self._yield)
                if backoff.tries > LONG:
                    await self.standing.look()
            elif is_duplicate(error) and not collided:
                collided = True  # another partition's event made the same row in that moment: now it is found
            elif await self._isolate(records, error):
                return
        raise LostOwnership("the partitions are given to somebody else")

    async def _isolate(self, records: Sequence[Record], error: Exception) -> bool:
        """Finds the bad event by halving and sets it aside. False: we are paused, and it was not set aside."""
        if len(records) > 1:
            middle = len(records) // 2
            await self._until_done(records[:middle])
            await self._until_done(records[middle:])
            return True
        with within(trace_of(records[0])):
            return await self._give_up(records[0], error)

    async def _give_up(self, record: Record, error: Exception) -> bool:
        if not is_refusal(error) and self.breaker.is_tripped():
            await self.breaker.pause(error, self._yield)
            await self.standing.look()
            return False
        await self._set_aside(record, error)
        return True

    async def _attempt(self, records: Sequence[Record], failed: DeadLetter | None = None) -> None:
        """One transaction. With `failed` set the record is only set aside, not handled."""
        moves = self.standing.moves(records)
        async with self.runtime.work(actor="system") as work:
            if failed is None:
                found = await self.subscription.take(work, records, moves, expect_new=self._expect_new)
                dead = found.dead
            else:
                await positions.advance(work.connection, self.subscription.name, moves)
                dead = [failed]
            await dead_letters.write(work, self.subscription.name, self.runtime.seal, dead)
        self.standing.moved(moves)
        if dead:
            self.subscription.has_dead_letters = True
            dead_letters.tell(self.subscription.name, dead)

    async def _set_aside(self, record: Record, error: Exception) -> None:
        reason, backoff = "refused" if is_refusal(error) else "unexpected", Backoff()
        letter = DeadLetter(record, reason, f"{type(error).__name__}: {error}", error=error)
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

    def _succeeded(self) -> None:
        self._expect_new = True
        self.last_progress = time.monotonic()
        self.breaker.resume()

    async def _tell_kafka(self) -> None:
        self._told_at = time.monotonic()
        await self.standing.tell_kafka()

    def health(self) -> dict[str, Any]:
        """What readiness says of this consumer."""
        return self.standing.health() | {
            "paused": self.breaker.paused,
            "seconds_since_progress": round(time.monotonic() - self.last_progress, 1),
        }


def is_refusal(error: Exception) -> bool:
    """Whether the event is to blame, for good: no number of these says anything about this release."""
    return isinstance(error, Refused) or cannot_be_kept(error)
