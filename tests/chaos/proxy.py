"""A TCP proxy in a process of its own, between the services and PostgreSQL: cuts connections, delays what passes.

`python -m tests.chaos.proxy LISTEN_PORT TARGET_PORT` obeys lines on its standard input: `delay 0.05`, `cut`,
`black-hole` (nothing passes, nobody is told), `heal`.
"""

import asyncio
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

from ops.local.layout import HOST
from shared.testing.nursery import ROOT

CHUNK = 65_536


@dataclass
class Passing:
    """What becomes of what passes, at this moment."""

    delay: float = 0.0
    passes: asyncio.Event = field(default_factory=asyncio.Event)
    writers: set[asyncio.StreamWriter] = field(default_factory=set)

    def obey(self, line: str) -> None:
        """Does what a line says."""
        word, _, number = line.partition(" ")
        if word == "delay":
            self.delay = float(number)
        elif word == "cut":
            for writer in list(self.writers):
                writer.transport.abort()
        elif word == "black-hole":
            self.passes.clear()
        elif word == "heal":
            self.delay = 0.0
            self.passes.set()


async def serve(port: int, target: int) -> None:
    """Listens until the standard input ends."""
    passing = Passing()
    passing.passes.set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there = await asyncio.open_connection(HOST, target)
        except OSError:
            writer.transport.abort()
            return
        passing.writers |= {writer, there[1]}
        try:
            await asyncio.gather(pump(reader, there[1], passing), pump(there[0], writer, passing))
        finally:
            passing.writers -= {writer, there[1]}

    server = await asyncio.start_server(accept, HOST, port)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    async with server:
        while line := await lines.readline():
            passing.obey(line.decode().strip())


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passing: Passing) -> None:
    """Passes one direction on, until either side ends."""
    try:
        while chunk := await reader.read(CHUNK):
            if passing.delay:
                await asyncio.sleep(passing.delay)
            await passing.passes.wait()
            writer.write(chunk)
            await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


class Proxy:
    """The proxy, as its owner commands it."""

    def __init__(self, port: int, target: int) -> None:
        self.port = port
        self._process: subprocess.Popen[Any] = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.proxy", str(port), str(target)],
            stdin=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True,
        )  # fmt: skip

    def say(self, line: str) -> None:
        """Gives one order."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def close(self) -> None:
        """Ends it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
