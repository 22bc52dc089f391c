"""The town: started once for all tests of renewals, its queues empty and its clock put back before each."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from ops import topics as kafka_topics
from ops.local.ports import free_port
from services.renewals.app import service as renewals
from shared.testing.system import System
from tests.conftest import database_of, topics_of
from tests.renewals.town import NAMES, Peers, Town, organization


@pytest.fixture(scope="session")
async def running_town(
    kafka: str, fresh_database: Any, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Town]:
    """The service on real Kafka and PostgreSQL, and the fakes of its peers, each over HTTP."""
    peers = Peers()
    system = System(kafka, f"renewals{uuid4().hex[:8]}.", tmp_path_factory.mktemp("town"))
    await kafka_topics.apply(kafka, sorted(topics_of([renewals]), key=str), prefix=system.topic_prefix)
    services = (renewals, *peers.services())
    system.ports |= {service.name: free_port() for service in services}
    for service in services:
        await system.start(service, await database_of(service, fresh_database))
    town = Town(system, peers)
    for organization_id, name in NAMES.items():
        await system.say(organization(organization_id, name))
    yield town
    await system.stop()
    await kafka_topics.delete(kafka, [system.topic_prefix + topic.name for topic in topics_of([renewals])])


@pytest.fixture
async def town(running_town: Town) -> AsyncIterator[Town]:
    """The town, with nothing filed yet. Whatever a test does in it, each place tells what its application does."""
    await running_town.put_back()
    yield running_town
    assert await running_town.misplaced() == []
