"""A contender of several processes, one a service: the first one starts the others, and they end with it."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def family(module: str, services: Sequence[str]) -> Iterator[None]:
    """Runs the module once more for each of these services, until the context ends."""
    children = [subprocess.Popen([sys.executable, "-m", module, name], stdin=subprocess.DEVNULL) for name in services]
    try:
        yield
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(20)


async def until_stopped() -> None:
    """Returns when the process is asked to stop."""
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    await stopping.wait()
