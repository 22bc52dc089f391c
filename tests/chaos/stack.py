"""The whole system of a chaos run: three brokers, PostgreSQL behind a proxy, and processes by service and role."""

import contextlib
import json
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import psutil
from sqlalchemy.engine import make_url

from ops.local import services
from ops.local.kafka import Kafka
from ops.local.layout import Layout
from ops.local.ports import free_base, free_port
from ops.local.postgres import Postgres
from ops.prepare import Target, prepare, with_database
from ops.topology import SERVICES, service_named
from tests.chaos.playing import Order, nursery_of
from tests.chaos.proxy import Proxy


@dataclass(frozen=True)
class Node:
    """One process: some roles of one service, and the port of its HTTP face."""

    name: str
    service: str
    roles: tuple[str, ...]
    port: int


PLAN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("identity", ("api", "schedule")), ("identity", ("worker",)), ("identity", ("relay",)), ("identity", ("effects",)),
    ("credentials", ("api", "schedule")), ("credentials", ("worker",)), ("credentials", ("worker",)),
    ("credentials", ("relay",)),
    ("renewals", ("api", "schedule")), ("renewals", ("worker",)), ("renewals", ("relay",)),
    ("printing", ("api", "schedule")), ("printing", ("worker",)), ("printing", ("relay",)),
    ("lookup", ("api", "schedule")), ("lookup", ("worker",)),
    ("correspondence", ("api", "schedule")), ("correspondence", ("worker",)), ("correspondence", ("effects",)),
    ("exchange", ("api", "schedule")), ("exchange", ("worker",)), ("exchange", ("relay",)), ("exchange", ("effects",)),
)  # fmt: skip


@dataclass
class Stack:
    """Servers and processes, known by their names; each may be ended, frozen, started again."""

    folder: Path
    layout: Layout = field(init=False)
    kafka: Kafka = field(init=False)
    postgres: Postgres = field(init=False)
    nodes: dict[str, Node] = field(default_factory=dict)
    pids: dict[str, int] = field(default_factory=dict)
    frozen: set[str] = field(default_factory=set)
    bad_handlers: dict[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.layout = Layout(self.folder, free_base((*range(8), 32, *range(92, 98))))
        self.kafka = Kafka.of(self.layout, brokers=3)
        self.postgres = Postgres.of(self.layout)
        self._environments: dict[str, dict[str, str]] = {}

    # ── servers ──────────────────────────────────────────────────────────────────────────────────────────────

    def start_servers(self) -> None:
        """PostgreSQL and the brokers, ready; to be called outside of an event loop."""
        self.layout.claim()
        os.environ["ELMS_DEMO"] = "1"
        self.postgres.launch()
        self.kafka.launch()
        self.postgres.wait_until_ready()
        self.kafka.wait_until_ready()

    async def prepare(self) -> None:
        """Topics, databases, keys; the proxy and the nursery."""
        passwords = {name: self.postgres.password(name) for name in with_database()}
        await prepare(Target(self.kafka.bootstrap, self.postgres.superuser_url, passwords, self.layout.keys, 7))
        self.proxy = Proxy(free_port(), self.postgres.port)
        self.nursery = nursery_of([service.name for service in SERVICES if service.has_database])
        self._environments = services.environments(self.layout, self.kafka, self.postgres)

    def stop_servers(self) -> None:
        """Ends everything; data is forgotten."""
        for name in list(self.pids):
            self.kill(name)
        with contextlib.suppress(AttributeError):
            self.nursery.close()
            self.proxy.close()
        for broker in self.kafka.brokers:
            if process := broker.supervised.process():
                process.send_signal(signal.SIGCONT)
        self.kafka.stop()
        self.postgres.stop()
        self.postgres.forget()

    def url(self, service: str) -> str:
        """The way into a service's database, past the proxy: for who watches."""
        return self.postgres.url(service)

    # ── processes ────────────────────────────────────────────────────────────────────────────────────────────

    def start_all(self) -> None:
        """Every node of the plan."""
        for service, roles in PLAN:
            self.add(service, roles)

    def add(self, service: str, roles: Sequence[str]) -> str:
        """One more node; returns its name, such as `credentials.worker-2`."""
        stem = f"{service}.{roles[0]}"
        count = sum(name.startswith(stem) for name in self.nodes) + 1
        name = stem if count == 1 else f"{stem}-{count}"
        port = self.layout.http_port(service_named(service)) if "api" in roles else free_port()
        self.nodes[name] = Node(name, service, tuple(roles), port)
        self.start(name)
        return name

    def start(self, name: str) -> None:
        """Starts a node unless it runs."""
        if self.is_alive(name):
            return
        node = self.nodes[name]
        url = make_url(self.postgres.url(node.service)).set(port=self.proxy.port)
        told = self._environments[node.service] | {
            "ELMS_DATABASE": url.render_as_string(hide_password=False), "ELMS_PORT": str(node.port),
            "ELMS_LOG_LEVEL": "WARNING", "ELMS_DATABASE_CONNECTIONS": "4",
        }  # fmt: skip
        self.layout.logs.mkdir(parents=True, exist_ok=True)
        order = Order(node.service, node.roles, without=self.without)
        if "worker" in node.roles:
            order = replace(order, bad_handler=self.bad_handlers.get(node.service, ""))
        self.pids[name] = order.born(self.nursery, told, self.layout.logs / f"{name}.log")

    def is_alive(self, name: str) -> bool:
        """Whether its process runs; frozen counts."""
        return name in self.pids and self.nursery.is_alive(self.pids[name])

    def signal(self, name: str, what: signal.Signals) -> None:
        """Sends a signal to a node's process, if it runs."""
        if self.is_alive(name):
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(self.pids[name]).send_signal(what)

    def kill(self, name: str) -> None:
        """kill -9."""
        self.frozen.discard(name)
        self.signal(name, signal.SIGKILL)

    def freeze(self, name: str) -> None:
        self.frozen.add(name)
        self.signal(name, signal.SIGSTOP)

    def wake(self, name: str) -> None:
        self.frozen.discard(name)
        self.signal(name, signal.SIGCONT)

    def of_kind(self, role: str, service: str = "") -> list[str]:
        """The names of the nodes that play a role."""
        return [n.name for n in self.nodes.values() if role in n.roles and service in ("", n.service)]

    def operator(self) -> dict[str, str]:
        """The environment in which `./elms` speaks to this stack."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ELMS_")}
        own = {"ELMS_DATA": str(self.layout.data), "ELMS_PORT_BASE": str(self.layout.port_base), "ELMS_DEMO": "1"}
        return kept | own

    def note(self) -> None:
        """Which processes there are, for whoever looks from outside."""
        (self.folder / "nodes.json").write_text(json.dumps({"pids": self.pids, "at": time.time()}))
