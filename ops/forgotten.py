"""What a restored service said after its backup and no longer knows: decisions made over HTTP since then.

    an event of the service's own topics, later than the version that its database has of what it is about,
    and led to by no event that the service reads again from its restored positions

Whatever follows from events, or from the clock, is done again by itself. The rest is for people: to be decided anew,
or taken back. To be asked while no process of the service runs; it reads all of the service's topics.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.contracts import topics
from shared.contracts.topics import PARTITIONS, Topic
from shared.database import fetch
from shared.messaging.broker import topic_names
from shared.messaging.envelope import Record, Undecodable, decode
from shared.messaging.lenient import read_leniently
from shared.runtime import Runtime

_PERSON = "SELECT id::text AS key, version FROM person"
_RECEIPT = "SELECT receipt_id::text AS key, 9223372036854775807 AS version FROM receipt"
VERSIONS: Mapping[Topic, str] = {
    topics.PEOPLE: _PERSON,
    topics.MAILING: _PERSON,
    topics.IDENTITY: _PERSON,
    topics.ORGANIZATIONS: "SELECT id::text AS key, version FROM organization",
    topics.LICENSES: "SELECT license_id::text AS key, version FROM license",
    topics.LICENSE_STATES: "SELECT license_id::text AS key, version FROM license",
    topics.CREDITS: """
        SELECT person.person_id::text AS key, greatest(person.version, root.version) AS version
        FROM person LEFT JOIN person AS root ON root.person_id = person.merged_into""",
    topics.RENEWALS: "SELECT application_id::text AS key, version FROM application",
    topics.PRINTING: "SELECT job_id::text AS key, version FROM job",
    topics.RECEIVED_CREDITS: _RECEIPT,
    topics.RECEIVED_ROSTERS: _RECEIPT,
    topics.RECEIVED_ACTIONS: _RECEIPT,
    topics.RECEIVED_REPORTS: _RECEIPT,
}
"""The SQL of the versions that a topic's owner has of what is said there; of what came by the door, its receipts."""
_BY_RECEIPT = {topic for topic, sql in VERSIONS.items() if sql == _RECEIPT}
BY_ITSELF = "schedule"
"""The actor of what falls due by the clock."""


@dataclass(frozen=True, order=True, slots=True)
class Forgotten:
    """One thing that was said."""

    at: datetime
    name: str
    key: str
    actor: str
    id: UUID

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}  {self.name:<24}{self.key}  by {self.actor or 'nobody named'}"


async def forgotten(runtime: Runtime) -> list[Forgotten]:
    """What was said and is no longer known, by the time it was said."""
    read_leniently()
    again = await _read_again(runtime)
    found: dict[UUID, Forgotten] = {}
    for topic in (topic for topic in VERSIONS if topic.owner == runtime.service.name):
        async with runtime.database.begin() as connection:
            known = {row.key: row.version for row in await fetch(connection, VERSIONS[topic])}
        async for records in _read(runtime, [runtime.settings.topic_prefix + topic.name], {}):
            for said, cause in _later(records, known):
                if cause not in again:
                    found[said.id] = said
    return sorted(found.values())


async def _read_again(runtime: Runtime) -> set[UUID]:
    """The ids of all events that lie before the service when it starts."""
    async with runtime.database.begin() as connection:
        rows = await fetch(connection, "SELECT topic, partition, next_offset FROM consumer_position")
    stands = {TopicPartition(row.topic, row.partition): row.next_offset for row in rows}
    ids: set[UUID] = set()
    for subscription in runtime.subscriptions:
        async for records in _read(runtime, topic_names(runtime, subscription), stands):
            ids |= {event.said.id for _, (_, event) in subscription.sort(records).heard}
    return ids


def _later(records: Iterable[Record], known: Mapping[str, int]) -> Iterator[tuple[Forgotten, UUID | None]]:
    """Those events that are later than what is known of their key, each with its cause."""
    for record in records:
        with suppress(Undecodable):
            event = decode(record)
            said, key = event.said, str(getattr(event, "receipt_id" if event.TOPIC in _BY_RECEIPT else event.KEY))
            if said.version > known.get(key, -1) and said.actor != BY_ITSELF:
                yield Forgotten(said.at, type(event).__name__, key, said.actor, said.id), said.cause


async def _read(
    runtime: Runtime, names: Sequence[str], since: Mapping[TopicPartition, int]
) -> AsyncIterator[list[Record]]:
    """The records of these topics up to their ends of now; from the beginning where no position is given."""
    parts = [TopicPartition(name, number) for name in names for number in range(PARTITIONS)]
    async with AIOKafkaConsumer(**runtime.kafka_options(), enable_auto_commit=False) as source:
        source.assign(parts)
        starts, ends = await source.beginning_offsets(parts), await source.end_offsets(parts)
        for part in parts:
            source.seek(part, max(starts[part], since.get(part, 0)))
        while any([await source.position(part) < ends[part] for part in parts]):
            for records in (await source.getmany(timeout_ms=200)).values():
                yield records
