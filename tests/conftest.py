"""What every test may ask for: the session's Kafka and PostgreSQL, fresh databases, fresh topics."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from ops import topics as kafka_topics
from shared.contracts.topics import Topic
from shared.testing.stack import Databases, Servers, servers

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
async def databases(postgres: str) -> AsyncIterator[Databases]:
    """The session's databases; all of them go when it ends."""
    made = Databases(postgres)
    yield made
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
