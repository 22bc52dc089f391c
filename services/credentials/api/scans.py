"""Scans: handed in as the body of a post, read as attachments by their educator and by those who decide."""

import asyncio
import hashlib
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import StreamingResponse

from services.credentials.api.educators import me
from services.credentials.commands import entries, scanning
from services.credentials.queries import scans as queries
from services.credentials.queries.answers import ScanShown
from services.credentials.store.scans import Scan
from shared.files import Files
from shared.files.uploads import MOST_BYTES, Quarantine, UploadTooLarge, check_upload
from shared.ids import named_id, new_id
from shared.web.asked import Asked, AskedRequest

router = APIRouter(tags=["scans"])

Name = Annotated[str, Query(max_length=200, description="What its owner calls the file")]


@router.post("/scans", status_code=201, summary="Hand a scan in: PDF, JPEG or PNG; the body is the file")
async def post_scan(request: Request, asked: Asked, name: Name = "") -> ScanShown:
    """Nobody can read it before it is scanned. With an `Idempotency-Key` the same request is the same scan."""
    by = await me(asked)
    content = await _content(request)
    upload = await asyncio.to_thread(check_upload, content)
    sha256 = hashlib.sha256(content).hexdigest()
    async with asked.runtime.work(actor=str(by)) as work:
        scan = Scan(
            scan_id=_scan_id(asked, by), person_id=by, credit_id=None, name=_plain(name),
            media_type=upload.media_type, bytes=upload.size, pages=upload.pages, sha256=sha256,
            state="waiting", note="", uploaded_at=work.now,
        )  # fmt: skip
        kept = await scanning.keep_scan(work, scan, content, Quarantine(asked.runtime.settings))
    return queries.scan_shown(kept)


@router.put("/credits/{credit_id}/scans/{scan_id}", status_code=204, summary="Add a scan to a credit that is recorded")
async def add_scan(credit_id: UUID, scan_id: UUID, asked: Asked) -> None:
    by = await me(asked)
    await asked.once(lambda work: entries.add_scan(work, credit_id, scan_id, by=by), status=204)


@router.get("/applications/{application}/scans", summary="The scans of who filed it, for those who may read them")
async def scans_of_application(
    application: Annotated[str, Path(max_length=40, description="Its id or its reference")], asked: Asked
) -> list[ScanShown]:
    actor = await asked.person()
    async with asked.reading() as work:
        return await queries.of_application(work, application, actor)


@router.get("/scans/{scan_id}", summary="A scan, as an attachment", response_class=StreamingResponse)
async def read_scan(scan_id: UUID, asked: Asked) -> StreamingResponse:
    """Who else than its educator reads it is recorded. 409 while it is being checked."""
    actor = await asked.person()
    async with asked.reading() as work:
        scan = await queries.get_readable(work, scan_id, actor)
    content = Files(asked.runtime.settings).read(scan.sha256)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(scan.name)}",
        "Content-Length": str(scan.bytes),
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return StreamingResponse(content, media_type=scan.media_type, headers=headers)


async def _content(request: Request) -> bytes:
    """The body. Raises `UploadTooLarge` before more than the limit is in memory."""
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > MOST_BYTES:
        raise UploadTooLarge.of(int(told))
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MOST_BYTES:
            raise UploadTooLarge.of(len(content))
    return bytes(content)


def _scan_id(asked: AskedRequest, by: UUID) -> UUID:
    key = asked.request.headers.get("idempotency-key", "")
    return named_id(datetime.fromtimestamp(0, UTC), "scan", by, key) if key else new_id()


def _plain(name: str) -> str:
    """The last part of a file's name, without what no name needs."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable()).strip() or "scan"
