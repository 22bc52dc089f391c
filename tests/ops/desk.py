"""An operator's desk for tests: an installation whose services run here as far as asked, and `elms` as a user runs it.

    said = await desk.elms("dead-letters", "list")     a process of its own, with its words and its exit code
    await desk.start(lookup)                           a service of it runs from now on, in this process

Every service has a database, whether it runs or not: an operator's commands look at all of them.
"""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ops import topics as kafka_topics
from ops.local.ports import free_port
from ops.prepare import with_database
from ops.topology import SERVICES
from shared.database import Database, fetch
from shared.service import Service
from shared.testing.nursery import Nursery
from shared.testing.system import System
from tests.conftest import FreshDatabase, topics_of

SEAL_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    text: str

    def __contains__(self, words: str) -> bool:
        """Whether these words are in it, whatever the white space between them."""
        return " ".join(words.split()) in " ".join(self.text.split())


@dataclass
class Desk:
    """The installation, and the operator in front of it."""

    system: System
    nursery: Nursery
    databases: dict[str, str] = field(default_factory=dict)
    _topics: set[str] = field(default_factory=set)
    _open: dict[str, Database] = field(default_factory=dict)
    _logs: dict[int, Path] = field(default_factory=dict)

    async def lay_out(self, fresh_database: FreshDatabase) -> None:
        """Databases of all services, and addresses at which nobody answers until they run."""
        for name in with_database():
            self.databases[name] = await fresh_database(name)
        self.system.ports |= {service.name: free_port() for service in SERVICES}

    async def start(self, service: Service, roles: Sequence[str] = ("all",)) -> None:
        """One more process of a service, in this one."""
        await self.make_topics(service)
        await self.system.start(service, self.databases[service.name], roles, seal_key=SEAL_KEY)

    async def halt(self, name: str) -> None:
        """Nobody of that service runs any more, and nobody is connected to its database."""
        for process in self.system.processes.pop(name):
            await process.stop()
        if name in self._open:
            await self._open.pop(name).close()

    async def make_topics(self, service: Service) -> None:
        """The topics that a service hears and writes."""
        topics = sorted(topics_of([service]), key=str)
        self._topics |= {self.system.topic_prefix + topic.name for topic in topics}
        await kafka_topics.apply(self.system.kafka, topics, prefix=self.system.topic_prefix)

    async def elms(self, *words: str, **environment: str) -> Said:
        """Runs the command as a user does: in a process, with this installation's environment."""
        return await self.ended(self.launch(*words, **environment))

    def launch(self, *words: str, **environment: str) -> int:
        """Begins a command that may last; its pid."""
        log = self.system.folder / f"elms-{len(self._logs)}.log"
        pid = self.nursery.bear(self.environment | environment, log, {"words": words})
        self._logs[pid] = log
        return pid

    async def ended(self, pid: int) -> Said:
        """What a command said, when it has ended."""
        while self.nursery.is_alive(pid):  # noqa: ASYNC110  (a fork's end is heard by its parent alone)
            await asyncio.sleep(0.01)
        return Said(self.nursery.dead()[pid], self._logs[pid].read_text())

    @property
    def environment(self) -> dict[str, str]:
        """What names this installation."""
        peers = {name: f"http://127.0.0.1:{port}" for name, port in self.system.ports.items()}
        return {
            "ELMS_KAFKA": self.system.kafka,
            "ELMS_TOPIC_PREFIX": self.system.topic_prefix,
            "ELMS_DATABASES": json.dumps(self.databases),
            "ELMS_PEERS": json.dumps(peers),
            "ELMS_DATA": str(self.system.folder),
            "ELMS_KEYS": str(self.system.folder / "keys"),
            "ELMS_SEAL_KEY": SEAL_KEY,
        }

    async def rows(self, service: str, sql: str, **parameters: Any) -> list[Any]:
        """Rows of a service's database; statements that change it, too."""
        async with self._database(service).begin() as connection:
            return list(await fetch(connection, sql, **parameters))

    def _database(self, service: str) -> Database:
        return self._open.setdefault(service, Database(self.databases[service], 1, frozen_after=60))

    async def close(self) -> None:
        """Stops all that runs, and takes the topics away."""
        await self.system.stop()
        for database in self._open.values():
            await database.close()
        if self._topics:
            await kafka_topics.delete(self.system.kafka, self._topics)


def play(order: dict[str, Any]) -> None:
    """In the forked process: the command, to its end."""
    from ops.cli import main  # noqa: PLC0415

    sys.argv = ["elms", *order["words"]]
    code: Any = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))
