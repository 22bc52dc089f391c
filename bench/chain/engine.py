"""What the hand-written chain is made of: workers that take batches with one statement each, and relays.

Equally correct as ELMS: positions are kept in each database and moved by compare-and-set, ids are claimed in an
inbox, each outbox is said under a lock and deleted when acknowledged. Any failure ends the process; whoever runs it
starts it again, and it goes on where the databases say. What it leaves out is what a single purpose can do without:
refusals, dead letters, health, metrics, retries.
"""

import asyncio
import contextlib
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition

BATCH = 1000
LOCK = 4711
SETTINGS = {"plan_cache_mode": "force_custom_plan", "jit": "off"}
Batch = list[ConsumerRecord]

TABLES = """
    CREATE SCHEMA hand;
    CREATE TABLE hand.position (
        consumer text, partition int, next_offset bigint NOT NULL, PRIMARY KEY (consumer, partition)
    ) WITH (fillfactor = 50);
    CREATE TABLE hand.inbox (event_id uuid PRIMARY KEY);
    CREATE TABLE hand.outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, said text NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp()
    ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
    ALTER TABLE hand.outbox ALTER COLUMN said SET STORAGE EXTERNAL"""

ONCE = """
    moved AS (
        UPDATE hand.position SET next_offset = moves.next
        FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS moves (partition, known, next)
        WHERE position.consumer = $4 AND position.partition = moves.partition AND position.next_offset = moves.known
        RETURNING 1
    ), claimed AS (
        INSERT INTO hand.inbox SELECT unnest(string_to_array($5, ',')::uuid[])
    )"""
"""How each step's statement begins: $1 to $3 move the positions of consumer $4, $5 are the events' ids."""

MOVE = f"WITH {ONCE} SELECT (SELECT count(*) FROM moved), length($5)"


@dataclass(frozen=True)
class Step:
    """What is done on one type of event: columns are read from a batch, and one statement takes them, from $6 on.

    It returns how many partitions it moved and how many rows it changed: one for each event. Where two steps change
    the same rows, `lock` locks them first, in one order.
    """

    consumer: str
    topic: str
    type: str
    read: Callable[[Batch], Sequence[str]]
    statement: str
    lock: str = ""


class Worker(ConsumerRebalanceListener):  # type: ignore[misc]
    """Takes batches: the next one is fetched and read while PostgreSQL works on the last."""

    def __init__(
        self, step: Step, connection: "asyncpg.Connection[Any]", consumer: AIOKafkaConsumer, said: asyncio.Event
    ) -> None:
        self.step = step
        self.connection = connection
        self.consumer = consumer
        self.said = said
        self.position: dict[TopicPartition, int] = {}
        self.turn = asyncio.Lock()

    async def on_partitions_revoked(self, revoked: Any) -> None:
        self.position.clear()

    async def on_partitions_assigned(self, assigned: Any) -> None:
        async with self.turn:
            add = "INSERT INTO hand.position SELECT $1, unnest($2::int[]), 0 ON CONFLICT DO NOTHING"
            await self.connection.execute(add, self.step.consumer, [part.partition for part in assigned])
            find = "SELECT partition, next_offset FROM hand.position WHERE consumer = $1"
            found = dict(await self.connection.fetch(find, self.step.consumer))
        for part in assigned:
            self.position[part] = found[part.partition]
            self.consumer.seek(part, self.position[part])

    async def run(self) -> None:
        saving: asyncio.Future[None] | None = None
        while True:
            found = await self.consumer.getmany(timeout_ms=500, max_records=BATCH)
            events: dict[bytes, ConsumerRecord] = {}
            moves: list[tuple[int, int, int]] = []
            for part, records in found.items():
                if records[0].offset != self.position.get(part):  # fetched before we stood where the database says
                    continue
                events |= {id_: record for record in records if (id_ := self.id_of(record)) is not None}
                moves.append((part.partition, self.position[part], records[-1].offset + 1))
                self.position[part] = records[-1].offset + 1
            columns = [",".join(map(bytes.decode, events)), *self.step.read(list(events.values()))] if events else []
            if saving is not None:
                await saving
            saving = asyncio.ensure_future(self.save(columns, moves)) if moves else None

    def id_of(self, record: ConsumerRecord) -> bytes | None:
        """The event's id; None for one of another type. Our relays put both first."""
        type_, id_ = record.headers[0], record.headers[1]
        return bytes(id_[1]) if type_[1].decode() == self.step.type else None

    async def save(self, columns: Sequence[str], moves: list[tuple[int, int, int]]) -> None:
        async with self.turn, self.connection.transaction():
            where = [*zip(*moves, strict=True), self.step.consumer]
            if not columns:
                moved, changed = await self.taken(MOVE, *where, "")
            else:
                if self.step.lock:
                    await self.connection.execute(self.step.lock, columns[1])
                moved, changed = await self.taken(self.step.statement, *where, *columns)
                if changed != columns[0].count(",") + 1:
                    raise RuntimeError(f"{self.step.consumer}: {changed} rows for {columns[0].count(',') + 1} events")
            if moved != len(moves):
                raise RuntimeError("somebody else owns a partition now")
        self.said.set()

    async def taken(self, statement: str, *given: Any) -> tuple[int, int]:
        """How many partitions a step has moved, and how many events it has taken."""
        row = await self.connection.fetchrow(statement, *given)
        assert row is not None
        return row[0], row[1]


