"""The row “cluster”: how it is run and how it is counted."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from bench.chain import row as chain
from bench.chain.cohort import CHIEF, ends_on, fill, id_of, policy
from bench.hop.row import message
from bench.servers import Servers
from bench.stage import Stage
from ops.local.kafka import Kafka
from shared.contracts.renewals import RenewalApproved
from shared.contracts.topics import LICENSE_STATES, LICENSES, RENEWALS, TOPICS
from shared.ids import ApplicationId, LicenseId, PersonId, ReservationId, new_id
from shared.messaging.publish import Message

SAID = {topic: chain.SAID[topic] for topic in (LICENSES, LICENSE_STATES)}
DONE = {"credentials": chain.DONE["credentials"]}
BROKERS = 3


@asynccontextmanager
async def on_three_brokers(servers: Servers) -> AsyncIterator[Servers]:
    """The same PostgreSQL, and a cluster of its own: three copies of each record, two of which must have it."""
    folder = Path(tempfile.mkdtemp(prefix="elms-bench-"))
    kafka = Kafka.on_free_ports(folder, brokers=BROKERS)
    try:
        kafka.launch()
        await asyncio.to_thread(kafka.wait_until_ready)
        found = {f"kafka-{broker.number}": broker.supervised.process() for broker in kafka.brokers}
        pids = {name: process.pid for name, process in found.items() if process is not None}
        yield replace(servers, kafka=kafka.bootstrap, processes={**servers.processes, **pids})
    finally:
        kafka.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def run(stage: Stage) -> None:
    """The workers are warmed, stand still while the approvals are said, and are timed until all is said of them."""
    total = stage.warm + stage.events
    approvals = [approval(number) for number in range(1, total + 1)]
    await stage.migrate(DONE)
    await stage.topics(*TOPICS)
    await fill(stage.services, 1, total)
    await stage.start(WORKERS=stage.workers)
    await _until_all_hear(stage)
    await stage.fill(RENEWALS, approvals[: stage.warm])
    await chain.until_done(stage, stage.warm, DONE, SAID)
    stage.freeze()
    await stage.fill(RENEWALS, approvals[stage.warm :])
    async with stage.clock():
        stage.wake()
        await chain.until_done(stage, total, DONE, SAID)
    await chain.verify(stage, total, DONE, SAID)


def approval(number: int) -> Message:
    """That the cohort's n-th renewal was approved, as renewals says it."""
    now = datetime.now(UTC)
    event = RenewalApproved(
        application_id=ApplicationId(id_of("application", number)),
        license_id=LicenseId(id_of("license", number)),
        person_id=PersonId(id_of("person", number)),
        from_valid_until=ends_on(now.date()),
        reservation_id=ReservationId(id_of("reservation", number)),
        filed_at=now - timedelta(days=1),
        approved_at=now,
        approved_by=CHIEF,
        policy_version=policy().version,
    )
    return message(new_id(), event)


async def _until_all_hear(stage: Stage) -> None:
    """Waits until every worker has its share of the partitions."""
    group = f"{stage.prefix}credentials.{RENEWALS.name}"
    admin = AIOKafkaAdminClient(bootstrap_servers=stage.servers.kafka)
    await admin.start()

    async def shared() -> bool:
        try:
            (response,) = await admin.describe_consumer_groups([group])
        except KafkaError:  # nobody is there yet, or the brokers do not know yet who coordinates
            return False
        _, _, state, _, _, members, *_ = response.groups[0]
        return state == "Stable" and len(members) == stage.workers

    try:
        await stage.until(shared, f"not {stage.workers} workers hear", 0.5)
    finally:
        await admin.close()
