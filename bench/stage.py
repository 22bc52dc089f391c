"""The stage of one run: fresh topics, a fresh database, the contender as a process of its own, and the clock."""

import asyncio
import contextlib
import sys
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from os import environ
from typing import Any

import asyncpg
import orjson
import psutil
from aiokafka import AIOKafkaProducer, ConsumerRecord, TopicPartition
from sqlalchemy.engine import make_url

from bench.machine import processor_seconds
from bench.servers import Servers
from ops import topics as kafka_topics
from ops.local.ports import free_port
from shared.contracts import Topic
from shared.messaging.publish import PRODUCER, Message, publish
from shared.migrations import has_migrations
from shared.testing.observer import Observer

PATIENCE = 300.0
SLOWEST = 400.0
"""Events a second: a run of very many is waited for as long as they take at that rate."""
_LOOK = 0.02
_SETTLES = 15.0
"""Seconds in which the disk takes what a checkpoint left with the system."""


class Miscounted(Exception):
    """A contender lost something, or did it twice: its figures mean nothing."""


@dataclass(frozen=True)
class Taken:
    """What one run took: seconds by the clock, and of processor time by class; and what else the row measures."""

    seconds: float
    processor: dict[str, float]
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass
class Stage:
    """One run of one contender."""

    servers: Servers
    module: str
    events: int
    prefix: str
    database: str
    connection: "asyncpg.Connection[Any]"
    observer: Observer
    services: dict[str, str] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None
    taken: Taken | None = None
    shared: Any = None
    licenses: int = 0
    workers: int = 1
    _made: set[str] = field(default_factory=set)
    _asked: dict[str, "asyncpg.Connection[Any]"] = field(default_factory=dict)

    @property
    def program(self) -> Any:
        """The contender's module."""
        return import_module(self.module)

    async def migrate(self, services: Iterable[str]) -> None:
        """Makes a database for each of these services, as the service itself would migrate it; or an empty one."""
        for name in services:
            self.services[name] = await self.servers.databases.fresh(name if has_migrations(name) else None)

    async def start(self, **more: object) -> None:
        """Starts the contender's program; it hears where everything is from its environment, `ELMS_…`."""
        names = {"KAFKA": self.servers.kafka, "DATABASE": self.database, "TOPIC_PREFIX": self.prefix}
        names |= {"PORT": str(free_port()), "LOG_LEVEL": "WARNING", "EVENTS": str(self.events), "WARM": str(self.warm)}
        names |= {"DATABASES": orjson.dumps(self.services).decode()} | {n: str(value) for n, value in more.items()}
        given = environ | {f"ELMS_{name}": value for name, value in names.items()}
        command = (sys.executable, "-m", self.module)
        self.process = await asyncio.create_subprocess_exec(*command, env=given, stdin=asyncio.subprocess.PIPE)

    async def topics(self, *topics: Topic) -> None:
        """Makes these topics afresh."""
        self._made |= set((await kafka_topics.apply(self.servers.kafka, topics, prefix=self.prefix)).missing)
        await self.observer.ends(part for topic in topics for part in self._parts(topic))  # each has a leader then

    async def fill(self, topic: Topic, messages: Sequence[Message]) -> None:
        """Puts the messages on the topic."""
        producer = AIOKafkaProducer(bootstrap_servers=self.servers.kafka, **PRODUCER)
        await producer.start()
        try:
            await publish(producer, self.prefix + topic.name, messages)
        finally:
            await producer.stop()

    def freeze(self) -> None:
        """The contender stands still, warm and with its connections open."""
        for process in self._family():
            process.suspend()

    def wake(self) -> None:
        """The contender goes on."""
        for process in self._family():
            process.resume()

    def _family(self) -> list[psutil.Process]:
        assert self.process is not None
        first = psutil.Process(self.process.pid)
        return [first, *first.children(recursive=True)]

    @property
    def patience(self) -> float:
        """Seconds after which nobody waits any longer."""
        return PATIENCE + self.events / SLOWEST

    @property
    def warm(self) -> int:
        """Events before the clock starts: connections are open then, statements known, partitions assigned."""
        return min(500, max(50, self.events // 10))

    @asynccontextmanager
    async def clock(self) -> AsyncIterator[None]:
        """Measures what happens inside."""
        assert self.process is not None
        roots = {"python": self.process.pid, **self.servers.processes}
        before = processor_seconds(roots)
        began = time.perf_counter()
        yield
        seconds, after = time.perf_counter() - began, processor_seconds(roots)
        self.taken = Taken(seconds, {name: after[name] - before[name] for name in roots})

    async def settle(self) -> None:
        """Lets PostgreSQL and the disk be done with what was put there: a million rows are gigabytes to write."""
        await _run(self.servers.postgres, "CHECKPOINT")
        await asyncio.sleep(_SETTLES)

    async def until_said(self, topic: Topic, count: int) -> None:
        """Waits until so many records are on the topic and the outbox is empty."""
        await self.until_on_topic(topic, count)
        while await self.connection.fetchval("SELECT EXISTS (SELECT FROM outbox)"):
            self._require_alive()
            await asyncio.sleep(_LOOK)

    async def until_on_topic(self, topic: Topic, count: int) -> None:
        """Waits until so many records are on the topic."""
        parts = self._parts(topic)
        await self._until(lambda ends: sum(ends.values()) >= count, parts)

    async def until(self, reached: Callable[[], Awaitable[bool]], what: str, look: float = _LOOK) -> None:
        """Waits until that is so. Raises `Miscounted` when it does not come about, or the contender ends."""
        deadline = time.monotonic() + self.patience
        while not await reached():
            self._require_alive()
            if time.monotonic() > deadline:
                raise Miscounted(f"{self.module}: after {self.patience:.0f} s {what}")
            await asyncio.sleep(look)

    async def said(self, topic: Topic) -> list[ConsumerRecord]:
        """All records of the topic, each partition's in their order."""
        records = await self.observer.read(self._parts(topic), {})
        return sorted(records, key=lambda record: (record.partition, record.offset))

    async def tell(self, words: str = "go") -> None:
        """Tells a contender that waits for a word to begin."""
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(words.encode() + b"\n")
        await self.process.stdin.drain()

    async def ask(self, service: str, sql: str, *given: Any) -> "asyncpg.Record":
        """The one row of an answer. A service has one connection for all questions, one after the other: a new one for
        each would slow what is measured."""
        if service not in self._asked:
            self._asked[service] = await asyncpg.connect(self.services[service])
        row: asyncpg.Record | None = await self._asked[service].fetchrow(sql, *given)
        assert row is not None
        return row

    def measure(self, **figures: float) -> None:
        """Adds to what the run took what else was measured."""
        assert self.taken is not None
        self.taken = replace(self.taken, figures={**self.taken.figures, **figures})

    async def stop(self) -> None:
        """Ends the contender and removes its topics."""
        if self.process is not None and self.process.returncode is None:
            await _end(self.process)
        for connection in self._asked.values():
            await connection.close()
        await kafka_topics.delete(self.servers.kafka, self._made)

    async def _until(self, reached: Callable[[dict[TopicPartition, int]], bool], parts: list[TopicPartition]) -> None:
        deadline = time.monotonic() + self.patience
        while not reached(ends := dict(await self.observer.ends(parts))):
            self._require_alive()
            if time.monotonic() > deadline:
                raise Miscounted(f"{self.module}: after {self.patience:.0f} s only {sum(ends.values())} were said")
            await asyncio.sleep(_LOOK)

    def _parts(self, topic: Topic) -> list[TopicPartition]:
        return [TopicPartition(self.prefix + topic.name, number) for number in range(topic.partitions)]

    def _require_alive(self) -> None:
        if self.process is not None and self.process.returncode is not None:
            raise Miscounted(f"{self.module} ended by itself, with exit code {self.process.returncode}")


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ends the process, and whatever it has started and not ended."""
    with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
        family = psutil.Process(process.pid).children(recursive=True)
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 20)
        except TimeoutError:
            process.kill()
        for left in psutil.wait_procs(family, timeout=5)[1]:
            left.kill()
    await process.wait()


@asynccontextmanager
async def stage(servers: Servers, module: str, events: int) -> AsyncIterator[Stage]:
    """A stage on which nothing has happened yet; PostgreSQL has written down all that came before."""
    await _run(servers.postgres, "CHECKPOINT")
    database = await servers.databases.fresh()
    connection = await asyncpg.connect(make_url(database).render_as_string(hide_password=False))
    observer = Observer(servers.kafka)
    prefix = f"bench{uuid.uuid4().hex[:8]}."
    made = Stage(servers, module, events, prefix, database, connection, observer)
    try:
        yield made
    finally:
        await made.stop()
        await connection.close()
        await observer.stop()
        for url in (database, *made.services.values()):
            await _run(servers.postgres, f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


async def _run(superuser: str, sql: str) -> None:
    connection = await asyncpg.connect(superuser)
    await connection.execute(sql)
    await connection.close()
