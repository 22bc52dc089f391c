"""What alarms stand on is true: each figure of `/metrics`, in a situation that it is there for, and after it."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ops.local.ports import free_port
from shared.database import fetch
from shared.effects import worker
from shared.ids import LicenseId, new_id
from shared.messaging import relay
from shared.process import Process
from shared.runtime import Runtime
from shared.telemetry import OUTBOX_AGE
from shared.testing.system import System
from tests.conftest import FreshTopics, MakeSystem
from tests.shared.messaging import reference as ref
from tests.shared.messaging.reference import INPUT, TOPICS, Added, Counted, Noted, reference

HERE = {"consumer": INPUT.name}
answers_outside = True


async def tell(_runtime: Runtime, _payload: Mapping[str, Any]) -> None:
    """The outside, which answers or does not."""
    if not answers_outside:
        raise ConnectionRefusedError


@pytest.fixture
async def system(
    make_system: MakeSystem, fresh_topics: FreshTopics, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[System]:
    monkeypatch.setattr(worker, "COUNT_EVERY", 0.05)
    monkeypatch.setattr("tests.shared.test_metrics.answers_outside", True)
    await fresh_topics(*TOPICS)
    ref.fail_with(lambda event: None)
    system = await make_system(dataclasses.replace(reference, outside={"tell": tell}))
    await system.drain()
    yield system
    ref.fail_with(lambda event: None)


async def figure(system: System, name: str, **labels: str) -> float:
    """One sample, as Prometheus reads it; 0 where there is none."""
    text = (await system.get("reference", "/metrics")).text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return next((s.value for s in samples if s.name == name and labels.items() <= s.labels.items()), 0.0)


async def until(system: System, expected: float, name: str, **labels: str) -> None:
    """Waits until a figure is what it should be. Raises `TimeoutError`."""
    found = -1.0
    try:
        async with asyncio.timeout(60):
            while (found := await figure(system, name, **labels)) != expected:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise TimeoutError(f"{name} is {found}, not {expected}") from None


def added(count: int) -> list[Added]:
    return [Added(license_id=LicenseId(new_id()), number=n) for n in range(count)]


async def rows(system: System, sql: str) -> Any:
    async with system.processes["reference"][0].runtime.database.begin() as connection:
        return await fetch(connection, sql)


async def test_who_is_paused_says_so_and_how_far_behind_it_is_though_it_reads_nothing(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_event: Added) -> None:
        raise ValueError("a bad release")

    dead = await figure(system, "elms_dead_letters_total", **HERE)
    assert await figure(system, "elms_consumer_paused", **HERE) == 0
    ref.fail_with(fail)
    await system.say(*added(12))
    await until(system, 1, "elms_consumer_paused", **HERE)
    await system.say(*added(300))
    await until(system, 312 - 5, "elms_consumer_lag", **HERE)
    assert await figure(system, "elms_dead_letters_total", **HERE) == dead + 5
    ref.fail_with(lambda event: None)
    await until(system, 0, "elms_consumer_lag", **HERE)
    await until(system, 0, "elms_consumer_paused", **HERE)


async def test_a_dead_letter_counts_whoever_sets_it_aside(system: System) -> None:
    before = [await figure(system, "elms_dead_letters_total", consumer=name) for name in (INPUT.name, "relay")]
    await system.publish(INPUT.name, b"{", key=b"k", headers=[("ce_type", Added.TYPE.encode())])
    async with system.processes["reference"][0].runtime.work(actor="test") as work:
        work.say(Noted(license_id=LicenseId(new_id()), text="x" * 1_000_000), version=1)
    await system.drain()
    after = [await figure(system, "elms_dead_letters_total", consumer=name) for name in (INPUT.name, "relay")]
    assert after == [each + 1 for each in before]


async def relay_with(system: System, kafka: str) -> Process:
    """The service as a relay alone, on this Kafka, in the place of what ran before."""
    settings = system.processes["reference"][0].runtime.settings
    settings = settings.model_copy(update={"kafka": kafka, "port": free_port()})
    process = system.processes["reference"][0] = Process(reference, ("relay",), settings)
    system.ports["reference"] = settings.port
    await process.start()
    async with asyncio.timeout(60):
        while not (process._server and process._server.started):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return process


async def test_an_outbox_that_nobody_empties_grows_old(system: System) -> None:
    await system.processes["reference"][0].stop()
    alone = await relay_with(system, "127.0.0.1:9")
    async with alone.runtime.work(actor="test") as work:
        work.say(Counted(license_id=LicenseId(new_id()), total=1), version=1)
    await rows(system, "UPDATE outbox SET at = at - interval '1 hour' RETURNING 1")
    async with asyncio.timeout(60):
        while await figure(system, "elms_outbox_age_seconds") < 3600:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert (await system.get("reference", "/health/ready")).json()["database"]["outbox_age"] > 3600
    await alone.stop()
    await relay_with(system, system.kafka)
    await until(system, 0, "elms_outbox_age_seconds")


async def test_a_relay_that_does_not_lead_tells_no_age(system: System) -> None:
    process = system.processes["reference"].pop()
    await process.stop()
    runtime = Runtime(process.runtime.service, process.runtime.settings)
    async with runtime.database.session() as leader:
        assert await leader.fetchval("SELECT pg_try_advisory_lock($1)", relay.LOCK)
        OUTBOX_AGE.set(4711)  # of the time when it led
        second = asyncio.create_task(relay.Relay(runtime).run())
        async with asyncio.timeout(60):
            while OUTBOX_AGE._value.get() == 4711:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        second.cancel()
        await asyncio.gather(second, return_exceptions=True)
    await runtime.close()


async def test_effects_that_wait_and_that_were_given_up_are_counted(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.shared.test_metrics.answers_outside", False)
    given_up = await figure(system, "elms_effects_given_up_total", kind="tell")
    await system.say(*added(3))
    await until(system, 3, "elms_effects_due")
    await rows(system, f"UPDATE effect SET attempts = {worker.AT_MOST - 1}, due = clock_timestamp() RETURNING 1")
    await until(system, given_up + 3, "elms_effects_given_up_total", kind="tell")
    await until(system, 0, "elms_effects_due")
    assert (await system.get("reference", "/health/ready")).json()["database"]["effects_given_up"] == 3


async def test_requests_are_counted_by_route_and_status(system: System) -> None:
    asked = {("/health/live", "200"): 3, ("unmatched", "404"): 2, ("/operations/dead-letters/{letter_id}", "401"): 1}
    name = "elms_request_seconds_count"
    before = {each: await figure(system, name, route=each[0], status=each[1]) for each in asked}
    for path in ("/health/live",) * 3 + ("/x", "/x/4711", "/operations/dead-letters/4711"):
        await system.get("reference", path)
    after = {each: await figure(system, name, route=each[0], status=each[1]) for each in asked}
    assert {each: after[each] - before[each] for each in asked} == asked
