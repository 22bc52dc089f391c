"""The hop written by hand on aiokafka and asyncpg, as fast as we could make it: one statement a batch.

Equally correct: positions are kept in the database and moved by compare-and-set, ids are claimed in an inbox, the
outbox is said under a lock and deleted when acknowledged. Any failure ends the process; whoever runs it starts it
again, and it goes on where the database says. What it leaves out is what a single purpose can do without: types,
dead letters, health, metrics, retries, more than one kind of event.
"""

import asyncio
import contextlib
import os
import zlib
from collections.abc import Iterator
from typing import Any

import asyncpg
import orjson
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition

INPUT, OUTPUT = "bench.input.facts.v1", "bench.output.facts.v1"
BATCH = 1000
LOCK = 4711
SETTINGS = {"plan_cache_mode": "force_custom_plan", "jit": "off"}

TABLES = """
    CREATE TABLE position (partition int PRIMARY KEY, next_offset bigint NOT NULL) WITH (fillfactor = 50);
    CREATE TABLE inbox (event_id uuid PRIMARY KEY);
    CREATE TABLE total (license_id uuid PRIMARY KEY, sum bigint NOT NULL, version bigint NOT NULL)
        WITH (fillfactor = 50);
    CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, said text NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp()
    ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);
    ALTER TABLE outbox ALTER COLUMN said SET STORAGE EXTERNAL"""

# An event's sum is its license's new sum without what later events of the batch added to it.
TAKE = """
    WITH given AS (
        SELECT * FROM unnest(string_to_array($1, ',')::uuid[], string_to_array($2, ',')::uuid[],
                             string_to_array($3, ',')::int[])
                      WITH ORDINALITY AS given (event_id, license_id, number, place)
    ), claimed AS (
        INSERT INTO inbox SELECT event_id FROM given
    ), moved AS (
        UPDATE position SET next_offset = moves.next
        FROM unnest($4::int[], $5::bigint[], $6::bigint[]) AS moves (partition, known, next)
        WHERE position.partition = moves.partition AND position.next_offset = moves.known
        RETURNING 1
    ), changed AS (
        INSERT INTO total AS t (license_id, sum, version)
        SELECT license_id, sum(number), count(*) FROM given GROUP BY license_id ORDER BY license_id
        ON CONFLICT (license_id) DO UPDATE SET sum = t.sum + excluded.sum, version = t.version + excluded.version
        RETURNING license_id, sum, version
    ), said AS (
        INSERT INTO outbox (said) SELECT string_agg(lines, E'\\n' ORDER BY place) FROM (
            SELECT place, md5(event_id || 'Counted')::uuid || E'\\n' || event_id || E'\\n' || license_id || E'\\n'
                   || version - coalesce(count(number) OVER later, 0) || E'\\n{"license_id":"' || license_id
                   || '","total":' || sum - coalesce(sum(number) OVER later, 0) || '}' AS lines
            FROM given JOIN changed USING (license_id)
            WINDOW later AS (PARTITION BY license_id ORDER BY place ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
        ) AS events HAVING count(*) > 0
    )
    SELECT count(*) FROM moved"""

# A row holds all that a batch says, five lines for each event: its id, cause, key, version and value.
UNSAID = """SELECT id, to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.USOF'), said FROM outbox ORDER BY id LIMIT 2"""
FIXED = [
    ("ce_specversion", b"1.0"), ("content-type", b"application/json"), ("ce_type", b"elms.bench.Counted.v1"),
    ("ce_source", b"/services/bench"), ("ce_actor", b"bench"),
]  # fmt: skip

Event = tuple[str, str, str]
"""id, license, number"""


