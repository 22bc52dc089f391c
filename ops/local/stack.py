"""Up, down and clean of the whole local stack; each may be said again, and mends what a killed one left."""

import asyncio
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ops.errors import Obstacle
from ops.local import services
from ops.local.kafka import Kafka
from ops.local.layout import Layout
from ops.local.postgres import Postgres
from ops.local.processes import Supervised
from ops.prepare import Target, prepare, with_database
from ops.progress import say, step

_FACT_DAYS = 7  # one machine's disk; a year is a data centre's


@dataclass(frozen=True)
class Stack:
    """One local stack, known by its layout."""

    layout: Layout

    @property
    def kafka(self) -> Kafka:
        """Its broker."""
        return Kafka.of(self.layout)

    @property
    def postgres(self) -> Postgres:
        """Its database server."""
        return Postgres.of(self.layout)

    @property
    def services(self) -> list[services.Running]:
        """Its services."""
        return services.of(self.layout)

    @property
    def supervised(self) -> list[Supervised]:
        """All its processes."""
        brokers = [broker.supervised for broker in self.kafka.brokers]
        return [self.postgres.supervised, *brokers, *(running.supervised for running in self.services)]

    def up(self) -> None:
        """Start whatever does not run and return when all of it is ready."""
        with self._alone():
            loading = services.Loading(self.services)
            self._start_servers()
            with step("Topics and databases"):
                self.prepare()
            with step(f"{len(self.services)} services"):
                environment = services.environments(self.layout, self.kafka, self.postgres)
                loading.launch(environment)
                services.wait_until_ready(self.services)

    def down(self) -> None:
        """Stop everything, the services first, so that each can finish what it has begun."""
        with self._alone():
            with step("Services stopped"):
                services.stop(self.services)
            with step("Kafka and PostgreSQL stopped"):
                self.kafka.stop()
                self.postgres.stop()

    def clean(self) -> None:
        """Stop everything and forget all data."""
        self.down()
        self.postgres.forget()
        self.layout.forget()

    def prepare(self) -> None:
        """Make topics, databases and tables as the code at hand wants them."""
        postgres = self.postgres
        target = Target(
            kafka=self.kafka.bootstrap,
            superuser=postgres.superuser_url,
            passwords={name: postgres.password(name) for name in with_database()},
            keys=self.layout.keys,
            fact_days=_FACT_DAYS,
        )
        for difference in asyncio.run(prepare(target)):
            say(f"  note: {difference}; see `elms topics apply`")

    def _start_servers(self) -> None:
        postgres, kafka = self.postgres, self.kafka
        with step("PostgreSQL"):
            postgres.launch()
            kafka.launch()
            postgres.wait_until_ready()
        with step("Kafka"):
            kafka.wait_until_ready()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the stack's lock; the kernel lets go of it when we end, however that happens."""
        self.layout.claim()
        with (self.layout.data / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Obstacle(f"Another `elms` is starting or stopping the stack in {self.layout.data}.") from None
            yield
