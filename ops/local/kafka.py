"""Real Apache Kafka without Docker: KRaft brokers as plain Java processes, one for the stack, three for chaos."""

import asyncio
import base64
import os
import shutil
import subprocess
import time
import uuid
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from ops.errors import Obstacle
from ops.local.layout import HOST, KAFKA_LIBS, Layout
from ops.local.ports import free_ports, is_listening, require_free_port
from ops.local.processes import Supervised, process_with_argument

_LOGGING = Path(__file__).with_name("log4j2.properties")
_MEMORY = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms128m", "-Xmx512m")
_START_SECONDS = 60.0


@dataclass(frozen=True)
class Kafka:
    """A cluster of `len(ports) / 2` brokers in one folder; each broker is also a controller."""

    home: Path
    ports: tuple[int, ...]  # broker 1, controller 1, broker 2, controller 2, …
    pids: Path
    logs: Path

    @classmethod
    def of(cls, layout: Layout, *, brokers: int = 1) -> "Kafka":
        """The cluster of a local stack."""
        ports = tuple(range(layout.kafka_port, layout.kafka_port + 2 * brokers))
        return cls(layout.data / "kafka", ports, layout.pids, layout.logs)

    @classmethod
    def on_free_ports(cls, folder: Path, *, brokers: int = 1) -> "Kafka":
        """A cluster for tests."""
        return cls(folder / "kafka", tuple(free_ports(2 * brokers)), folder / "run", folder / "logs")

    @property
    def bootstrap(self) -> str:
        """The brokers' addresses, as every Kafka client takes them."""
        return ",".join(f"{HOST}:{broker.port}" for broker in self.brokers)

    @cached_property
    def brokers(self) -> tuple["Broker", ...]:
        """The cluster's members, numbered from 1."""
        return tuple(Broker(self, number) for number in range(1, len(self.ports) // 2 + 1))

    @cached_property
    def cluster_id(self) -> str:
        """The id given to this cluster when it was first formatted."""
        noted = self.home / "cluster-id"
        if not noted.exists():
            self.home.mkdir(parents=True, exist_ok=True)
            # "k" first: an id that began with "-" would be read as an option
            noted.write_text("k" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")[1:])
        return noted.read_text()

    @property
    def is_running(self) -> bool:
        """Whether every broker's process is there."""
        return all(broker.supervised.process() for broker in self.brokers)

    def launch(self) -> None:
        """Start what is not running, without waiting."""
        for broker in self.brokers:
            broker.launch()

    def wait_until_ready(self) -> None:
        """Return when the cluster answers with all its brokers; Obstacle after a minute or when one has ended."""
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            for broker in self.brokers:
                broker.supervised.require_alive()
            if time.monotonic() > deadline:
                raise Obstacle(f"Kafka did not answer within {_START_SECONDS:.0f} s; see its log in {self.logs}.")
            time.sleep(0.2)

    def _answers(self) -> bool:
        """Whether every broker is in the metadata; the client is asked only once the ports are open."""
        if not all(is_listening(broker.port) for broker in self.brokers):
            return False
        return asyncio.run(_brokers_seen(self.bootstrap)) == len(self.brokers)

    def stop(self) -> None:
        """Stop all brokers gracefully: ask each first, then wait for each."""
        for broker in self.brokers:
            broker.supervised.ask_to_stop()
        for broker in self.brokers:
            broker.supervised.stop()


@dataclass(frozen=True)
class Broker:
    """One broker and controller of a cluster."""

    cluster: Kafka
    number: int

    @property
    def port(self) -> int:
        """Where clients reach it."""
        return self.cluster.ports[2 * self.number - 2]

    @property
    def controller_port(self) -> int:
        """Where the other controllers reach it."""
        return self.cluster.ports[2 * self.number - 1]

    @property
    def supervised(self) -> Supervised:
        """Its process."""
        name = "kafka" if len(self.cluster.brokers) == 1 else f"kafka-{self.number}"
        return Supervised(name, self.cluster.pids / f"{name}.json", self.cluster.logs / f"{name}.log")

    @property
    def folder(self) -> Path:
        """Where its records lie."""
        return self.cluster.home / f"broker-{self.number}"

    @property
    def _properties(self) -> Path:
        return self.cluster.home / f"broker-{self.number}.properties"

    def launch(self) -> None:
        """Start it unless it runs; format its folder the first time."""
        if self.supervised.process() is not None or self._adopt_left_over():
            return
        require_free_port(self.port, "Kafka")
        require_free_port(self.controller_port, "Kafka's controller")
        if not self.folder.exists():
            self._format()
        properties = self._write_properties(self.folder)
        self.supervised.start([*_java(), *_MEMORY, "kafka.Kafka", str(properties)])

    def _adopt_left_over(self) -> bool:
        """Take over a broker of this very folder whose pid file was lost."""
        left_over = process_with_argument(str(self._properties))
        if left_over is not None:
            self.supervised.adopt(left_over)
        return left_over is not None

    def _format(self) -> None:
        """Format beside and move into place, so that a killed run leaves nothing half-made."""
        fresh = self.folder.with_suffix(".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        properties = self._write_properties(fresh)
        identity = ("-t", self.cluster.cluster_id, "-c", str(properties))
        command = [*_java(), "kafka.tools.StorageTool", "format", *identity]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Obstacle(f"Kafka's folder could not be formatted: {done.stdout}{done.stderr}")
        fresh.rename(self.folder)

    def _write_properties(self, folder: Path) -> Path:
        self._properties.write_text("".join(f"{key}={value}\n" for key, value in self._settings(folder).items()))
        return self._properties

    def _settings(self, folder: Path) -> dict[str, object]:
        members = self.cluster.brokers
        copies = min(3, len(members))
        return {
            "node.id": self.number,
            "process.roles": "broker,controller",
            "controller.quorum.voters": ",".join(f"{m.number}@{HOST}:{m.controller_port}" for m in members),
            "controller.listener.names": "CONTROLLER",
            "listeners": f"PLAINTEXT://{HOST}:{self.port},CONTROLLER://{HOST}:{self.controller_port}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": folder,
            "auto.create.topics.enable": "false",
            "default.replication.factor": copies,
            "min.insync.replicas": max(1, copies - 1),
            "offsets.topic.replication.factor": copies,
            "transaction.state.log.replication.factor": copies,
            "transaction.state.log.min.isr": max(1, copies - 1),
            "share.coordinator.state.topic.replication.factor": copies,
            "share.coordinator.state.topic.min.isr": max(1, copies - 1),
            "group.initial.rebalance.delay.ms": 0,
            # A broker that was killed may come back only when its former self is given up: the default is 9 s.
            "broker.session.timeout.ms": 5000,
            "broker.heartbeat.interval.ms": 1000,
            # Sizes for one machine: the defaults are a data centre's, and the cleaner alone would take 128 MB.
            "offsets.topic.num.partitions": 6,
            "transaction.state.log.num.partitions": 3,
            "share.coordinator.state.topic.num.partitions": 3,
            "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
            "num.network.threads": 2,
            "num.io.threads": 4,
        }


def _java() -> list[str]:
    """The Java command with Kafka's jars; Obstacle where either is missing."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin" if home else None) or shutil.which("java")
    if java is None:
        raise Obstacle("Kafka needs Java 17 or later, and there is no `java` on this machine's PATH.")
    if not any(KAFKA_LIBS.glob("kafka_*.jar")):
        raise Obstacle(f"Kafka's jars are not in {KAFKA_LIBS}; `make kafka` fetches them.")
    return [java, f"-Dlog4j2.configurationFile={_LOGGING}", "-cp", f"{KAFKA_LIBS}/*"]


async def _brokers_seen(bootstrap: str) -> int:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=2000)
    try:
        await admin.start()
        return len((await admin.describe_cluster())["brokers"])
    except (KafkaError, OSError):
        return 0
    finally:
        await admin.close()
