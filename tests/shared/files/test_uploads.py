"""An upload is taken for what its content is, within limits, and read by nobody until it was scanned."""

import asyncio
import io
import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from ops.local.ports import free_port
from shared.errors import Unavailable
from shared.files import Files
from shared.files import uploads as u
from shared.files.scanner import UNSCANNED
from shared.settings import Settings

EICAR = b"what the fake scanner takes for a virus"


def pdf(pages: int, password: str = "") -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        made.add_blank_page()
    made.save(out, encryption=pikepdf.Encryption(user=password, owner=password) if password else False)
    return out.getvalue()


def image(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("1" if kind == "PNG" else "RGB", (30, 20)).save(out, kind)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A few bytes that say they are a picture of that size."""
    png = bytearray(image("PNG"))
    png[16:24] = struct.pack(">II", width, height)
    png[29:33] = struct.pack(">I", zlib.crc32(png[12:29]))
    return bytes(png)


def kept_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("content", "kind", "pages"), [
    (pdf(3), "application/pdf", 3),
    (image("PNG"), "image/png", 1),
    (image("JPEG"), "image/jpeg", 1),
])  # fmt: skip
def test_an_upload_is_what_its_content_shows(content: bytes, kind: str, pages: int) -> None:
    assert u.check_upload(content) == u.Upload(kind, len(content), pages)


@pytest.mark.parametrize(("content", "refusal"), [
    (b"", u.UploadEmpty),
    (b"just text", u.UploadOfAnotherKind),
    (b"PK\3\4" + bytes(100), u.UploadOfAnotherKind),
    (b"MZ" + bytes(100), u.UploadOfAnotherKind),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", u.UploadOfAnotherKind),
    (pdf(1) + bytes(u.MOST_BYTES), u.UploadTooLarge),
    (pdf(u.MOST_PAGES + 1), u.UploadTooLong),
    (pdf(1, password="secret"), u.UploadUnreadable),
    (b"%PDF-1.7\nnothing more", u.UploadUnreadable),
    (image("PNG")[:-20], u.UploadUnreadable),
    (bomb(8000, 8000), u.UploadTooDetailed),
    (bomb(20000, 20000), u.UploadTooDetailed),
])  # fmt: skip
def test_an_upload_is_refused_with_its_field_and_reason(content: bytes, refusal: type[u.UploadRefused]) -> None:
    with pytest.raises(refusal) as caught:
        u.check_upload(content, field="certificate")
    assert caught.value.field == "certificate"
    assert "{" not in str(caught.value)


PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@PATIENT
@given(st.binary(max_size=400), st.sampled_from([b"", b"%PDF-1.4\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"]))
def test_hostile_bytes_are_refused_and_never_crash(content: bytes, head: bytes) -> None:
    with pytest.raises(u.UploadRefused):
        u.check_upload(head + content)


@pytest.fixture
async def clamd() -> AsyncIterator[str]:
    """A fake of ClamAV's daemon that speaks INSTREAM."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            content += await reader.readexactly(size)
        writer.write(b"stream: Eicar-Test FOUND\0" if EICAR in content else b"stream: OK\0")
        writer.close()

    port = free_port()
    server = await asyncio.start_server(answer, "127.0.0.1", port)
    yield f"tcp://127.0.0.1:{port}"
    server.close()


async def test_an_upload_is_readable_only_after_its_scan(tmp_path: Path, clamd: str) -> None:
    settings = Settings(data=tmp_path, scanner=clamd)
    quarantine, files = u.Quarantine(settings), Files(settings)
    sha256 = await quarantine.keep(pdf(2) + bytes(200_000))
    assert not await files.exists(sha256)
    assert (await quarantine.release(sha256)).note == "scanned by ClamAV"
    assert await files.exists(sha256)
    assert (await quarantine.release(sha256)).found == ""


async def test_what_the_scanner_finds_is_deleted(tmp_path: Path, clamd: str) -> None:
    settings = Settings(data=tmp_path, scanner=clamd)
    quarantine = u.Quarantine(settings)
    sha256 = await quarantine.keep(EICAR)
    with pytest.raises(u.UploadInfected, match="Eicar-Test"):
        await quarantine.release(sha256)
    assert not await Files(settings).exists(sha256)
    assert kept_in(tmp_path) == []


async def test_a_scanner_that_is_away_releases_nothing(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, scanner=f"tcp://127.0.0.1:{free_port()}")
    quarantine = u.Quarantine(settings)
    sha256 = await quarantine.keep(b"a certificate")
    with pytest.raises(Unavailable):
        await quarantine.release(sha256)
    assert not await Files(settings).exists(sha256)


async def test_without_a_scanner_a_file_says_that_it_was_not_scanned(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    quarantine = u.Quarantine(settings)
    sha256 = await quarantine.keep(b"a certificate")
    assert (await quarantine.release(sha256)).note == UNSCANNED
    assert await Files(settings).get(sha256) == b"a certificate"
