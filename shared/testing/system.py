"""Services that run in this process for a test: on real Kafka and PostgreSQL, with a clock that stands.

    system = await make_system(credentials, lookup)
    await system.say(RenewalApproved(...))        an event of a service that does not run here
    await system.drain()                          outboxes, positions and effects are empty
    await system.get("lookup", "/licenses/…")     over HTTP, as everybody

The clock is `system.clock`; a person's token is `system.token(person_id, "Dr. Lee", Role("superintendent", …))`.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from aiokafka import AIOKafkaProducer, ConsumerRecord, TopicPartition
from joserfc.jwk import ECKey, KeySet

from ops.local.ports import free_port
from shared.clock import FrozenClock
from shared.contracts import Event
from shared.contracts.topics import PARTITIONS
from shared.database import fetch
from shared.ids import PersonId
from shared.messaging.outbox import topic_of
from shared.process import Process
from shared.service import Service
from shared.settings import Settings
from shared.telemetry import configure_logs
from shared.testing.observer import Ends, Observer
from shared.testing.saying import message
from shared.tokens import Actor, Role, claims_of, sign

DRAIN_SECONDS = 120.0
UNSENT = "SELECT count(*) AS waiting FROM outbox"
DUE = "SELECT count(*) AS waiting FROM effect WHERE state = 'due' AND due <= clock_timestamp()"
STANDS = "SELECT topic, partition, next_offset FROM consumer_position WHERE consumer = :consumer"


@dataclass
class System:
    """Some services, running. Made by the `make_system` fixture."""

    kafka: str
    topic_prefix: str
    folder: Path
    clock: FrozenClock = field(default_factory=lambda: FrozenClock(datetime(2026, 3, 4, 15, 0, tzinfo=UTC)))
    jurisdiction: str = "mississippi"
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "test"}))
    processes: dict[str, list[Process]] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    observer: Observer = field(init=False)
    _producer: AIOKafkaProducer | None = None

    def __post_init__(self) -> None:
        self.observer = Observer(self.kafka)

    def settings(self, service: str, database: str, **more: Any) -> Settings:
        """Settings of one of its processes."""
        made = Settings(
            jurisdiction=self.jurisdiction,
            kafka=self.kafka,
            topic_prefix=self.topic_prefix,
            database=database,
            peers={name: f"http://127.0.0.1:{port}" for name, port in self.ports.items()},
            port=self.ports[service],
            data=self.folder,
            keys=self.folder / "keys",
            patience=30.0,  # a test may share the machine with much else
            frozen_after=60.0,
            **more,
        )
        made.__dict__["clock"] = self.clock
        return made

    async def start(
        self, service: Service, database: str = "", roles: Sequence[str] = ("all",), **more: Any
    ) -> Process:
        """Starts a service here. A second copy listens on a port of its own."""
        configure_logs(service.name, "WARNING")
        first = service.name not in self.processes
        if first:
            self.ports.setdefault(service.name, free_port())
        settings = self.settings(service.name, database, **more)
        if not first:
            settings = settings.model_copy(update={"port": free_port()})
            settings.__dict__["clock"] = self.clock
        process = Process(service, roles, settings)
        await process.start()
        if "identity" not in self.processes and service.name != "identity":
            process.app.state.verifier.trust(KeySet([self.key]))
        self.processes.setdefault(service.name, []).append(process)
        return process

    async def stop(self) -> None:
        """Stops every service."""
        await asyncio.gather(*(p.stop() for copies in self.processes.values() for p in copies))
        if self._producer is not None:
            await self._producer.stop()
        await self.observer.stop()

    # ── talking to it ────────────────────────────────────────────────────────────────────────────────────────

    def token(self, person_id: UUID, name: str, *roles: Role) -> str:
        """A person's access token, as identity would sign it."""
        return sign(self.key, claims_of(Actor(PersonId(person_id), name, roles), 3600))

    async def get(self, service: str, path: str, token: str = "", **params: Any) -> httpx.Response:
        return await self.ask("GET", service, path, token, params=params)

    async def post(self, service: str, path: str, body: Any = None, token: str = "", key: str = "") -> httpx.Response:
        return await self.ask("POST", service, path, token, json=body, headers={"Idempotency-Key": key} if key else {})

    async def ask(self, method: str, service: str, path: str, token: str = "", **options: Any) -> httpx.Response:
        """A request to a running service's HTTP face."""
        headers = options.pop("headers", {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        async with httpx.AsyncClient(timeout=90, verify=False) as client:  # plain HTTP: certificates take 20 ms to read
            address = f"http://127.0.0.1:{self.ports[service]}{path}"
            return await client.request(method, address, headers=headers, **options)

    async def say(
        self, *events: Event, version: int = 1, source: str = "", event_id: UUID | None = None, trace: str = ""
    ) -> None:
        """Publishes events as the services that own them would."""
        producer = await self._ready_producer()
        for event in events:
            key, value, headers = message(
                event, version=version, source=source, event_id=event_id, at=self.clock.now(), trace=trace
            )
            await producer.send_and_wait(self.topic_prefix + topic_of(event), value, key=key, headers=headers)

    async def publish(self, topic: str, value: bytes | None, key: bytes | None = None, headers: Any = ()) -> None:
        """Publishes a raw record, as a stranger would."""
        producer = await self._ready_producer()
        await producer.send_and_wait(self.topic_prefix + topic, value, key=key, headers=list(headers))

    async def ends(self, *topics: str) -> Ends:
        """Where these topics end now."""
        return await self.observer.ends(self._parts(topics))

    async def read(self, *topics: str, since: Mapping[TopicPartition, int] | None = None) -> list[ConsumerRecord]:
        """What anybody reads on these topics, by the time it was said; from `since` on, or from the beginning."""
        return await self.observer.read(self._parts(topics), since or {})

    def _parts(self, topics: Sequence[str]) -> list[TopicPartition]:
        return [TopicPartition(self.topic_prefix + name, number) for name in topics for number in range(PARTITIONS)]

    async def _ready_producer(self) -> AIOKafkaProducer:
        if self._producer is None:
            self._producer = AIOKafkaProducer(bootstrap_servers=self.kafka, acks="all", enable_idempotence=True)
            await self._producer.start()
        return self._producer

    # ── waiting for it ───────────────────────────────────────────────────────────────────────────────────────

    async def drain(self, seconds: float = DRAIN_SECONDS) -> None:
        """Waits until outboxes, positions and effects are empty. Raises `TimeoutError` with what is left.

        Twice with the topics' ends unmoved between: then nothing went from one place to the next while we looked.
        """
        end = time.monotonic() + seconds
        before: Ends | None = None
        while True:
            left, ends = await self._under_way()
            if not left and ends == before:
                return
            if time.monotonic() > end:
                raise TimeoutError(f"not drained: {left}")
            before = None if left else ends
            await asyncio.sleep(0.02)

    async def _under_way(self) -> tuple[list[str], Ends]:
        """What is left, and where the topics end."""
        left: list[str] = []
        for name, copies in self.processes.items():
            process = copies[0]
            if process.runtime.service.metadata is None:
                continue
            async with process.runtime.database.begin() as connection:
                counts = {"outbox": UNSENT}
                counts |= {"effects": DUE} if process.runtime.service.outside else {}
                for what, sql in counts.items():
                    if waiting := (await fetch(connection, sql))[0].waiting:
                        left.append(f"{name} {what}: {waiting}")
        return (left, {}) if left else await self._behind()

    async def _behind(self) -> tuple[list[str], Ends]:
        """What the consumers have not taken. Not asked of themselves: Kafka answers them after their long poll."""
        left = [
            f"{name} {key}: not assigned"
            for name, copies in self.processes.items()
            for key in {k for copy in copies for k in copy.consumers}
            if not any(copy.consumers[key].standing.known or copy.consumers[key].standing.halted for copy in copies)
        ]
        if left:
            return left, {}
        heard = {
            (name, key): [TopicPartition(t, n) for t in source.subscription() for n in source.partitions_for_topic(t)]
            for name, copies in self.processes.items()
            for copy in copies
            for key, consumer in copy.consumers.items()
            if consumer.standing.known and (source := consumer.standing.source) is not None
        }
        ends = await self.observer.ends(part for parts in heard.values() for part in parts)
        for (name, key), parts in heard.items():
            stands = await self._stands(name, key)
            if late := sum(ends[part] - stands.get(part, 0) for part in parts):
                left.append(f"{name} {key}: {late} behind")
        return left, ends

    async def _stands(self, name: str, consumer: str) -> dict[TopicPartition, int]:
        async with self.processes[name][0].runtime.database.begin() as connection:
            rows = await fetch(connection, STANDS, consumer=consumer)
        return {TopicPartition(row.topic, row.partition): row.next_offset for row in rows}
