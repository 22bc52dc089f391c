"""How each service is doing: what its readiness says, and from Kafka how many copies work and how far behind."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from ops.errors import Obstacle
from ops.topics import admin
from ops.topology import SERVICES
from shared.settings import Settings


@dataclass(frozen=True)
class Status:
    """One service, as of now; None where nobody could say."""

    service: str
    state: str  # ready, not ready, away
    copies: int | None
    lag: int | None  # events not yet taken, over all its topics
    outbox_age: float | None  # seconds that the oldest unsaid event has waited
    dead_letters: int | None
    effects_due: int | None


async def status_of_all(settings: Settings) -> list[Status]:
    """Every service's status, in the order of the topology."""
    groups, *health = await asyncio.gather(
        _groups(settings), *(_health(settings.address_of(service.name)) for service in SERVICES)
    )
    return [_status(service.name, each, groups) for service, each in zip(SERVICES, health, strict=True)]


@dataclass
class _Group:
    members: int = 0
    lag: int = 0


def _status(name: str, health: Mapping[str, Any], groups: Mapping[str, list[_Group]] | None) -> Status:
    own = groups.get(name, []) if groups is not None else None
    database = health.get("database", {})
    alone = 1 if health else 0
    return Status(
        service=name,
        state=str(health.get("status", "away")),
        copies=None if own is None else max((group.members for group in own), default=alone),
        lag=None if own is None else sum(group.lag for group in own),
        outbox_age=database.get("outbox_age") or (0.0 if database else None),
        dead_letters=database.get("dead_letters"),
        effects_due=database.get("effects_due"),
    )


async def _health(address: str) -> dict[str, Any]:
    """What readiness says, whether yes or no; nothing where nobody answers."""
    try:
        async with httpx.AsyncClient(timeout=5) as client:
            answer: dict[str, Any] = (await client.get(f"{address}/health/ready")).json()
            return answer
    except (httpx.HTTPError, ValueError):
        return {}


async def _groups(settings: Settings) -> dict[str, list[_Group]] | None:
    """Each service's consumer groups; None where Kafka is away."""
    try:
        async with admin(settings.kafka) as client:
            return await _described(client, settings)
    except Obstacle:
        return None


async def _described(client: AIOKafkaAdminClient, settings: Settings) -> dict[str, list[_Group]]:
    prefixes = {f"{settings.topic_prefix}{service.name}.": service.name for service in SERVICES}
    owners = {
        group: owner
        for group, *_ in await client.list_consumer_groups()
        for prefix, owner in prefixes.items()
        if group.startswith(prefix)
    }
    if not owners:
        return {}
    members = {group: await _members(client, group) for group in owners}
    lags = await _lags(client, settings.kafka, owners)
    found: dict[str, list[_Group]] = defaultdict(list)
    for group, owner in owners.items():
        found[owner].append(_Group(members.get(group, 0), lags[group]))
    return found


async def _members(client: AIOKafkaAdminClient, group: str) -> int:
    """How many take part; asked one by one, for aiokafka misreads an answer about several groups."""
    (response,) = await client.describe_consumer_groups([group])
    ((_code, _group, _state, _kind, _protocol, people, *_),) = response.groups
    return len(people)


async def _lags(client: AIOKafkaAdminClient, bootstrap: str, groups: Iterable[str]) -> dict[str, int]:
    """How many records each group has still to take."""
    committed: dict[str, dict[TopicPartition, int]] = {}
    for group in groups:
        offsets = await client.list_consumer_group_offsets(group)
        committed[group] = {part: each.offset for part, each in offsets.items() if each.offset >= 0}
    partitions = sorted({part for offsets in committed.values() for part in offsets})
    if not partitions:
        return dict.fromkeys(committed, 0)
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap) as consumer:
        ends = await consumer.end_offsets(partitions)
    return {
        group: sum(max(0, ends[part] - offset) for part, offset in offsets.items())
        for group, offsets in committed.items()
    }
