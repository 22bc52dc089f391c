"""Kafka and PostgreSQL as an installation runs them: PostgreSQL waits for the disk, Kafka for all its copies."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ops.local.kafka import Kafka
from ops.local.ports import free_port
from ops.local.postgres import Postgres
from shared.testing.stack import Databases


@dataclass(frozen=True)
class Servers:
    """Where the servers are, and the process that each class of processor time is counted under.

    `databases` makes fresh ones: each service is migrated once, however many runs there are.
    """

    kafka: str
    postgres: str
    processes: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def databases(self) -> Databases:
        return Databases(self.postgres)


@contextmanager
def durable_servers() -> Iterator[Servers]:
    """New servers on free ports, with fsync, that end with the context."""
    folder = Path(tempfile.mkdtemp(prefix="elms-bench-"))
    folder.chmod(0o755)  # so that PostgreSQL's unprivileged user can pass where we are root
    kafka = Kafka.on_free_ports(folder)
    postgres = Postgres(folder / "postgres", free_port(), folder / "run", folder / "logs", times_commits=True)
    try:
        postgres.launch()
        kafka.launch()
        postgres.wait_until_ready()
        kafka.wait_until_ready()
        found = {"postgres": postgres.supervised.process(), "kafka": kafka.brokers[0].supervised.process()}
        pids = {name: process.pid for name, process in found.items() if process is not None}
        yield Servers(kafka.bootstrap, postgres.superuser_url, pids)
    finally:
        kafka.stop()
        postgres.stop()
        postgres.forget()
        shutil.rmtree(folder, ignore_errors=True)
