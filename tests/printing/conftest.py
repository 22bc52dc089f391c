"""Printing on real Kafka and PostgreSQL, beside a stand-in for credentials that answers as a test says.

The services are started once for each state; every test begins with empty tables and the same clock.
"""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ops import topics as kafka_topics
from ops.local.ports import free_port
from services.printing.app import service as printing
from services.printing.tables import metadata
from shared.testing.system import System
from tests.conftest import FreshDatabase, database_of, topics_of
from tests.printing.world import ANSWERS, APPROVED, World, clerk

KEPT = {"consumer_position", "inbox", "epoch", "outbox", "effect", "audit", "audit_seal"}
OWN = [table for table in reversed(metadata.sorted_tables) if table.name not in KEPT]


@asynccontextmanager
async def running(kafka: str, fresh_database: FreshDatabase, folder: Path, jurisdiction: str) -> AsyncIterator[System]:
    """Printing and the stand-in, with topics of their own."""
    system = System(kafka, f"t{uuid.uuid4().hex[:10]}.", folder, jurisdiction=jurisdiction)
    made = (await kafka_topics.apply(kafka, [*topics_of([printing])], prefix=system.topic_prefix)).missing
    for service in (clerk, printing):
        system.ports[service.name] = free_port()
    for service in (clerk, printing):
        await system.start(service, await database_of(service, fresh_database))
    yield system
    await system.stop()
    await kafka_topics.delete(kafka, made)


@pytest.fixture(scope="session")
async def mississippi(
    kafka: str, fresh_database: FreshDatabase, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[System]:
    async with running(kafka, fresh_database, tmp_path_factory.mktemp("ms"), "mississippi") as system:
        yield system


@pytest.fixture(scope="session")
async def massachusetts(
    kafka: str, fresh_database: FreshDatabase, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[System]:
    async with running(kafka, fresh_database, tmp_path_factory.mktemp("ma"), "massachusetts") as system:
        yield system


async def empty(system: System) -> World:
    """A world in which nothing has happened yet."""
    ANSWERS.clear()
    system.clock.set(APPROVED)
    await system.drain()
    async with system.processes["printing"][0].runtime.database.begin() as connection:
        for table in OWN:  # truncating would wait for, and deadlock with, those who look for work
            await connection.execute(f"DELETE FROM {table.fullname}")
    return World(system)


@pytest.fixture
async def world(mississippi: System) -> World:
    """Mississippi's print desk: paper by itself."""
    return await empty(mississippi)


@pytest.fixture
async def bay_state(massachusetts: System) -> World:
    """Massachusetts' print desk: paper on request only."""
    return await empty(massachusetts)
