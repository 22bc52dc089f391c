"""As many copies as wanted: three workers of credentials share 20,000 approvals, and one leaves in the middle."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

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
        await say(system, approvals)
        await until(database, 1)
        workers[0].send_signal(signal.SIGTERM)
        await until(database, HOW_MANY)
        assert workers[0].wait(30) == 0
        await until(database, 0, "SELECT count(*) AS n FROM outbox", exactly=True)
    said = await system.read(LicenseRenewed.TOPIC.name)
    once = {dict(r.headers)["ce_id"]: r.key for r in said if type_of(r) == LicenseRenewed.TYPE}
    await system.stop()
    assert Counter(Counter(once.values()).values()) == {1: HOW_MANY}  # each license, once
    await database.close()


@asynccontextmanager
async def crew(system: System, url: str, count: int) -> AsyncIterator[list[subprocess.Popen[bytes]]]:
    """Processes of the service, each with all its roles, as `elms run` starts them."""
    settings = {
        "FROZEN_AFTER": "60",  # the test may share the machine with much else
        "KAFKA": system.kafka, "DATABASE": url, "TOPIC_PREFIX": system.topic_prefix, "DATA": str(system.folder),
        "KEYS": str(system.folder / "keys"), "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    environment = os.environ | {f"ELMS_{name}": value for name, value in settings.items()} | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "ops", "run", "credentials", "--role", "all"]
    workers = [
        subprocess.Popen(command, env=environment | {"ELMS_PORT": str(free_port())}, cwd=ROOT)  # noqa: ASYNC220
        for _ in range(count)
    ]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(60)


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
