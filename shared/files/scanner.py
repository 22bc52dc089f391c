"""The virus scanner: ClamAV's INSTREAM over TCP where `ELMS_SCANNER` names one; none otherwise, and files say so."""

import asyncio
import struct
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from shared.errors import Unavailable
from shared.settings import Settings

CHUNK = 64 << 10
PATIENCE = 30.0
"""Seconds until a scanner that does not answer counts as away."""
UNSCANNED = "not scanned: no scanner configured"


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scanner says: the name of what it found (empty: nothing), and how it was looked at."""

    found: str = ""
    note: str = ""


class Scanner(Protocol):
    """Something that looks into a file. Raises `Unavailable` when it cannot."""

    async def scan(self, content: bytes) -> Scan: ...


class NoScanner:
    """Where none is configured: says so, on every file."""

    async def scan(self, content: bytes) -> Scan:
        return Scan(note=UNSCANNED)


@dataclass(frozen=True, slots=True)
class ClamAV:
    """clamd, reached by TCP: `zINSTREAM`, chunks behind their length, an empty one, and an answer."""

    host: str
    port: int

    async def scan(self, content: bytes) -> Scan:
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._ask(content)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise Unavailable(service="scanner") from error
        verdict = answer.removeprefix("stream: ")
        if verdict == "OK":
            return Scan(note="scanned by ClamAV")
        if verdict.endswith(" FOUND"):
            return Scan(found=verdict.removesuffix(" FOUND"), note="scanned by ClamAV")
        raise Unavailable(service="scanner", answer=verdict[:200])

    async def _ask(self, content: bytes) -> str:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                chunk = content[start : start + CHUNK]
                writer.write(struct.pack(">I", len(chunk)) + chunk)
                await writer.drain()
            writer.write(struct.pack(">I", 0))
            await writer.drain()
            return (await reader.readuntil(b"\0")).rstrip(b"\0").decode(errors="replace").strip()
        finally:
            writer.close()


def scanner_of(settings: Settings) -> Scanner:
    """The scanner that the settings name."""
    if not settings.scanner:
        return NoScanner()
    address = urlsplit(settings.scanner)
    return ClamAV(address.hostname or "127.0.0.1", address.port or 3310)
