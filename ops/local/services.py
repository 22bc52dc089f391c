"""The services of the local stack: one process each with all its roles, forked from one that imported everything.

Forking shares what importing brought into memory, and imports once instead of eight times: see
docs/decisions for the figures. The launcher itself (ops/local/launcher.py) ends as soon as all are forked.
"""

import base64
import importlib.util
import json
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ops.errors import Obstacle
from ops.local.kafka import Kafka
from ops.local.layout import ROOT, Layout
from ops.local.ports import require_free_port
from ops.local.postgres import Postgres
from ops.local.private import Secrets
from ops.local.processes import Supervised
from ops.topology import SERVICES, Service

_READY_SECONDS = 120.0


@dataclass(frozen=True)
class Running:
    """One service of the local stack."""

    service: Service
    layout: Layout

    @property
    def name(self) -> str:
        """The service's name."""
        return self.service.name

    @property
    def supervised(self) -> Supervised:
        """Its process."""
        return Supervised(self.name, self.layout.pids / f"{self.name}.json", self.layout.logs / f"{self.name}.log")

    @property
    def address(self) -> str:
        """Its HTTP face."""
        return self.layout.address(self.service)

    def is_ready(self) -> bool:
        """Whether it says itself that it can work."""
        try:
            with urllib.request.urlopen(f"{self.address}/health/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False


def of(layout: Layout) -> list[Running]:
    """The services whose wiring (`services/<name>/app.py`) exists."""
    return [Running(service, layout) for service in SERVICES if _is_written(service)]


class Loading:
    """Services that do not run yet, while one process imports what they need: the servers start meanwhile."""

    def __init__(self, services: Sequence[Running]) -> None:
        self._idle = [running for running in services if running.supervised.process() is None]
        for running in self._idle:
            require_free_port(running.layout.http_port(running.service), f"the service {running.name}")
        self._launcher = self._start_importing() if self._idle else None

    def launch(self, environment: dict[str, dict[str, str]]) -> None:
        """Fork each with the environment under its name; Obstacle where they cannot be imported."""
        if self._launcher is None:
            return
        orders = [_order(running, environment[running.name]) for running in self._idle]
        answer, errors = self._launcher.communicate(json.dumps(orders))
        if self._launcher.returncode:
            raise Obstacle(f"The services could not be loaded:\n{errors.strip()}")
        pids: dict[str, int] = json.loads(answer)
        for running in self._idle:
            running.supervised.adopt(pids[running.name])

    def _start_importing(self) -> "subprocess.Popen[str]":
        """The launcher ends by itself, unheard, when we end before we have given it orders."""
        return subprocess.Popen(
            [sys.executable, "-m", "ops.local.launcher", *(running.name for running in self._idle)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )


def wait_until_ready(services: Sequence[Running]) -> None:
    """Return when each says it is ready; Obstacle when one has ended or none of that happens within two minutes."""
    deadline = time.monotonic() + _READY_SECONDS
    waiting = list(services)
    while waiting := [running for running in waiting if not running.is_ready()]:
        for running in waiting:
            running.supervised.require_alive()
        if time.monotonic() > deadline:
            raise Obstacle("\n".join(f"{each.name} is not ready; see {each.supervised.log}" for each in waiting))
        time.sleep(0.1)


def stop(services: Sequence[Running]) -> None:
    """Ask all to stop, then wait for each."""
    for running in services:
        running.supervised.ask_to_stop()
    for running in services:
        running.supervised.stop()


def environments(layout: Layout, kafka: Kafka, postgres: Postgres) -> dict[str, dict[str, str]]:
    """What each service is told; a database's address only to the service whose it is."""
    common = {
        "ELMS_KAFKA": kafka.bootstrap,
        "ELMS_PORT_BASE": str(layout.port_base),
        "ELMS_DATA": str(layout.data),
        "ELMS_KEYS": str(layout.keys),
        "ELMS_SEAL_KEY": Secrets(layout.data / "secrets.json").get("seal", _key_of_32_bytes),
        "ELMS_DEMO": os.environ.get("ELMS_DEMO", "1"),
    }
    return {
        service.name: common | ({"ELMS_DATABASE": postgres.url(service.name)} if service.has_database else {})
        for service in SERVICES
    }


def _key_of_32_bytes() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _order(running: Running, environment: dict[str, str]) -> dict[str, object]:
    log: Path = running.supervised.log
    log.parent.mkdir(parents=True, exist_ok=True)
    roles = [role.value for role in running.service.roles]
    return {"service": running.name, "roles": roles, "environment": environment, "log": str(log)}


def _is_written(service: Service) -> bool:
    try:
        return importlib.util.find_spec(f"services.{service.name}.app") is not None
    except ModuleNotFoundError:
        return False