UNSAID = """
    SELECT id, to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.USOF'), said FROM hand.outbox ORDER BY id LIMIT 2"""
FIXED = [("ce_specversion", b"1.0"), ("content-type", b"application/json"), ("ce_actor", b"bench")]


class Relay:
    """Says one service's outbox in whole batches of its own making."""

    def __init__(self, service: str, connection: "asyncpg.Connection[Any]", producer: AIOKafkaProducer) -> None:
        self.fixed = [*FIXED, ("ce_source", f"/services/{service}".encode())]
        self.connection = connection
        self.producer = producer

    async def run(self, rung: asyncio.Event, prefix: str) -> None:
        await self.connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        while True:
            rung.clear()
            while rows := await self.connection.fetch(UNSAID):
                await self.say(rows, prefix)
                delete = "DELETE FROM hand.outbox WHERE id = ANY ($1::bigint[])"
                await self.connection.execute(delete, [r[0] for r in rows])
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(rung.wait(), 0.25)

    async def say(self, rows: "list[asyncpg.Record]", prefix: str) -> None:
        events = list(events_of(rows))
        names = {event[1] for event in events}
        topics = {name: prefix + name.decode() for name in names}
        partitions = {name: len(await self.producer.partitions_for(topics[name])) for name in names}
        batches: dict[tuple[str, int], Any] = {}
        sent = []
        for at, name, type_, event_id, cause, key, version, value in events:
            place = topics[name], zlib.crc32(key) % partitions[name]
            headers = [
                ("ce_type", type_), ("ce_id", event_id), *self.fixed, ("ce_time", at), ("ce_causationid", cause),
                ("ce_sequence", version), ("ce_subject", key),
            ]  # fmt: skip
            while True:
                if (batch := batches.get(place)) is None:
                    batch = batches[place] = self.producer.create_batch()
                if batch.append(key=key, value=value, timestamp=None, headers=headers) is not None:
                    break
                sent.append(await self.producer.send_batch(batches.pop(place), place[0], partition=place[1]))
        for (topic, number), batch in batches.items():
            sent.append(await self.producer.send_batch(batch, topic, partition=number))
        await asyncio.gather(*sent)


def events_of(rows: "list[asyncpg.Record]") -> Iterator[list[bytes]]:
    """When each event was said, and its seven lines."""
    for _, at, said in rows:
        for lines in zip(*[iter(said.encode().split(b"\n"))] * 7, strict=True):
            yield [at.encode(), *lines]
