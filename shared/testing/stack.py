"""The servers of a test session: one Kafka and one PostgreSQL, real ones, and fresh topics and databases on them.

Where `ELMS_TEST_KAFKA` and `ELMS_TEST_POSTGRES` (a superuser's URL) are set, those running servers are used, and left
as they were found; otherwise both are started on free ports in a temporary folder and end with the session.
"""

import asyncio
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from ops.local.kafka import Kafka
from ops.local.postgres import Postgres
from ops.local.provision import EXTENSIONS, grants
from shared.migrations import has_migrations, migrate

_PASSWORD = "of-a-test"


@dataclass(frozen=True)
class Servers:
    """Where the session's Kafka and PostgreSQL are, and whether they outlive it."""

    kafka: str
    postgres: str
    lasting: bool = False

    @property
    def environment(self) -> dict[str, str]:
        """What names them to another session, which ends before they do."""
        return {"ELMS_TEST_KAFKA": self.kafka, "ELMS_TEST_POSTGRES": self.postgres, "ELMS_TEST_LASTING": ""}


@contextmanager
def servers() -> Iterator[Servers]:
    """The servers that the environment names, or ones that live as long as this context."""
    kafka, postgres = os.environ.get("ELMS_TEST_KAFKA"), os.environ.get("ELMS_TEST_POSTGRES")
    if kafka and postgres:
        yield Servers(kafka, postgres, lasting=bool(os.environ.get("ELMS_TEST_LASTING", "yes")))
    else:
        with own_servers() as own:
            yield own


@contextmanager
def own_servers() -> Iterator[Servers]:
    """New servers on free ports, without fsync: a test that pulls the plug needs ones of its own too."""
    folder = Path(tempfile.mkdtemp(prefix="elms-test-"))
    folder.chmod(0o755)  # so that PostgreSQL's unprivileged user can pass where we are root
    kafka, postgres = Kafka.on_free_ports(folder), Postgres.on_free_port(folder)
    try:
        postgres.launch()
        kafka.launch()
        postgres.wait_until_ready()
        kafka.wait_until_ready()
        yield Servers(kafka.bootstrap, postgres.superuser_url)
    finally:
        kafka.stop()
        postgres.stop()
        postgres.forget()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Databases:
    """Fresh databases: each service is migrated once a session, every test gets a copy of that.

    They belong to a role like a service's own, which may do nothing that a superuser alone may do.
    """

    server: str
    session: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    templates: dict[str, str] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def fresh(self, service: str | None = None) -> str:
        """The URL of a new database, migrated for the service; without one, an empty database."""
        async with self.turn:
            if not self.templates:
                await self._run(f"CREATE ROLE {self.role} LOGIN PASSWORD '{_PASSWORD}'")
                await self._run(grants(self.role))
            if (service or "") not in self.templates:
                self.templates[service or ""] = await self._template(service)
        return await self._create(self.templates[service or ""])

    async def copy(self, url: str) -> str:
        """The URL of a copy of a database as it stands now; nobody may be connected to it."""
        return await self._create(str(make_url(url).database))

    async def drop_all(self) -> None:
        """Remove every database that this session made."""
        for name in reversed(self.made):
            await self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        if self.templates:
            await self._run(f"DROP OWNED BY {self.role}")
            await self._run(f"DROP ROLE {self.role}")

    @property
    def role(self) -> str:
        """Whose the databases are."""
        return f"test_{self.session}"

    def url(self, database: str) -> str:
        """The way into a database as its owner."""
        url = make_url(self.server).set(username=self.role, password=_PASSWORD, database=database)
        return url.render_as_string(hide_password=False)

    async def _template(self, service: str | None) -> str:
        url = await self._create("template1")
        database = str(make_url(url).database)
        for extension in EXTENSIONS:
            await self._run(f"CREATE EXTENSION IF NOT EXISTS {extension}", database)
        if service is not None and has_migrations(service):
            await migrate(service, url)
        return database

    async def _create(self, template: str) -> str:
        name = f"test_{self.session}_{len(self.made)}"
        self.made.append(name)
        await self._run(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {self.role}")
        return self.url(name)

    async def _run(self, sql: str, database: str = "postgres") -> None:
        url = make_url(self.server).set(database=database)
        connection = await asyncpg.connect(url.render_as_string(hide_password=False))
        try:
            # one session of tests at a time: PostgreSQL refuses two at once that change a shared catalog
            await connection.execute("SELECT pg_advisory_lock(7)")
            await connection.execute(sql)
        finally:
            await connection.close()
