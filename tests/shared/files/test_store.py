"""Files are kept by the hash of their content: whole, once, and under no other name."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.files import Files, FileUnknown
from shared.settings import Settings

CONTENT = b"An official document" * 200_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(params=["folder", "object store"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    (tmp_path / "bucket").mkdir()
    url = f"file://{tmp_path}/bucket" if request.param == "object store" else ""
    if url:
        (tmp_path / "bucket" / "files").mkdir()
    return Files(Settings(data=tmp_path, files=url))


async def in_pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 65_521):
        yield content[start : start + 65_521]


def kept_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_what_is_put_is_found_under_its_hash(files: Files) -> None:
    assert await files.put(CONTENT) == await files.put(in_pieces(CONTENT)) == SHA256
    assert await files.exists(SHA256)
    assert await files.get(SHA256) == CONTENT
    assert await files.part(SHA256, 100, 50) == CONTENT[100:150]
    assert await files.part(SHA256, len(CONTENT) - 5, 50) == CONTENT[-5:]


async def test_the_empty_file_is_a_file(files: Files) -> None:
    assert await files.get(await files.put(b"")) == b""


async def test_what_was_never_put_is_unknown(files: Files) -> None:
    assert not await files.exists(SHA256)
    with pytest.raises(FileUnknown):
        await files.get(SHA256)


async def test_deleting_twice_is_harmless(files: Files) -> None:
    await files.put(CONTENT)
    await files.delete(SHA256)
    await files.delete(SHA256)
    assert not await files.exists(SHA256)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", SHA256 + "/..", SHA256.upper(), "a" * 63, f"{SHA256}\n"])
async def test_only_a_hash_is_ever_part_of_a_path(files: Files, name: str) -> None:
    for ask in (files.get, files.exists, files.delete):
        with pytest.raises(FileUnknown):
            await ask(name)


async def test_a_stream_that_breaks_leaves_nothing(files: Files, tmp_path: Path) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield CONTENT
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await files.put(breaking())
    assert kept_in(tmp_path) == []


async def test_the_same_content_put_by_many_at_once_is_one_file(files: Files, tmp_path: Path) -> None:
    assert set(await asyncio.gather(*(files.put(CONTENT) for _ in range(8)))) == {SHA256}
    assert len(kept_in(tmp_path)) == 1