class Worker(ConsumerRebalanceListener):  # type: ignore[misc]
    """Takes batches: the next one is fetched and read while PostgreSQL works on the last."""

    def __init__(self, connection: "asyncpg.Connection[Any]", consumer: AIOKafkaConsumer) -> None:
        self.connection = connection
        self.consumer = consumer
        self.position: dict[TopicPartition, int] = {}
        self.said = asyncio.Event()
        self.turn = asyncio.Lock()

    async def on_partitions_revoked(self, revoked: Any) -> None:
        self.position.clear()

    async def on_partitions_assigned(self, assigned: Any) -> None:
        async with self.turn:
            add = "INSERT INTO position SELECT unnest($1::int[]), 0 ON CONFLICT DO NOTHING"
            await self.connection.execute(add, [part.partition for part in assigned])
            found = dict(await self.connection.fetch("SELECT partition, next_offset FROM position"))
        for part in assigned:
            self.position[part] = found[part.partition]
            self.consumer.seek(part, self.position[part])

    async def run(self) -> None:
        saving: asyncio.Future[None] | None = None
        while True:
            found = await self.consumer.getmany(timeout_ms=500, max_records=BATCH)
            events: dict[str, Event] = {}
            moves: list[tuple[int, int, int]] = []
            for part, records in found.items():
                if records[0].offset != self.position.get(part):  # fetched before we stood where the database says
                    continue
                events |= {event[0]: event for event in map(read, records)}
                moves.append((part.partition, self.position[part], records[-1].offset + 1))
                self.position[part] = records[-1].offset + 1
            if saving is not None:
                await saving
            saving = asyncio.ensure_future(self.save(list(events.values()), moves)) if moves else None

    async def save(self, events: list[Event], moves: list[tuple[int, int, int]]) -> None:
        try:
            await self.save_new(events, moves)
        except asyncpg.UniqueViolationError:  # some were said twice to us
            find = "SELECT event_id::text FROM inbox WHERE event_id = ANY ($1::uuid[])"
            known = {row[0] for row in await self.connection.fetch(find, [event[0] for event in events])}
            await self.save_new([event for event in events if event[0] not in known], moves)
        self.said.set()

    async def save_new(self, events: list[Event], moves: list[tuple[int, int, int]]) -> None:
        columns = [",".join(column) for column in zip(*events, strict=True)] or ["", "", ""]
        async with self.turn, self.connection.transaction():
            moved = await self.connection.fetchval(TAKE, *columns, *zip(*moves, strict=True))
            if moved != len(moves):
                raise RuntimeError("somebody else owns a partition now")


def read(record: ConsumerRecord) -> Event:
    """Reads an event no further than it is needed."""
    value = orjson.loads(record.value)
    event_id = next(content for name, content in record.headers if name == "ce_id")
    return event_id.decode(), value["license_id"], str(int(value["number"]))


class Relay:
    """Says the outbox in whole batches of its own making."""

    def __init__(self, connection: "asyncpg.Connection[Any]", producer: AIOKafkaProducer, topic: str) -> None:
        self.connection = connection
        self.producer = producer
        self.topic = topic

    async def run(self, rung: asyncio.Event) -> None:
        await self.connection.execute("SELECT pg_advisory_lock($1)", LOCK)
        partitions = len(await self.producer.partitions_for(self.topic))
        while True:
            rung.clear()
            while rows := await self.connection.fetch(UNSAID):
                await self.say(rows, partitions)
                await self.connection.execute("DELETE FROM outbox WHERE id = ANY ($1::bigint[])", [r[0] for r in rows])
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(rung.wait(), 0.25)

    async def say(self, rows: "list[asyncpg.Record]", partitions: int) -> None:
        batches: dict[int, Any] = {}
        sent = []
        for at, event_id, cause, key, version, value in events_of(rows):
            place = zlib.crc32(key) % partitions
            headers = [
                *FIXED, ("ce_id", event_id), ("ce_causationid", cause), ("ce_time", at), ("ce_sequence", version),
                ("ce_subject", key),
            ]  # fmt: skip
            while True:
                if (batch := batches.get(place)) is None:
                    batch = batches[place] = self.producer.create_batch()
                if batch.append(key=key, value=value, timestamp=None, headers=headers) is not None:
                    break
                sent.append(await self.producer.send_batch(batches.pop(place), self.topic, partition=place))
        for place, batch in batches.items():
            sent.append(await self.producer.send_batch(batch, self.topic, partition=place))
        await asyncio.gather(*sent)


def events_of(rows: "list[asyncpg.Record]") -> Iterator[list[bytes]]:
    """When each event was said, and its five lines."""
    for _, at, said in rows:
        for lines in zip(*[iter(said.encode().split(b"\n"))] * 5, strict=True):
            yield [at.encode(), *lines]


async def prepare(database: str) -> None:
    """Makes the tables."""
    connection = await asyncpg.connect(database)
    await connection.execute(TABLES)
    await connection.close()


async def main() -> None:
    kafka, database, prefix = (os.environ[f"ELMS_{name}"] for name in ("KAFKA", "DATABASE", "TOPIC_PREFIX"))
    working = await asyncpg.connect(database, server_settings=SETTINGS)
    relaying = await asyncpg.connect(database, server_settings=SETTINGS)
    producer = AIOKafkaProducer(
        bootstrap_servers=kafka, acks="all", enable_idempotence=True, linger_ms=0, max_batch_size=262_144
    )
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka, group_id=prefix + "hand", enable_auto_commit=False, auto_offset_reset="earliest",
        max_partition_fetch_bytes=2 << 20,
    )  # fmt: skip
    worker, relay = Worker(working, consumer), Relay(relaying, producer, prefix + OUTPUT)
    consumer.subscribe([prefix + INPUT], listener=worker)
    await producer.start()
    await consumer.start()
    await asyncio.gather(worker.run(), relay.run(worker.said))


if __name__ == "__main__":
    uvloop.run(main())
