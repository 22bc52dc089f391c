"""The servers that all tests stand on: real, isolated from each other, closed to strangers."""

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from sqlalchemy.engine import make_url

from ops import topics
from shared.contracts.topics import LICENSE_STATES, RENEWALS, Topic
from tests.conftest import FreshDatabase, FreshTopics


async def test_each_database_is_new_and_has_the_extensions(fresh_database: FreshDatabase) -> None:
    first, second = await fresh_database(), await fresh_database()
    assert first != second
    connection = await asyncpg.connect(first)
    try:
        found = {row["extname"] for row in await connection.fetch("SELECT extname FROM pg_extension")}
    finally:
        await connection.close()
    assert {"pg_trgm", "unaccent"} <= found


async def test_a_wrong_password_is_refused(postgres: str) -> None:
    stranger = make_url(postgres).set(password="wrong").render_as_string(hide_password=False)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(stranger)


async def test_fresh_topics_carry_records_and_their_keys(
    kafka: str, topic_prefix: str, fresh_topics: FreshTopics
) -> None:
    await fresh_topics(RENEWALS)
    async with AIOKafkaProducer(bootstrap_servers=kafka, acks="all", enable_idempotence=True) as producer:
        await producer.send_and_wait(topic_prefix + RENEWALS.name, b"value", key=b"key")
    async with AIOKafkaConsumer(
        topic_prefix + RENEWALS.name, bootstrap_servers=kafka, auto_offset_reset="earliest"
    ) as consumer:
        record = await consumer.getone()
    assert (record.key, record.value) == (b"key", b"value")


async def test_applying_the_topics_again_creates_nothing_and_finds_no_difference(
    kafka: str, topic_prefix: str, fresh_topics: FreshTopics
) -> None:
    await fresh_topics(RENEWALS, LICENSE_STATES)
    again = await topics.apply(kafka, [RENEWALS, LICENSE_STATES], prefix=topic_prefix)
    assert (again.missing, again.differences) == ((), ())


async def test_a_topic_that_differs_from_the_table_is_named(
    kafka: str, topic_prefix: str, fresh_topics: FreshTopics
) -> None:
    await fresh_topics(RENEWALS)
    other = Topic(RENEWALS.name, RENEWALS.kind, RENEWALS.owner, RENEWALS.about, partitions=3)
    plan = await topics.apply(kafka, [other], prefix=topic_prefix, fact_days=1)
    assert plan.missing == ()
    name = topic_prefix + RENEWALS.name
    assert plan.differences == (
        f"{name}: 6 partitions instead of 3",
        f"{name}: retention.ms is 31536000000 instead of 86400000",
    )


async def test_the_broker_makes_no_topic_by_itself(kafka: str, topic_prefix: str) -> None:
    unknown = topic_prefix + "never.applied"
    async with topics.admin(kafka) as client:
        await client.describe_topics([unknown])
        assert unknown not in await client.list_topics()
