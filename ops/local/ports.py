"""TCP ports of this machine: which are taken, and by whom, and free ones that stay ours until we bind them.

A port that the kernel chooses (port 0) is from the range out of which every outgoing connection takes one, too:
between asking and binding it is gone now and then. So free ports are taken from below that range, and each is
reserved by the lock of a file, which ends with the process that asked.
"""

import fcntl
import os
import random
import socket
import tempfile
from collections.abc import Collection
from itertools import islice
from pathlib import Path

import psutil

from ops.errors import Obstacle
from ops.local.layout import HOST

SINGLE = range(24_000, 28_000)
BASES = range(28_000, 32_500, 250)
_reserved: list[int] = []
"""The open files whose locks reserve what this process was given."""


def free_port() -> int:
    """A port that nobody listens on, and that no other process of ours is given while this one runs."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """That many free ports. Raises OSError when there are none left."""
    candidates = random.sample(SINGLE, len(SINGLE))
    found = list(islice((port for port in candidates if _reserve(port) and is_free(port)), count))
    if len(found) < count:
        raise OSError("no free ports")
    return found


def free_base(offsets: Collection[int]) -> int:
    """A base of ports for a whole stack, with these offsets free. Raises OSError when there is none left."""
    for base in random.sample(BASES, len(BASES)):
        if _reserve(base) and all(is_free(base + offset) for offset in offsets):
            return base
    raise OSError("no free range of ports")


def is_free(port: int) -> bool:
    """Whether a server could listen on it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def is_listening(port: int) -> bool:
    """Whether something accepts connections on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((HOST, port)) == 0


def require_free_port(port: int, purpose: str) -> None:
    """Raise Obstacle, naming the holder where it can be seen, if something listens on the port."""
    if not is_free(port):
        raise Obstacle(
            f"Port {port}, needed by {purpose}, is taken by {_holder_of(port)}. "
            "Stop that program, or choose other ports: ELMS_PORT_BASE=28000 make …"
        )


def _reserve(port: int) -> bool:
    folder = Path(tempfile.gettempdir()) / f"elms-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    file = os.open(folder / str(port), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        return False
    _reserved.append(file)
    return True


def _holder_of(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.laddr and connection.laddr.port == port and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass
    return "another program"
