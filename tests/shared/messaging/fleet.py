"""A fleet of real worker processes, and what they have done: the ground that the fault tests stand on."""

import asyncio
import atexit
import os
import signal
import time
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaConnectionError

from ops import topics as kafka_topics
from ops.local.ports import free_port
from shared.database import Database, create_all, fetch, is_transient
from shared.messaging.publish import PRODUCER, publish
from shared.testing.nursery import Nursery
from shared.testing.saying import message
from shared.testing.stack import Databases
from tests.shared.messaging.reference import INPUT, OUTPUT, TOPICS, Added, metadata

_one_at_a_time = asyncio.Lock()


@cache
def nursery() -> Nursery:
    """Where the workers of this process's fleets are born; it ends with this process."""
    made = Nursery("tests.shared.messaging.worker:play")
    atexit.register(made.close)
    return made


@dataclass
class Fleet:
    """Workers of the reference service on one database and one set of topics."""

    kafka: str
    postgres: str
    folder: Path
    prefix: str = field(default_factory=lambda: f"f{uuid.uuid4().hex[:10]}.")
    url: str = ""
    workers: list[int] = field(default_factory=list)
    said: list[Added] = field(default_factory=list)

    async def prepare(self) -> None:
        """Makes topics and the database."""
        self.databases = Databases(self.postgres)
        async with _one_at_a_time:
            self.url = await self.databases.fresh()
        self.database = Database(self.url, frozen_after=60)  # the test may share the machine with much else
        async with self.database.begin() as connection:
            await create_all(connection, metadata)
        await kafka_topics.apply(self.kafka, TOPICS, prefix=self.prefix)

    async def end(self) -> None:
        """Ends every worker and forgets topics and databases."""
        self.end_workers(signal.SIGKILL)
        await self.database.close()
        await self.databases.drop_all()
        await kafka_topics.delete(self.kafka, [self.prefix + topic.name for topic in TOPICS])

    def launch(self, die_at: str = "", freeze_at: str = "") -> int:
        """Starts a worker; returns its process id."""
        settings = {
            "KAFKA": self.kafka, "DATABASE": self.url, "TOPIC_PREFIX": self.prefix, "DATA": str(self.folder),
            "KEYS": str(self.folder / "keys"), "PORT": str(free_port()), "LOG_LEVEL": "WARNING",
        }  # fmt: skip
        environment = {f"ELMS_{name}": value for name, value in settings.items()}
        order = {"die_at": die_at, "freeze_at": freeze_at}
        self.workers.append(nursery().bear(environment, self.folder / "workers.log", order))
        return self.workers[-1]

    def send(self, pid: int, what: signal.Signals) -> None:
        os.kill(pid, what)

    def is_alive(self, pid: int) -> bool:
        return nursery().is_alive(pid)

    def end_workers(self, what: signal.Signals = signal.SIGTERM) -> None:
        """Ends every worker, and waits until it has ended."""
        for pid in filter(self.is_alive, self.workers):
            os.kill(pid, signal.SIGCONT)
            nursery().end(pid, what, seconds=120)

    async def died(self, pid: int, seconds: float = 120) -> int:
        """Waits until a worker has ended; its exit code. Raises `TimeoutError`."""
        end = time.monotonic() + seconds
        while self.is_alive(pid):
            if time.monotonic() > end:
                raise TimeoutError(f"worker {pid} lives")
            await asyncio.sleep(0.05)
        return nursery().dead()[pid]

    async def froze(self, pid: int, seconds: float = 120) -> None:
        """Waits until a worker stands still. Raises `TimeoutError`."""
        async with asyncio.timeout(seconds):
            while " T " not in Path(f"/proc/{pid}/stat").read_text():  # noqa: ASYNC110, ASYNC240
                await asyncio.sleep(0.05)

    async def say(self, events: Sequence[Added], ids: Sequence[uuid.UUID]) -> None:
        """Publishes events under these ids."""
        producer = await self._producer()
        try:
            messages = [message(event, event_id=event_id) for event, event_id in zip(events, ids, strict=True)]
            await publish(producer, self.prefix + INPUT.name, messages)
        finally:
            await producer.stop()
        self.said.extend(events)

    async def _producer(self) -> AIOKafkaProducer:
        """A started one; tried again while the broker has too much else to do."""
        while True:
            producer = AIOKafkaProducer(bootstrap_servers=self.kafka, **PRODUCER)
            try:
                await producer.start()
            except KafkaConnectionError:
                await producer.stop()
                await asyncio.sleep(1)
            else:
                return producer

    async def rows(self, sql: str, **parameters: Any) -> list[Any]:
        """Rows of the workers' database; asked again where the server has just been started anew."""
        while True:
            try:
                async with self.database.begin() as connection:
                    return list(await fetch(connection, sql, **parameters))
            except Exception as error:
                if not is_transient(error):
                    raise
                await asyncio.sleep(0.2)

    async def taken(self) -> int:
        return int((await self.rows("SELECT count(*) AS n FROM added"))[0].n)

    async def until(self, count: int, seconds: float = 150) -> None:
        """Waits until so many events have taken effect and nothing is left to say. Raises `TimeoutError`."""
        end = time.monotonic() + seconds
        while True:
            taken, unsaid = await self.taken(), (await self.rows("SELECT count(*) AS n FROM outbox"))[0].n
            if taken >= count and not unsaid:
                return
            if time.monotonic() > end:
                raise TimeoutError(
                    f"{taken} of {count} taken, {unsaid} unsaid; {(self.folder / 'workers.log').read_text()[-3000:]}"
                )
            await asyncio.sleep(0.1)

    async def check(self) -> None:
        """Everything said took effect once, in its key's order, and was said on, once in effect and in order."""
        expected: dict[Any, list[int]] = defaultdict(list)
        for event in self.said:
            expected[event.license_id].append(event.number)
        found: dict[Any, list[int]] = defaultdict(list)
        for row in await self.rows("SELECT license_id, number FROM added ORDER BY place"):
            found[row.license_id].append(row.number)
        assert found == expected
        totals = await self.output()
        assert {key: len(events) for key, events in totals.items()} == {str(k): len(v) for k, v in expected.items()}
        assert all(sums == sorted(sums) for sums in totals.values())

    async def output(self) -> dict[str, list[int]]:
        """The sums said, per license, in the order in which each was said first."""
        seen: set[bytes] = set()
        sums: dict[str, list[int]] = defaultdict(list)
        async for record in records(self.kafka, self.prefix + OUTPUT.name):
            event_id = dict(record.headers)["ce_id"]
            if event_id not in seen:
                seen.add(event_id)
                sums[record.key.decode()].append(orjson.loads(record.value)["total"])
        return sums


async def records(kafka: str, topic: str) -> Any:
    """All records of a topic, as they stand now."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        parts = [TopicPartition(topic, number) for number in range(6)]
        consumer.assign(parts)
        ends = await consumer.end_offsets(parts)
        await consumer.seek_to_beginning(*parts)
        while any([await consumer.position(part) < ends[part] for part in parts]):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                for record in batch:
                    yield record
    finally:
        await consumer.stop()
