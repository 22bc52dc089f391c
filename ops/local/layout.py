"""Where the local stack keeps its files and which ports it uses, both settable through the environment."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from ops.errors import Obstacle
from ops.topology import DEFAULT_PORT_BASE, KAFKA_OFFSET, POSTGRES_OFFSET, Service

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools"
KAFKA_LIBS = TOOLS / "kafka" / "libs"
HOST = "127.0.0.1"
_MARKER = ".elms"


@dataclass(frozen=True)
class Layout:
    """One stack's folder and ports; two stacks with different ones run side by side."""

    data: Path
    port_base: int

    @classmethod
    def from_environment(cls) -> "Layout":
        """From `ELMS_DATA` (default: .data beside the code) and `ELMS_PORT_BASE` (default: 18000)."""
        data = Path(os.environ.get("ELMS_DATA") or ROOT / ".data")
        text = os.environ.get("ELMS_PORT_BASE") or str(DEFAULT_PORT_BASE)
        if not text.isdecimal() or not 1024 <= int(text) <= 65000:
            raise Obstacle(f"ELMS_PORT_BASE must be a number from 1024 to 65000, not {text!r}.")
        return cls(data=data.resolve(), port_base=int(text))

    def claim(self) -> None:
        """Make the folder ours; Obstacle where it holds something else, for `clean` removes all of it."""
        marker = self.data / _MARKER
        if not marker.exists():
            if self.data != ROOT / ".data" and self.data.exists() and any(self.data.iterdir()):
                raise Obstacle(f"{self.data} holds other files; set ELMS_DATA to a folder that is new or empty.")
            self.data.mkdir(parents=True, exist_ok=True)
            marker.touch()

    def forget(self) -> None:
        """Remove the folder, if it is ours."""
        if (self.data / _MARKER).exists():
            shutil.rmtree(self.data)

    @property
    def kafka_port(self) -> int:
        """The port of the first broker."""
        return self.port_base + KAFKA_OFFSET

    @property
    def postgres_port(self) -> int:
        """The port of the database server."""
        return self.port_base + POSTGRES_OFFSET

    @property
    def logs(self) -> Path:
        """One file per process."""
        return self.data / "logs"

    @property
    def pids(self) -> Path:
        """One pid file per process."""
        return self.data / "run"

    @property
    def keys(self) -> Path:
        """The services' private keys, and everybody's public ones."""
        return self.data / "keys"

    def http_port(self, service: Service) -> int:
        """The port of a service's HTTP face."""
        return self.port_base + service.port_offset

    def address(self, service: Service) -> str:
        """The address of a service's HTTP face."""
        return f"http://{HOST}:{self.http_port(service)}"
