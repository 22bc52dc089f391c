"""Kafka's topics, made from the contract's table; whatever differs from it is named, never silently changed."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from ops.errors import Obstacle
from shared.contracts.topics import Topic

_KNOWN_SECONDS = 30.0
_COPIES = 3  # of each record, where there are so many brokers


@dataclass(frozen=True)
class Plan:
    """What the table asks for, compared with what the cluster has."""

    missing: tuple[str, ...]
    differences: tuple[str, ...]


@asynccontextmanager
async def admin(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """A connected admin client; Obstacle where the cluster is away."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await client.start()
    except KafkaError as error:
        await client.close()
        raise Obstacle(f"Kafka does not answer at {bootstrap}: {error}.") from error
    try:
        yield client
    finally:
        await client.close()


async def apply(bootstrap: str, topics: Sequence[Topic], *, prefix: str = "", fact_days: int = 365) -> Plan:
    """Create the topics that are missing and compare the others; a second run creates nothing.

    `fact_days` is how long facts are kept. Differences are left for a person: partitions never change, and a
    shorter retention deletes.
    """
    wanted = {prefix + topic.name: topic for topic in topics}
    configs = {name: topic.config(fact_days) for name, topic in wanted.items()}
    async with admin(bootstrap) as client:
        existing = set(await client.list_topics()) & wanted.keys()
        missing = sorted(wanted.keys() - existing)
        copies = min(_COPIES, len((await client.describe_cluster())["brokers"]))
        await _create(client, [NewTopic(n, wanted[n].partitions, copies, topic_configs=configs[n]) for n in missing])
        differences = [
            *await _partition_differences(client, {name: wanted[name].partitions for name in existing}),
            *await _config_differences(client, {name: configs[name] for name in existing}),
        ]
    return Plan(tuple(missing), tuple(sorted(differences)))


async def delete(bootstrap: str, names: Iterable[str]) -> None:
    """Remove topics with all their records: for tests, and for nothing else."""
    async with admin(bootstrap) as client:
        await client.delete_topics(list(names))


async def _create(client: AIOKafkaAdminClient, topics: Sequence[NewTopic]) -> None:
    if not topics:
        return
    response = await client.create_topics(list(topics))
    for name, code, *message in response.topic_errors:
        failure = for_code(code)
        if code and failure is not TopicAlreadyExistsError:  # somebody else applied the same table meanwhile
            raise Obstacle(f"The topic {name} could not be created: {failure.__name__} {message}.")
    await _wait_until_known(client, {topic.name for topic in topics})


async def _wait_until_known(client: AIOKafkaAdminClient, names: set[str]) -> None:
    """A broker learns of a new topic a moment after the controller has made it."""
    async with asyncio.timeout(_KNOWN_SECONDS):
        while not names <= set(await client.list_topics()):  # noqa: ASYNC110  (Kafka tells nobody when)
            await asyncio.sleep(0.05)


async def _partition_differences(client: AIOKafkaAdminClient, wanted: Mapping[str, int]) -> list[str]:
    if not wanted:
        return []
    found = await client.describe_topics(list(wanted))
    counts = {topic["topic"]: len(topic["partitions"]) for topic in found}
    return [
        f"{name}: {counts[name]} partitions instead of {count}"
        for name, count in wanted.items()
        if counts[name] != count
    ]


async def _config_differences(client: AIOKafkaAdminClient, wanted: Mapping[str, Mapping[str, str]]) -> list[str]:
    if not wanted:
        return []
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in wanted]
    responses = await client.describe_configs(resources)
    return [
        f"{name}: {key} is {value} instead of {wanted[name][key]}"
        for response in responses
        for _code, _message, _kind, name, entries in response.resources
        for key, value, *_rest in entries
        if key in wanted[name] and wanted[name][key] != value
    ]
