"""The relay: says what the outbox holds, in its order, and forgets a page only when Kafka has it for good.

One per service at a time: an advisory lock on a session of its own, which the server ends five seconds after
its owner froze; a second relay waits as a hot spare. One loop per topic, so that a million loaded credits do
not stand before an approval. A relay that dies, or wakes late, can only repeat what was said: the inbox of
each reader knows it, or a state's version.
"""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import asyncpg
import structlog
from aiokafka import AIOKafkaProducer, ConsumerRecord
from aiokafka.errors import KafkaError

from shared.database import HOLDING, SERVER_SETTINGS, is_transient
from shared.messaging import dead_letters, outbox
from shared.messaging.backoff import Backoff
from shared.messaging.dead_letters import DeadLetter
from shared.messaging.outbox import Unsaid
from shared.messaging.publish import PRODUCER, publish
from shared.telemetry import OUTBOX_AGE, RELAYED
from shared.waiting import HEARTBEAT, end, hold, together

if TYPE_CHECKING:
    from shared.runtime import Runtime

log = structlog.get_logger()

LOCK = 0x454C4D53  # "ELMS"
BATCH = 1000
LARGEST = 900_000
"""Bytes of an event's data; the topics take 1 MiB with headers."""
ACKNOWLEDGED_WITHIN = 10.0
_LOOK = 1.0
"""Seconds between looks at all topics. Rows ring, here or by NOTIFY; the look is for a bell that was not heard."""
_REST = 50
"""How many times as long as a look took the next one waits at least: behind many deleted rows it takes milliseconds."""
_LEADING = HOLDING | {"application_name": "elms relay"}
READING = SERVER_SETTINGS | {
    "application_name": "elms relay",
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_sort": "off",
}
"""Its few statements are planned once, on an outbox that may be empty, and go by the index when it is full, too."""

Page = asyncpg.Record


class Relay:
    """Says one service's outbox to Kafka."""

    def __init__(self, runtime: "Runtime") -> None:
        self.runtime = runtime
        self.leads = False
        self._unsaid: Unsaid
        self._rung: set[str] = set()
        self._producer: AIOKafkaProducer | None = None
        self._starting = asyncio.Lock()

    async def run(self) -> None:
        """Waits to lead, leads, and begins again after any failure; until cancelled."""
        backoff = Backoff()
        while True:
            try:
                await self._lead()
            except Exception as error:
                if not (is_transient(error) or isinstance(error, KafkaError)):
                    log.exception("relay failed")
                else:
                    log.warning("relay waits", error=repr(error)[:200])
                await backoff.wait()
            else:
                backoff.reset()

    async def _lead(self) -> None:
        database = self.runtime.database
        async with database.session(**_LEADING) as lock, database.session(**READING) as reading:
            while not await lock.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
                OUTBOX_AGE.set(0)  # another leads, and tells it
                await asyncio.sleep(HEARTBEAT)
            await self.runtime.bell.listen(lock)
            self._unsaid = Unsaid(reading)
            try:
                self.leads = self.runtime.bell.relay_is_here = True
                await together(hold(lock), self._say_all())
            finally:
                self.leads = self.runtime.bell.relay_is_here = False
                await self._throw_producer_away()

    async def _say_all(self) -> None:
        """Lets each topic that has something to say do so in a loop of its own: at once when it rang here, and
        whatever else waits at the next look."""
        loops: dict[str, asyncio.Task[None]] = {}
        bell, look_again_at = self.runtime.bell, 0.0
        try:
            while True:
                topics = bell.silence()
                if not topics or time.monotonic() > look_again_at:
                    began = time.monotonic()
                    topics |= await self._waiting_topics()
                    ended = time.monotonic()
                    look_again_at = ended + max(_LOOK, _REST * (ended - began))
                for topic in topics:
                    self._rung.add(topic)
                    if topic not in loops or loops[topic].done():
                        loops[topic] = asyncio.create_task(self._say_topic(topic))
                await bell.wait(_LOOK)
                for task in loops.values():
                    if task.done():
                        task.result()
        finally:
            await end(loops.values())

    async def _waiting_topics(self) -> set[str]:
        topics, age = await self._unsaid.topics()
        OUTBOX_AGE.set(age)
        return set(topics)

    async def _say_topic(self, topic: str) -> None:
        """Says a topic's pages, batch by batch, until a batch is not full and nobody rang since it was read."""
        while topic in self._rung:
            self._rung.discard(topic)
            pages = await self._unsaid.next(topic, BATCH)
            events = sum(page["events"] for page in pages)
            if events >= BATCH:
                self._rung.add(topic)
            large = [page for page in pages if page["events"] == 1 and _size(page) > LARGEST]
            if large:
                await self._divert(topic, large)
                self._rung.add(topic)
            elif pages:
                await self._say(topic, pages)
                await self._unsaid.forget([page["id"] for page in pages])
                RELAYED.labels(topic).inc(events)

    async def _divert(self, topic: str, pages: Sequence[Page]) -> None:
        """Keeps what the broker would refuse as dead letters; a stub of the same version takes each one's place."""
        letters: list[DeadLetter] = []
        async with self.runtime.work(actor="relay") as work:
            for page in pages:
                [(key, value, headers)] = outbox.read(self.runtime.service.name, page["said"])
                record = ConsumerRecord(topic, -1, page["id"], 0, 0, key, value, None, -1, -1, tuple(headers))
                letters.append(DeadLetter(record, "refused", f"larger than {LARGEST} bytes"))
                await dead_letters.write(work, "relay", self.runtime.seal, letters[-1:])
                stub = page["said"].removesuffix(value.decode()) + "{}"
                await work.run("UPDATE outbox SET said = :stub WHERE id = :id", stub=stub, id=page["id"])
        dead_letters.tell("relay", letters)

    async def _say(self, topic: str, pages: Sequence[Page]) -> None:
        """Publishes the pages and waits until all is acknowledged. On any failure the producer is thrown away."""
        producer = await self._ready_producer()
        name = self.runtime.settings.topic_prefix + topic
        messages = [message for page in pages for message in outbox.read(self.runtime.service.name, page["said"])]
        try:
            async with asyncio.timeout(ACKNOWLEDGED_WITHIN):
                await publish(producer, name, messages)
        except BaseException:
            await self._throw_producer_away()
            raise

    async def _ready_producer(self) -> AIOKafkaProducer:
        async with self._starting:  # the loops of several topics begin at once, and need one
            if self._producer is None:
                producer = AIOKafkaProducer(**self.runtime.kafka_options(), **PRODUCER)
                try:
                    await producer.start()
                except BaseException:
                    await _end(producer)
                    raise
                self._producer = producer
            return self._producer

    async def _throw_producer_away(self) -> None:
        """Ends the producer without flushing: what it still holds is said again from the outbox, in order."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await _end(producer)


async def _end(producer: AIOKafkaProducer) -> None:
    producer._closed = True  # first: who is cancelled here must not leave one that complains
    with contextlib.suppress(Exception):
        await producer._sender.close()
        await producer.client.close()


def _size(page: Page) -> int:
    """Bytes of the one event's data."""
    return len(page["said"].rpartition("\n")[2].encode())
