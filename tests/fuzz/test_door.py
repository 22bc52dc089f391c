"""Hostile records on real topics: every stranger gets a receipt, what can't be read is set aside, and nobody waits."""

import json
from datetime import datetime
from typing import Any

import pytest
from asyncpg import PostgresError

from ops.installation import wiring_of
from shared.contracts.identity import PersonState
from shared.contracts.printing import PrintJobQueued
from shared.database import Database, fetch
from shared.messaging.consumer import is_refusal
from shared.testing.system import System
from tests.conftest import FreshDatabase, MakeSystem
from tests.fuzz.amount import COUNTED
from tests.fuzz.records import HOSTILE, raw

CREDITS, REPORTS = "inbound.mde.credits.v1", "inbound.printshop.print-reports.v1"
FAR = datetime.fromisoformat("9999-12-31T23:59:59-12:00")
REPORT = {"piece_id": "P", "lease": 1, "outcome": "printed", "at": "2026-03-04T10:00:00Z"}
SPOILED: list[dict[str, Any]] = [
    {"lease": 10**30}, {"lease": -(2**63) - 1}, {"lease": 2**63}, {"at": "9999-12-31T23:59:59-12:00"},
    {"at": "0001-01-01T00:00:00+12:00"}, {"piece_id": "\0"}, {"piece_id": "x" * 200}, {"serial": "a\0"},
]  # fmt: skip
"""Reports that a shop may say by the letter of the contract, and no table can keep."""


async def rows(system: System, service: str, sql: str) -> list[Any]:
    """What stands in a service's database."""
    async with system.processes[service][0].runtime.database.begin() as connection:
        return list(await fetch(connection, sql))


def headers(number: int, name: str) -> list[tuple[str, bytes]]:
    """What an agency says of its event."""
    return [("ce_id", b"%d" % number), ("ce_source", b"urn:a"), ("ce_type", b"elms.inbound.%s.v1" % name.encode())]


@pytest.mark.timeout(240)
async def test_hostile_records_stop_no_consumer_and_every_stranger_is_answered(make_system: MakeSystem) -> None:
    system = await make_system(wiring_of("exchange"), wiring_of("printing"))
    said = 0
    for number, value in enumerate(HOSTILE):
        for key in (None, b"\0", b"\xff"):
            await system.publish(CREDITS, value, key, headers(said, "CreditsAwarded"))
            said += 1
        await system.publish(PersonState.TOPIC.name, value, b"a\0b", raw(PersonState.TYPE).headers)
        await system.publish(PersonState.TOPIC.name, value, b"\0", [("ce_type", None if number % 2 else b"\xff")])
        await system.publish(PrintJobQueued.TOPIC.name, value, b"\0", [("ce_type", b"\0")])
    for changes in SPOILED:
        await system.publish(REPORTS, json.dumps(REPORT | changes).encode(), b"k", headers(said, "PieceReported"))
        said += 1
    await system.publish(CREDITS, b"{}", b"last", [*headers(said, "CreditsAwarded"), ("traceparent", b"\0" * 5000)])
    COUNTED["published"] += said + 1 + 3 * len(HOSTILE)
    await system.drain()
    assert [row.count for row in await rows(system, "exchange", "SELECT count(*) FROM receipt")] == [said + 1]
    for name, copies in system.processes.items():
        for consumer in copies[0].consumers.values():
            assert not consumer.breaker.paused, (name, consumer.subscription.name)
            assert not consumer.standing.halted, (name, consumer.subscription.name)
        letters = await rows(system, name, "SELECT reason, detail, topic FROM dead_letter")
        assert {letter.reason for letter in letters} <= {"undecodable", "refused", "parked"}, letters


NOT_KEPT = [("bigint", 2**63), ("int", 2**31), ("text", "a\0b"), ("text", "\ud800"), ("timestamptz", FAR)]


@pytest.mark.parametrize(("kind", "value"), NOT_KEPT, ids=range(len(NOT_KEPT)))
async def test_a_value_that_no_table_keeps_is_a_refusal(fresh_database: FreshDatabase, kind: str, value: Any) -> None:
    """It counts toward no pause: else six such events would stop their subscriber."""
    error = await error_of(await fresh_database(), f"SELECT CAST(:value AS {kind})", value)
    assert is_refusal(error)
    assert "a\0b" not in str(error)


@pytest.mark.parametrize(
    ("sql", "value"), [("SELECT CAST(:value AS date)", "x"), ("SELECT CAST(:value AS int) / 0", 1)]
)
async def test_a_mistake_of_ours_is_no_refusal(fresh_database: FreshDatabase, sql: str, value: Any) -> None:
    assert not is_refusal(await error_of(await fresh_database(), sql, value))


async def error_of(url: str, sql: str, value: Any) -> Exception:
    """What the database, or its driver, raises."""
    database = Database(url)
    try:
        with pytest.raises(PostgresError) as caught:
            async with database.begin() as connection:
                await fetch(connection, sql, value=value)
    finally:
        await database.close()
    return caught.value
