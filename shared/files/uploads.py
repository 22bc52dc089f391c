"""Uploads: what people hand in is measured and looked into before it is kept, and scanned before it is shown.

upload = check_upload(content, allowed=DOCUMENTS)       refused, or what it truly is
await Quarantine(settings).keep(content)                nobody can read it yet
scan = await Quarantine(settings).release(sha256)       an effect: scanned, then among the files
"""

import io
import warnings
from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

import pikepdf
import puremagic
from PIL import Image

from shared.errors import Refused
from shared.files.scanner import Scan, scanner_of
from shared.files.store import Files
from shared.settings import Settings

DOCUMENTS = ("application/pdf", "image/jpeg", "image/png")
"""What certificates, transcripts and letters come as."""
NAMES = dict(zip(DOCUMENTS, ("PDF", "JPEG", "PNG"), strict=True)) | {"application/octet-stream": "of no known kind"}
"""What people call them."""
MEGABYTE = 1 << 20
MOST_BYTES = 10 * MEGABYTE
MOST_PAGES = 50
MOST_PIXELS = 40_000_000
"""Of an image: a page of letter size at 600 dots an inch has 33.7 million."""


class UploadRefused(Refused):
    """An upload cannot be taken. `field` is the form's field."""

    field: ClassVar[str] = "file"  # type: ignore[misc]


class UploadEmpty(UploadRefused):
    text = "The file is empty."


class UploadTooLarge(UploadRefused):
    """Data: size and most, in megabytes, rounded up."""

    text = "{size} MB is too big; choose a file up to {most} MB."

    @classmethod
    def of(cls, size: int, field: str = "file") -> "UploadTooLarge":
        """For a file of so many bytes."""
        return cls(field, size=-(-size // MEGABYTE), most=MOST_BYTES // MEGABYTE)


class UploadOfAnotherKind(UploadRefused):
    text = "This file is {found}; choose one of these: {allowed}."


class UploadUnreadable(UploadRefused):
    text = "The file says that it is {kind}, but cannot be read as such."


class UploadTooLong(UploadRefused):
    text = "The document has {pages} pages; at most {most} are taken."


class UploadTooDetailed(UploadRefused):
    text = "The image has {pixels} pixels; at most {most} are taken."


class UploadInfected(UploadRefused):
    text = "The scanner found {found} in the file; it was deleted."


@dataclass(frozen=True, slots=True)
class Upload:
    """What an upload truly is, whatever its name says. `pages` is 1 for an image."""

    media_type: str
    size: int
    pages: int


def check_upload(content: bytes, allowed: Collection[str] = DOCUMENTS, *, field: str = "file") -> Upload:
    """Looks into an upload. Raises an `UploadRefused` that names the field and the reason."""
    if not content:
        raise UploadEmpty(field)
    if len(content) > MOST_BYTES:
        raise UploadTooLarge.of(len(content), field)
    kind = sniff(content)
    if kind not in allowed:
        raise UploadOfAnotherKind(field, found=_named(kind), allowed=", ".join(map(_named, allowed)))
    pages = _pages_of_pdf(content, field) if kind == "application/pdf" else _check_image(content, kind, field)
    return Upload(kind, len(content), pages)


def sniff(content: bytes) -> str:
    """The media type that the content itself shows; `application/octet-stream` when it shows none."""
    try:
        found = puremagic.magic_string(content)
    except (puremagic.PureError, ValueError):
        return "application/octet-stream"
    return next((match.mime_type for match in found if match.mime_type), "application/octet-stream")


def _named(kind: str) -> str:
    return NAMES.get(kind, kind)


def _pages_of_pdf(content: bytes, field: str) -> int:
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            pages = len(document.pages)
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, RuntimeError) as error:
        raise UploadUnreadable(field, kind="a PDF") from error
    if pages > MOST_PAGES:
        raise UploadTooLong(field, pages=pages, most=MOST_PAGES)
    return pages


def _check_image(content: bytes, kind: str, field: str) -> int:
    """Reads the size before a pixel is unpacked, then checks the whole."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as image:
                pixels, found = image.width * image.height, image.get_format_mimetype()
                image.verify()
    except Image.DecompressionBombError as error:
        raise UploadTooDetailed(field, pixels="far too many", most=MOST_PIXELS) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise UploadUnreadable(field, kind=kind) from error
    if found != kind:
        raise UploadUnreadable(field, kind=kind)
    if pixels > MOST_PIXELS:
        raise UploadTooDetailed(field, pixels=pixels, most=MOST_PIXELS)
    return 1


class Quarantine:
    """Where an upload waits until it is scanned. Nothing serves files from here."""

    def __init__(self, settings: Settings) -> None:
        self._waiting = Files(settings, "quarantine")
        self._released = Files(settings)
        self._scanner = scanner_of(settings)

    async def keep(self, content: bytes) -> str:
        """Keeps an upload out of everybody's reach; returns its SHA-256."""
        return await self._waiting.put(content)

    async def forget(self, sha256: str) -> None:
        """Forgets an upload that nobody waits for any more."""
        await self._waiting.delete(sha256)

    async def release(self, sha256: str) -> Scan:
        """Scans an upload and puts it among the files. May be repeated after a kill.

        Raises `UploadInfected` (the upload is deleted), `Unavailable` (the scanner is away), `FileUnknown`.
        """
        if not await self._waiting.exists(sha256) and await self._released.exists(sha256):
            return Scan(note="released before")
        content = await self._waiting.get(sha256)
        scan = await self._scanner.scan(content)
        if not scan.found:
            await self._released.put(content)
        await self._waiting.delete(sha256)
        if scan.found:
            raise UploadInfected(found=scan.found)
        return scan
