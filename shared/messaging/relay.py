"""The relay: says what the outbox holds, in its order, and forgets a row only when Kafka has it for good.

One per service at a time: an advisory lock on a session of its own, which the server ends five seconds after
its owner froze; a second relay waits as a hot spare. One loop per topic, so that a million loaded credits do
not stand before an approval. A relay that dies, or wakes late, can only repeat what was said: the inbox of
each reader knows it.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import structlog
from aiokafka import AIOKafkaProducer, ConsumerRecord
from aiokafka.errors import KafkaError
from sqlalchemy import Row

from shared.database import fetch, is_transient, run
from shared.messaging import dead_letters
from shared.messaging.backoff import Backoff
from shared.messaging.dead_letters import DeadLetter
from shared.messaging.envelope import to_headers
from shared.messaging.publish import PRODUCER, publish
from shared.telemetry import OUTBOX_AGE, RELAYED

if TYPE_CHECKING:
    from shared.runtime import Runtime

log = structlog.get_logger()

LOCK = 0x454C4D53  # "ELMS"
BATCH = 1000
FORGET = "DELETE FROM outbox WHERE id = ANY(CAST(:ids AS bigint[]))"
LARGEST = 900_000
"""Bytes of an event's data; the topics take 1 MiB with headers."""
OLDEST = """SELECT extract(epoch FROM clock_timestamp() - at)::float AS seconds FROM outbox ORDER BY id LIMIT 1"""
ACKNOWLEDGED_WITHIN = 10.0
_IDLE_LOOK = 0.25
_HEARTBEAT = 1.0


class Relay:
    """Says one service's outbox to Kafka."""

    def __init__(self, runtime: "Runtime") -> None:
        self.runtime = runtime
        self.leads = False
        self._producer: AIOKafkaProducer | None = None

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
        settings = {"idle_session_timeout": "5s", "tcp_keepalives_idle": "2", "application_name": "elms relay"}
        async with self.runtime.database.session(**settings) as session:
            while not await session.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):  # noqa: ASYNC110
                await asyncio.sleep(_HEARTBEAT)
            await self.runtime.bell.listen(session)
            try:
                self.leads = self.runtime.bell.relay_is_here = True
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._hold(session))
                    group.create_task(self._say_all())
            except* Exception as errors:
                raise errors.exceptions[0] from None
            finally:
                self.leads = self.runtime.bell.relay_is_here = False
                await self._throw_producer_away()

    async def _hold(self, session: Any) -> None:
        """Keeps the session alive; a session that ended ends the lead."""
        while True:
            await asyncio.wait_for(session.fetchval("SELECT 1"), 3)
            await asyncio.sleep(_HEARTBEAT)

    async def _say_all(self) -> None:
        """Looks which topics have something to say, and lets each say it in a loop of its own."""
        loops: dict[str, asyncio.Task[None]] = {}
        bell = self.runtime.bell
        try:
            while True:
                bell.silence()
                for topic in await self._waiting_topics():
                    if topic not in loops or loops[topic].done():
                        loops[topic] = asyncio.create_task(self._say_topic(topic))
                await bell.wait(_IDLE_LOOK)
                for task in loops.values():
                    if task.done():
                        task.result()
        finally:
            for task in loops.values():
                task.cancel()
            await asyncio.gather(*loops.values(), return_exceptions=True)

    async def _waiting_topics(self) -> list[str]:
        """The topics with rows, found by skipping through the index: one look per topic, however many rows."""
        async with self.runtime.database.begin() as connection:
            rows = await fetch(
                connection,
                """WITH RECURSIVE waiting AS (
                       (SELECT topic FROM outbox ORDER BY topic LIMIT 1)
                       UNION ALL
                       SELECT (SELECT topic FROM outbox WHERE topic > waiting.topic ORDER BY topic LIMIT 1)
                       FROM waiting WHERE waiting.topic IS NOT NULL)
                   SELECT topic FROM waiting WHERE topic IS NOT NULL""",
            )
            age = await fetch(connection, OLDEST)
        OUTBOX_AGE.set(age[0].seconds if age else 0)
        return [row.topic for row in rows]

    async def _say_topic(self, topic: str) -> None:
        """Says a topic's rows, batch by batch, until none is left."""
        while rows := await self._next(topic):
            large = [row for row in rows if len(row.value) > LARGEST // 4 and len(row.value.encode()) > LARGEST]
            if large:
                await self._divert(topic, large)
                continue
            await self._say(topic, rows)
            async with self.runtime.database.begin() as connection:
                await run(connection, FORGET, ids=[row.id for row in rows])
            RELAYED.labels(topic).inc(len(rows))

    async def _divert(self, topic: str, rows: Sequence[Row[Any]]) -> None:
        """Keeps what the broker would refuse as dead letters; a stub of the same sequence takes each one's place."""
        async with self.runtime.work(actor="relay") as work:
            for row in rows:
                headers = tuple(to_headers(self.runtime.service.name, row.key, row.headers))
                record = ConsumerRecord(
                    topic, -1, row.id, 0, 0, row.key.encode(), row.value.encode(), None, -1, -1, headers
                )  # fmt: skip
                letter = DeadLetter(record, "refused", f"larger than {LARGEST} bytes")
                await dead_letters.write(work, "relay", self.runtime.seal, [letter])
                await work.run("UPDATE outbox SET value = '{}' WHERE id = :id", id=row.id)

    async def _next(self, topic: str) -> Sequence[Row[Any]]:
        async with self.runtime.database.begin() as connection:
            return await fetch(
                connection,
                "SELECT id, key, headers, value FROM outbox WHERE topic = :topic ORDER BY id LIMIT :limit",
                topic=topic, limit=BATCH,
            )  # fmt: skip

    async def _say(self, topic: str, rows: Sequence[Row[Any]]) -> None:
        """Publishes the rows and waits until all are acknowledged. On any failure the producer is thrown away."""
        producer = await self._ready_producer()
        name = self.runtime.settings.topic_prefix + topic
        service = self.runtime.service.name
        messages = [(row.key.encode(), row.value.encode(), to_headers(service, row.key, row.headers)) for row in rows]
        try:
            async with asyncio.timeout(ACKNOWLEDGED_WITHIN):
                await publish(producer, name, messages)
        except BaseException:
            await self._throw_producer_away()
            raise

    async def _ready_producer(self) -> AIOKafkaProducer:
        if self._producer is None:
            producer = AIOKafkaProducer(**self.runtime.kafka_options(), **PRODUCER)
            await producer.start()
            self._producer = producer
        return self._producer

    async def _throw_producer_away(self) -> None:
        """Ends the producer without flushing: what it still holds is said again from the outbox, in order."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(Exception):
                await producer._sender.close()
                await producer.client.close()
            producer._closed = True
