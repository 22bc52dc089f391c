"""Readiness says no while a process cannot do its work, and why. It lives meanwhile: a restart would mend nothing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from ops.local.ports import free_port
from shared.database import Database, fetch, run
from shared.ids import LicenseId, new_id
from shared.process import Process
from shared.testing.system import System
from shared.web.health import DATABASE
from tests.conftest import FreshTopics, MakeSystem
from tests.shared.messaging import reference as ref
from tests.shared.messaging.reference import INPUT, TOPICS, Added, reference

NOWHERE = "127.0.0.1:9"


@pytest.fixture
async def system(make_system: MakeSystem, fresh_topics: FreshTopics) -> AsyncIterator[System]:
    await fresh_topics(*TOPICS)
    ref.fail_with(lambda event: None)
    system = await make_system(reference)
    await system.drain()
    yield system
    ref.fail_with(lambda event: None)


async def ready(system: System) -> tuple[int, dict[str, Any]]:
    """What readiness says, where liveness says that the process lives."""
    assert (await system.get("reference", "/health/live")).status_code == 200
    answer = await system.get("reference", "/health/ready")
    return answer.status_code, answer.json()


async def until_ready_says(system: System, status: int) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while (said := await ready(system))[0] != status:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return said[1]


async def test_who_can_work_is_ready_and_says_how_far_it_is(system: System) -> None:
    status, said = await ready(system)
    assert (status, said["status"], said["started"]) == (200, "ready", True)
    assert said["consumers"][INPUT.name] | {"seconds_since_progress": 0} == {
        "partitions": 6, "halted": {}, "lag": 0, "paused": False, "seconds_since_progress": 0,
    }  # fmt: skip
    assert said["database"] == {"outbox_age": None, "dead_letters": 0, "effects_due": 0, "effects_given_up": 0}


async def test_readiness_reads_no_table_whole(system: System) -> None:
    """It is asked every few seconds, and effects that were carried out stay for good."""
    async with system.processes["reference"][0].runtime.database.begin() as connection:
        await run(connection, "SET LOCAL enable_seqscan = off")
        plan = "\n".join(row[0] for row in await fetch(connection, f"EXPLAIN {DATABASE}"))
    assert plan.count("Index") == 4, plan
    assert "Seq Scan" not in plan


async def test_without_its_database_a_process_is_not_ready(system: System) -> None:
    runtime = system.processes["reference"][0].runtime
    there = runtime.database
    runtime.__dict__["database"] = Database(f"postgresql://elms@127.0.0.1:{free_port()}/elms")
    status, said = await ready(system)
    assert (status, said["status"], said["database"]) == (503, "not ready", {"away": "ConnectionRefusedError"})
    runtime.__dict__["database"] = there
    assert (await ready(system))[0] == 200


async def test_a_halted_partition_is_named_with_its_reason(system: System) -> None:
    await system.say(Added(license_id=LicenseId(new_id()), number=1))
    await system.drain()
    [process] = system.processes["reference"]
    consumer = process.consumers[INPUT.name]
    part = next(part for part, at in consumer.standing.known.items() if at)
    async with process.runtime.database.begin() as connection:
        sql = "UPDATE consumer_position SET next_offset = 4711 WHERE consumer = :name AND partition = :number"
        await run(connection, sql, name=INPUT.name, number=part.partition)
    await consumer.stand([part])
    status, said = await ready(system)
    halted = said["consumers"][INPUT.name]["halted"]
    assert (status, halted) == (503, {f"{part.topic}/{part.partition}": "position 4711 is not in 0–1"})


async def test_a_paused_consumer_is_not_ready_until_something_succeeds(system: System) -> None:
    def fail(_event: Added) -> None:
        raise ValueError("a bad release")

    ref.fail_with(fail)
    await system.say(*(Added(license_id=LicenseId(new_id()), number=n) for n in range(12)))
    said = await until_ready_says(system, 503)
    assert {name: each["paused"] for name, each in said["consumers"].items()}[INPUT.name] is True
    assert said["database"]["dead_letters"] == 5
    ref.fail_with(lambda event: None)
    said = await until_ready_says(system, 200)
    assert said["consumers"][INPUT.name]["paused"] is False


async def test_a_process_that_has_not_started_is_not_ready_but_answers(system: System) -> None:
    settings = system.processes["reference"][0].runtime.settings
    alone = settings.model_copy(update={"kafka": NOWHERE, "port": free_port()})
    process = Process(reference, ("worker",), alone)
    starting = asyncio.create_task(process.start())
    system.ports["reference"] = alone.port
    try:
        async with asyncio.timeout(60):
            while not (process._server and process._server.started):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        status, said = await ready(system)
        assert (status, said["status"], said["started"]) == (503, "not ready", False)
    finally:
        process.runtime.stopping.set()
        await starting
        await process.stop()
