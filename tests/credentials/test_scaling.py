"""As many copies as wanted: three workers of credentials share 20,000 approvals, and one leaves in the middle."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from aiokafka import AIOKafkaProducer

from ops import topics as kafka_topics
from ops.local.ports import free_port
from services.credentials.app import service
from shared.contracts.credentials import LicenseRenewed
from shared.contracts.renewals import RenewalApproved
from shared.database import Database, fetch
from shared.ids import new_id
from shared.messaging.envelope import type_of
from shared.messaging.publish import PRODUCER, publish
from shared.testing.saying import message
from shared.testing.system import System
from tests.conftest import FreshDatabase, topics_of
from tests.credentials.test_hot_path import filed

ROOT = Path(__file__).resolve().parents[2]
HOW_MANY = 20_000
RENEWED = "SELECT count(*) AS n FROM license WHERE valid_until = '2031-06-30'"


@pytest.mark.timeout(600)
async def test_three_workers_renew_20000_and_one_is_stopped_amid_them(
    kafka: str, fresh_database: FreshDatabase, tmp_path: Path
) -> None:
    url, system = await fresh_database("credentials"), System(kafka, f"s{new_id().hex}.", tmp_path)
    database = Database(url)
    approvals = await filed(database, HOW_MANY)
    await kafka_topics.apply(kafka, sorted(topics_of([service]), key=str), prefix=system.topic_prefix)
    async with crew(system, url, 3) as workers:
        await shared(workers, [2, 2, 2])
        await say(system, approvals[: HOW_MANY // 2])
        await until(database, 1)
        await stop(next(iter(workers.values())))
        await say(system, approvals[HOW_MANY // 2 :])
        await until(database, HOW_MANY)
        await shared(list(workers)[1:], [3, 3])
        await until(database, 0, "SELECT count(*) AS n FROM outbox", exactly=True)
    said = await system.read(LicenseRenewed.TOPIC.name)
    once = {dict(r.headers)["ce_id"]: r.key for r in said if type_of(r) == LicenseRenewed.TYPE}
    await system.stop()
    assert Counter(Counter(once.values()).values()) == {1: HOW_MANY}  # each license, once
    await database.close()


@asynccontextmanager
async def crew(system: System, url: str, count: int) -> AsyncIterator[dict[int, subprocess.Popen[bytes]]]:
    """Processes of the service by their port, each with all its roles, as `elms run` starts them."""
    settings = {
        "FROZEN_AFTER": "60",  # the test may share the machine with much else
        "KAFKA": system.kafka, "DATABASE": url, "TOPIC_PREFIX": system.topic_prefix, "DATA": str(system.folder),
        "KEYS": str(system.folder / "keys"), "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    environment = os.environ | {f"ELMS_{name}": value for name, value in settings.items()} | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "ops", "run", "credentials", "--role", "all"]
    workers = {
        port: subprocess.Popen(command, env=environment | {"ELMS_PORT": str(port)}, cwd=ROOT)  # noqa: ASYNC220
        for port in (free_port() for _ in range(count))
    }
    try:
        yield workers
    finally:
        for worker in workers.values():
            worker.terminate()
        for worker in workers.values():
            worker.wait(60)


async def stop(worker: subprocess.Popen[bytes]) -> None:
    """Asks it to go, which it does in order."""
    worker.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(worker.wait, 30) == 0


async def shared(ports: Iterable[int], shares: list[int]) -> None:
    """Waits until these processes hold so many of the topic's partitions."""
    async with httpx.AsyncClient() as client, asyncio.timeout(120):
        while sorted([await held(client, port) for port in ports]) != shares:  # noqa: ASYNC110
            await asyncio.sleep(0.2)


async def held(client: httpx.AsyncClient, port: int) -> int:
    """How many partitions of the approvals a process says it has; none while it starts."""
    try:
        ready = (await client.get(f"http://127.0.0.1:{port}/health/ready")).json()
    except httpx.HTTPError:
        return 0
    return int(ready["consumers"][RenewalApproved.TOPIC.name]["partitions"])


async def say(system: System, approvals: Sequence[RenewalApproved]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=system.kafka, **PRODUCER)
    await producer.start()
    try:
        messages = [message(each, event_id=each.said.id, at=each.said.at) for each in approvals]
        await publish(producer, system.topic_prefix + RenewalApproved.TOPIC.name, messages)
    finally:
        await producer.stop()


async def until(database: Database, count: int, sql: str = RENEWED, *, exactly: bool = False) -> None:
    end = time.monotonic() + 400
    while True:
        async with database.begin() as connection:
            found = int((await fetch(connection, sql))[0].n)
        if found == count or (found > count and not exactly):
            return
        assert time.monotonic() < end, f"{found} of {count}"
        await asyncio.sleep(0.1)
