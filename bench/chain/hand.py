"""The chain written by hand on aiokafka and asyncpg, as fast as we could make it: one process for all five services."""

import asyncio
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from bench.chain.cohort import CHIEF
from bench.chain.engine import SETTINGS, TABLES, Relay, Worker
from bench.chain.statements import APPROVE
from bench.chain.steps import STEPS
from bench.chain.words import at_rate, in_bites, wanted

OUTBOX = "hand.outbox"
SPEAKING = ("renewals", "credentials", "printing")


async def prepare(databases: dict[str, str]) -> None:
    """Makes the tables of its own."""
    for database in databases.values():
        connection = await asyncpg.connect(database)
        await connection.execute(TABLES)
        await connection.close()


class Chain:
    """Everything that runs."""

    def __init__(self) -> None:
        self.kafka, self.prefix = os.environ["ELMS_KAFKA"], os.environ["ELMS_TOPIC_PREFIX"]
        self.databases = orjson.loads(os.environ["ELMS_DATABASES"])
        self.said = {service: asyncio.Event() for service in self.databases}
        self.pool: asyncpg.Pool | None = None

    async def run(self) -> None:
        await asyncio.gather(self.approve_when_told(), *self.relays(), *self.workers())

    async def connect(self, service: str) -> "asyncpg.Connection[Any]":
        return await asyncpg.connect(self.databases[service], server_settings=SETTINGS)

    def workers(self) -> list[Any]:
        async def work(step: Any) -> None:
            service = step.consumer.partition(".")[0]
            consumer = AIOKafkaConsumer(
                bootstrap_servers=self.kafka, group_id=f"{self.prefix}hand.{step.consumer}", enable_auto_commit=False,
                auto_offset_reset="earliest", max_partition_fetch_bytes=2 << 20,
            )  # fmt: skip
            worker = Worker(step, await self.connect(service), consumer, self.said[service])
            consumer.subscribe([self.prefix + step.topic], listener=worker)
            await consumer.start()
            await worker.run()

        return [work(step) for step in STEPS]

    def relays(self) -> list[Any]:
        async def relay(service: str) -> None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self.kafka, acks="all", enable_idempotence=True, linger_ms=0, max_batch_size=262_144
            )
            await producer.start()
            await Relay(service, await self.connect(service), producer).run(self.said[service], self.prefix)

        return [relay(service) for service in SPEAKING]

    async def approve_when_told(self) -> None:
        self.pool = await asyncpg.create_pool(
            self.databases["renewals"], min_size=4, max_size=4, server_settings=SETTINGS
        )
        async for numbers, rate in wanted():
            if rate:
                await at_rate(numbers, rate, lambda id_: self.approve([id_]))
            else:
                await in_bites(numbers, self.approve)

    async def approve(self, ids: Sequence[UUID]) -> None:
        """Approves these applications. The process ends where one of them cannot be."""
        assert self.pool is not None
        authority = CHIEF.model_dump_json()
        approved = await self.pool.fetchval(APPROVE, ids, authority, datetime.now(UTC), uuid4())
        if approved != len(ids):
            raise RuntimeError(f"{len(ids) - approved} of {len(ids)} were not approved")
        self.said["renewals"].set()


if __name__ == "__main__":
    uvloop.run(Chain().run())
