"""What one process of a service holds: settings, database, rules, clock; and the one way to open a `Work`."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from shared.contracts import Topic
from shared.database import Connection, Database, fetch
from shared.ids import new_id
from shared.messaging.batch import Subscription
from shared.messaging.bell import Bell
from shared.messaging.hears import Hearing, hearings
from shared.messaging.sealing import Seal
from shared.messaging.work import Work
from shared.peers import Peers
from shared.policies import Policy
from shared.service import Service
from shared.settings import Settings
from shared.telemetry import new_trace, trace

T = TypeVar("T")

_NO_COMMAND = UUID(int=0)
"""Whoever only reads says nothing that could follow from it."""


class Runtime:
    """One process's means. Every edge (event, request, schedule, effect) opens its `Work` here."""

    def __init__(self, service: Service, settings: Settings) -> None:
        self.service = service
        self.settings = settings
        self.seal = Seal(settings.seal_key)
        self.stopping = asyncio.Event()
        self.kept: dict[str, Any] = {}
        self._epoch: int | None = None

    @cached_property
    def database(self) -> Database:
        """This service's database. Raises `ValueError` for a service that has none."""
        if not self.settings.database:
            raise ValueError(f"ELMS_DATABASE: {self.service.name} needs a database address")
        settings, name = self.settings, f"elms {self.service.name}"
        return Database(settings.database, settings.database_connections, name, settings.frozen_after)

    @cached_property
    def bell(self) -> Bell:
        """Wakes the relay after a commit."""
        return Bell(self.database)

    @cached_property
    def peers(self) -> Peers:
        """The other services' HTTP faces."""
        return Peers(self.service.name, self.settings)

    @cached_property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """What the service hears: one subscription per topic, however many event types it hears there."""
        by_topic: dict[Topic, list[Hearing]] = {}
        for hearing in hearings(self.service.handlers):
            by_topic.setdefault(hearing.event.TOPIC, []).append(hearing)
        return tuple(Subscription(topic, tuple(found), self.service.locks) for topic, found in by_topic.items())

    @property
    def policy(self) -> Policy:
        return self.settings.policy

    @asynccontextmanager
    async def work(self, *, actor: str, command: UUID | None = None, replaying: bool = False) -> AsyncIterator[Work]:
        """A transaction with its `Work`: committed at the end, with all that was said; nothing on an exception."""
        async with self.database.begin() as connection:
            work = await self._work_on(connection, actor, command, replaying=replaying)
            yield work
            said = await work.flush()
        if said:
            self.bell.ring(said)

    @asynccontextmanager
    async def reading(self, *, actor: str) -> AsyncIterator[Work]:
        """A `Work` for queries: no transaction around its statements, and nothing to say; reads may be audited."""
        async with self.database.reading() as connection:
            work = await self._work_on(connection, actor, _NO_COMMAND)
            yield work
            await work.flush()

    async def _work_on(
        self, connection: Connection, actor: str, command: UUID | None = None, *, replaying: bool = False
    ) -> Work:
        return Work(
            connection=connection,
            service=self.service.name,
            now=self.settings.clock.now(),
            policy=self.policy,
            actor=actor,
            command=command or new_id(),
            trace=trace.get() or new_trace(),
            epoch=await self._epoch_of(connection),
            replaying=replaying,
        )

    async def _epoch_of(self, connection: Connection) -> int:
        if self._epoch is None:
            rows = await fetch(connection, "SELECT number FROM epoch")
            self._epoch = int(rows[0].number) if rows else 0
        return self._epoch

    def one(self, name: str, make: Callable[[], T]) -> T:
        """What this process keeps under a name: made when it is first asked for."""
        found: T | None = self.kept.get(name)
        if found is None:
            found = self.kept[name] = make()
        return found

    def kafka_options(self) -> dict[str, Any]:
        """How to reach Kafka, for aiokafka's clients."""
        settings = self.settings
        options: dict[str, Any] = {"bootstrap_servers": settings.kafka}
        if settings.kafka_username:
            options |= {
                "security_protocol": "SASL_SSL" if settings.kafka_ca else "SASL_PLAINTEXT",
                "sasl_mechanism": "SCRAM-SHA-512",
                "sasl_plain_username": settings.kafka_username,
                "sasl_plain_password": settings.kafka_password,
            }
        if settings.kafka_ca:
            options["ssl_context"] = ssl.create_default_context(cafile=str(settings.kafka_ca))
        return options

    async def close(self) -> None:
        """Closes connections."""
        if "peers" in self.__dict__:
            await self.peers.close()
        if "database" in self.__dict__:
            await self.database.close()
