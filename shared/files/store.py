"""`Files`: bytes in, their SHA-256 out. A folder by default, an S3-compatible store where `ELMS_FILES` names one.

A file appears whole under its hash or not at all: it is written beside its place, flushed to the disk, and renamed.
Nothing but a hash is ever part of a path, so no name that a stranger chose reaches the file system.
"""

import asyncio
import hashlib
import os
import re
import uuid
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import obstore
from obstore.store import from_url

from shared.errors import NotFound
from shared.settings import Settings

CHUNK = 1 << 20
"""Bytes that are read at once."""
HASH = re.compile(r"[0-9a-f]{64}")


class FileUnknown(NotFound):
    """No file has this hash. Raised with `sha256`."""

    text = "There is no file {sha256}."


class Files:
    """The files of one room (`files`, `quarantine`, …) of an installation."""

    def __init__(self, settings: Settings, room: str = "files") -> None:
        self.folder = settings.data / room
        self._store: Any = from_url(f"{settings.files.rstrip('/')}/{room}") if settings.files else None

    async def put(self, content: bytes | AsyncIterable[bytes]) -> str:
        """Keeps the content, whole and for good; returns its SHA-256 in hex. The same content twice is kept once."""
        async with self._staged(content) as (staged, sha256):
            if self._store is None:
                await asyncio.to_thread(_move, staged, self.folder / path_of(sha256))
            else:
                await obstore.put_async(self._store, path_of(sha256), staged)
        return sha256

    async def get(self, sha256: str) -> bytes:
        """The whole content. Raises `FileUnknown`."""
        return b"".join([chunk async for chunk in self.read(sha256)])

    async def read(self, sha256: str) -> AsyncIterator[bytes]:
        """The content in chunks of at most a few megabytes. Raises `FileUnknown`."""
        path = path_of(sha256)
        try:
            if self._store is not None:
                async for part in (await obstore.get_async(self._store, path)).stream(min_chunk_size=CHUNK):
                    yield bytes(part)
                return
            with await asyncio.to_thread((self.folder / path).open, "rb") as file:
                while chunk := await asyncio.to_thread(file.read, CHUNK):
                    yield chunk
        except FileNotFoundError as error:
            raise FileUnknown(sha256=sha256) from error

    async def part(self, sha256: str, start: int, length: int) -> bytes:
        """At most `length` bytes from `start` on: for work that goes on where it stopped. Raises `FileUnknown`."""
        path = path_of(sha256)
        try:
            if self._store is not None:
                return bytes(await obstore.get_range_async(self._store, path, start=start, length=length))
            return await asyncio.to_thread(_part, self.folder / path, start, length)
        except FileNotFoundError as error:
            raise FileUnknown(sha256=sha256) from error

    async def exists(self, sha256: str) -> bool:
        """Whether the content is kept here."""
        path = path_of(sha256)
        if self._store is None:
            return await asyncio.to_thread((self.folder / path).is_file)
        try:
            await obstore.head_async(self._store, path)
        except FileNotFoundError:
            return False
        return True

    async def delete(self, sha256: str) -> None:
        """Forgets the content: retention has ended, or a scanner said no. Forgetting twice is harmless."""
        path = path_of(sha256)
        if self._store is None:
            await asyncio.to_thread((self.folder / path).unlink, missing_ok=True)
        elif await self.exists(sha256):
            await obstore.delete_async(self._store, path)

    @asynccontextmanager
    async def _staged(self, content: bytes | AsyncIterable[bytes]) -> AsyncIterator[tuple[Path, str]]:
        """The content in a file beside its place, and its hash; the file is gone afterwards."""
        staged = self.folder / "incoming" / uuid.uuid4().hex
        await asyncio.to_thread(staged.parent.mkdir, parents=True, exist_ok=True)
        digest = hashlib.sha256()
        try:
            with await asyncio.to_thread(staged.open, "xb") as file:
                async for chunk in _chunks(content):
                    digest.update(chunk)
                    await asyncio.to_thread(file.write, chunk)
                file.flush()
                await asyncio.to_thread(os.fsync, file.fileno())
            yield staged, digest.hexdigest()
        finally:
            await asyncio.to_thread(staged.unlink, missing_ok=True)


def path_of(sha256: str) -> str:
    """Where a hash's content lies. Raises `FileUnknown` for what is no hash, so that no other path can be named."""
    if not HASH.fullmatch(sha256):
        raise FileUnknown(sha256=repr(sha256[:80]))
    return f"{sha256[:2]}/{sha256}"


async def _chunks(content: bytes | AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    async for chunk in content:
        yield chunk


def _part(path: Path, start: int, length: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(length)


def _move(staged: Path, place: Path) -> None:
    """Renames the file into its place, and has the folder's entry on the disk before it counts as kept."""
    place.parent.mkdir(parents=True, exist_ok=True)
    staged.replace(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
