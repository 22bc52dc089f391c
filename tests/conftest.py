"""What every test may ask for: the session's Kafka and PostgreSQL, fresh databases, fresh topics."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from ops import topics as kafka_topics
from ops.local.ports import free_port
from shared import telemetry
from shared.contracts import agency_topics
from shared.contracts.topics import Topic
from shared.database import Database, create_all
from shared.messaging.hears import hearings
from shared.migrations import has_migrations
from shared.service import Service
from shared.settings import Settings
from shared.testing.stack import Databases, Servers, servers
from shared.testing.system import System

pytest_plugins = ["shared.testing.watch"]

AGENCIES = Settings().agencies

LONGEST_FIRST = (
    "test_faults.py", "test_every_page.py", "test_outages.py", "test_scaling.py", "test_loads.py", "test_stack.py",
    "test_documents.py", "test_batch.py", "test_shop.py", "test_ways.py", "test_every_subscriber.py",
)  # fmt: skip
"""Files that take longest: begun last, one of them would keep a single worker busy while the others rest."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the longest files first, in the order above; everything else stays as it was."""
    places = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


FreshDatabase = Callable[..., Awaitable[str]]
FreshTopics = Callable[..., Awaitable[None]]


@pytest.fixture(scope="session")
def test_servers() -> Iterator[Servers]:
    """Real servers: those that the environment names, or new ones."""
    with servers() as running:
        yield running


@pytest.fixture(scope="session")
def kafka(test_servers: Servers) -> str:
    """Kafka's bootstrap servers."""
    return test_servers.kafka


@pytest.fixture(scope="session")
def postgres(test_servers: Servers) -> str:
    """The superuser's URL of PostgreSQL."""
    return test_servers.postgres


@pytest.fixture(scope="session")
async def databases(test_servers: Servers) -> AsyncIterator[Databases]:
    """The session's databases; they go when it ends, unless the server goes as well."""
    made = Databases(test_servers.postgres)
    yield made
    if test_servers.lasting:
        await made.drop_all()


@pytest.fixture(scope="session")
def fresh_database(databases: Databases) -> FreshDatabase:
    """`await fresh_database("credentials")`: the URL of a new, migrated database; without a name an empty one."""
    return databases.fresh


@pytest.fixture
def topic_prefix() -> str:
    """What stands before every topic's name in this test (`ELMS_TOPIC_PREFIX`), so that tests share one broker."""
    return f"t{uuid.uuid4().hex[:10]}."


@pytest.fixture
async def fresh_topics(kafka: str, topic_prefix: str) -> AsyncIterator[FreshTopics]:
    """`await fresh_topics(RENEWALS, LICENSES)`: those topics, made under this test's prefix, gone after it."""
    made: list[str] = []

    async def make(*topics: Topic) -> None:
        made.extend((await kafka_topics.apply(kafka, topics, prefix=topic_prefix)).missing)

    yield make
    if made:
        await kafka_topics.delete(kafka, made)


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """What this test logs, line by line, before it is written."""
    heard: list[dict[str, Any]] = []

    def listen(_logger: Any, _method: str, line: Any) -> Any:
        heard.append(dict(line))
        return line

    telemetry.LINES.insert(-1, listen)
    yield heard
    telemetry.LINES.remove(listen)


MakeSystem = Callable[..., Awaitable[System]]


@pytest.fixture
async def make_system(
    kafka: str, topic_prefix: str, fresh_topics: FreshTopics, fresh_database: FreshDatabase, tmp_path: Path
) -> AsyncIterator[MakeSystem]:
    """`await make_system(credentials, lookup)`: those services running here, with fresh topics and databases."""
    system = System(kafka, topic_prefix, tmp_path)

    async def make(*services: Service, jurisdiction: str = "mississippi", **settings: Any) -> System:
        system.jurisdiction = jurisdiction
        await fresh_topics(*topics_of(services))
        for service in services:
            system.ports[service.name] = free_port()
        for service in services:
            await system.start(service, await database_of(service, fresh_database), **settings)
        return system

    yield make
    await system.stop()


def topics_of(services: Sequence[Service]) -> set[Topic]:
    """The topics that these services hear or write; at the door, those of every agency."""
    heard = {hearing.event.TOPIC for service in services for hearing in hearings(service.handlers)}
    said = {event.TOPIC for service in services for event in service.publishes}
    door = {topic for topic in heard | said if "{agency}" in topic.name}
    names = {topic.name.format(agency=agency) for topic in door for agency in AGENCIES}
    return (heard | said) - door | {topic for topic in agency_topics(AGENCIES) if topic.name in names}


async def database_of(service: Service, fresh_database: FreshDatabase) -> str:
    """A fresh database of a service: migrated, or made from its metadata where it has no migrations (test services)."""
    if service.metadata is None:
        return ""
    url = await fresh_database(service.name)
    if not has_migrations(service.name):
        database = Database(url, frozen_after=60)
        async with database.begin() as connection:
            await create_all(connection, service.metadata)
        await database.close()
    return url
