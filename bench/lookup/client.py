"""Somebody who asks over HTTP, over connections that stay open, each question after the answer to the last."""

import asyncio
import time
from collections.abc import Callable, Iterable

CONNECTIONS = 32
"""So many ask at once: each program is as busy as it can be."""


class WrongAnswer(Exception):
    """An answer that is none."""


async def ask_all(port: int, paths: Iterable[str], right: Callable[[str, bytes], bool]) -> list[float]:
    """Asks for all paths; the milliseconds until each answer. Raises `WrongAnswer` where one is not right."""
    left = iter(paths)
    taken: list[float] = []

    async def ask() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for path in left:
                began = time.perf_counter()
                status, body = await _ask(reader, writer, path)
                taken.append((time.perf_counter() - began) * 1000)
                if status != 200 or not right(path, body):
                    raise WrongAnswer(f"{path}: {status} {body[:200]!r}")
        finally:
            writer.close()

    await asyncio.gather(*(ask() for _ in range(CONNECTIONS)))
    return taken


async def answers(port: int, path: str) -> bool:
    """Whether somebody answers there already."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        status, _ = await _ask(reader, writer, path)
        writer.close()
    except (OSError, asyncio.IncompleteReadError):
        return False
    return status == 200


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> tuple[int, bytes]:
    writer.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = head.partition(b"\r\ncontent-length: ")[2].partition(b"\r\n")[0]
    body = await reader.readexactly(int(length)) if length else await _chunks(reader)
    return int(head[9:12]), body


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body
