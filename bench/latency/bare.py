"""The bare minimum of two hops: consume, commit, produce; consume, commit. One process, on aiokafka and asyncpg.

It has no outbox, no inbox, no positions: where it dies between a commit and what it says next, that is lost.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from bench.chain.words import at_rate, wanted

SERVICES = ("licensing",)
APPROVALS, STATES = "renewals.facts.v1", "credentials.licenses.state.v1"
APPROVED = "licensing", "SELECT application_id, pg_xact_commit_timestamp(xmin) FROM approval"
SHOWN = "licensing", "SELECT license_id, pg_xact_commit_timestamp(xmin) FROM shown"
TABLES = """
    CREATE TABLE approval (application_id uuid PRIMARY KEY, license_id uuid NOT NULL);
    CREATE TABLE license (license_id uuid PRIMARY KEY, valid_until date NOT NULL, version int NOT NULL);
    CREATE TABLE shown (license_id uuid PRIMARY KEY, valid_until date NOT NULL, version int NOT NULL)"""


async def prepare(databases: dict[str, str], count: int) -> None:
    """Makes the tables, and the licenses to extend."""
    connection = await asyncpg.connect(databases["licensing"])
    await connection.execute(TABLES)
    await connection.execute(
        f"INSERT INTO license SELECT md5('license' || n)::uuid, '2027-06-30', 1 FROM generate_series(1, {count}) AS n"
    )
    await connection.close()


class Loop:
    """Everything that runs."""

    def __init__(self) -> None:
        self.kafka, self.prefix = os.environ["ELMS_KAFKA"], os.environ["ELMS_TOPIC_PREFIX"]
        self.database = orjson.loads(os.environ["ELMS_DATABASES"])["licensing"]
        self.producer = AIOKafkaProducer(bootstrap_servers=self.kafka, acks="all", enable_idempotence=True)

    async def run(self) -> None:
        await self.producer.start()
        await asyncio.gather(self.approve_when_told(), self.extend(), self.show())

    async def said(self, topic: str) -> AsyncIterator[list[ConsumerRecord]]:
        consumer = AIOKafkaConsumer(
            self.prefix + topic, bootstrap_servers=self.kafka, group_id=f"{self.prefix}bare.{topic}",
            auto_offset_reset="earliest", enable_auto_commit=False,
        )  # fmt: skip
        await consumer.start()
        while True:
            for records in (await consumer.getmany(timeout_ms=500)).values():
                yield records

    async def say(self, topic: str, key: str, value: dict[str, Any]) -> None:
        await self.producer.send_and_wait(self.prefix + topic, orjson.dumps(value), key=key.encode())

    async def approve_when_told(self) -> None:
        pool = await asyncpg.create_pool(self.database, min_size=4, max_size=4)
        rows = await pool.fetch(
            """SELECT md5('application' || n)::uuid, md5('license' || n)::uuid::text
               FROM generate_series(1, (SELECT count(*) FROM license)) AS n"""
        )
        licenses: dict[UUID, str] = {row[0]: row[1] for row in rows}

        async def approve(application_id: UUID) -> None:
            license_id = licenses[application_id]
            await pool.execute("INSERT INTO approval VALUES ($1, $2)", application_id, license_id)
            value = {"application_id": str(application_id), "license_id": license_id}
            await self.say(APPROVALS, str(application_id), value)

        async for numbers, rate in wanted():
            await at_rate(numbers, rate, approve)

    async def extend(self) -> None:
        connection = await asyncpg.connect(self.database)
        async for records in self.said(APPROVALS):
            ids = [orjson.loads(record.value)["license_id"] for record in records]
            rows = await connection.fetch(
                """UPDATE license SET valid_until = (valid_until + interval '5 years')::date, version = version + 1
                   WHERE license_id = ANY($1::uuid[]) RETURNING license_id::text, valid_until::text, version""",
                ids,
            )
            await asyncio.gather(*(self.say(STATES, row["license_id"], dict(row)) for row in rows))

    async def show(self) -> None:
        connection = await asyncpg.connect(self.database)
        async for records in self.said(STATES):
            await connection.execute(
                """INSERT INTO shown SELECT * FROM jsonb_to_recordset($1::jsonb)
                       AS given (license_id uuid, valid_until date, version int)
                   ON CONFLICT (license_id) DO UPDATE
                   SET valid_until = excluded.valid_until, version = excluded.version
                   WHERE excluded.version > shown.version""",
                f"[{','.join(record.value.decode() for record in records)}]",
            )


async def main() -> None:
    await Loop().run()


if __name__ == "__main__":
    uvloop.run(main())
