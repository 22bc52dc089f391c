"""Database or broker are away, restored to an earlier copy, or no longer hold a position: delay, never loss."""

import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from ops.local.kafka import Kafka
from ops.local.postgres import Postgres
from shared.ids import LicenseId, new_id
from shared.messaging.publish import partition_of
from tests.shared.messaging.fleet import Fleet
from tests.shared.messaging.reference import INPUT, Added

LICENSES = [LicenseId(new_id()) for _ in range(30)]
AWAY = 20.0


@dataclass
class Ground:
    """Servers of our own, which may be stopped, and a fleet on them."""

    kafka: Kafka
    postgres: Postgres
    fleet: Fleet


@pytest.fixture(scope="module")
async def ground() -> AsyncIterator[Ground]:
    with tempfile.TemporaryDirectory(prefix="elms-outage-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # noqa: ASYNC240
        kafka, postgres = Kafka.on_free_ports(folder), Postgres.on_free_port(folder)
        for server in (postgres, kafka):
            await asyncio.to_thread(start, server)
        fleet = Fleet(kafka.bootstrap, postgres.superuser_url, folder)
        await fleet.prepare()
        yield Ground(kafka, postgres, fleet)
        await drop_database(postgres, "earlier")
        await fleet.end()
        await asyncio.to_thread(kafka.stop)
        await asyncio.to_thread(postgres.stop)
        postgres.forget()


def start(server: Kafka | Postgres) -> None:
    server.launch()
    server.wait_until_ready()


async def say(fleet: Fleet, count: int) -> None:
    first = len(fleet.said)
    events = [Added(license_id=LICENSES[n % len(LICENSES)], number=n) for n in range(first, first + count)]
    await fleet.say(events, [new_id() for _ in events])


@pytest.mark.timeout(400)
async def test_a_database_that_is_away_delays_and_kills_nobody(ground: Ground) -> None:
    fleet = ground.fleet
    worker = fleet.launch()
    await say(fleet, 200)
    await fleet.until(200)
    await asyncio.to_thread(ground.postgres.stop)
    await say(fleet, 200)
    await asyncio.sleep(AWAY)
    await asyncio.to_thread(start, ground.postgres)
    await fleet.until(400)
    assert fleet.is_alive(worker)
    await fleet.check()


@pytest.mark.timeout(400)
async def test_a_broker_that_is_away_delays_and_kills_nobody(ground: Ground) -> None:
    fleet = ground.fleet
    [worker] = filter(fleet.is_alive, fleet.workers)
    before = len(fleet.said)
    await say(fleet, 400)
    await asyncio.to_thread(ground.kafka.stop)
    await asyncio.sleep(AWAY)
    await asyncio.to_thread(start, ground.kafka)
    await say(fleet, 100)
    await fleet.until(before + 500)
    assert fleet.is_alive(worker)
    await fleet.check()


@pytest.mark.timeout(400)
async def test_a_database_restored_to_an_earlier_copy_reads_again_and_says_the_same(ground: Ground) -> None:
    fleet = ground.fleet
    await asyncio.to_thread(fleet.end_workers)
    await fleet.database.close()
    await copy_database(ground, "earlier", fleet.database.url.database)
    fleet.launch()
    before = len(fleet.said)
    await say(fleet, 300)
    await fleet.until(before + 300)
    fleet.end_workers(signal.SIGKILL)
    await fleet.database.close()
    await copy_database(ground, fleet.database.url.database, "earlier")
    assert await fleet.taken() == before
    fleet.launch()
    await fleet.until(before + 300)
    await fleet.check()


async def drop_database(postgres: Postgres, name: str) -> None:
    connection = await asyncpg.connect(postgres.superuser_url)
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    finally:
        await connection.close()


async def copy_database(ground: Ground, name: str | None, template: str | None) -> None:
    connection = await asyncpg.connect(ground.postgres.superuser_url)
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    finally:
        await connection.close()


@pytest.mark.timeout(400)
async def test_a_position_that_the_topic_no_longer_holds_stops_and_skips_nothing(ground: Ground) -> None:
    fleet = ground.fleet
    await asyncio.to_thread(fleet.end_workers)
    before = await fleet.taken()
    await say(fleet, 300)
    admin = AIOKafkaAdminClient(bootstrap_servers=fleet.kafka)
    await admin.start()
    gone = TopicPartition(fleet.prefix + INPUT.name, 2)
    await admin.delete_records({gone: RecordsToDelete(before_offset=-1)})
    await admin.close()
    fleet.launch()
    here = count_elsewhere(fleet, gone.partition)
    await fleet.until(before + here)
    await asyncio.sleep(1)
    assert await fleet.taken() == before + here
    [row] = await fleet.rows("SELECT next_offset FROM consumer_position WHERE topic = :topic AND partition = 2",
                             topic=gone.topic)  # fmt: skip
    assert row.next_offset > 0
    assert "position gone: partition halted" in (fleet.folder / "workers.log").read_text()


def count_elsewhere(fleet: Fleet, partition: int) -> int:
    """How many of the last 300 events lie on other partitions."""
    return sum(1 for e in fleet.said[-300:] if partition_of(str(e.license_id).encode(), 6) != partition)
