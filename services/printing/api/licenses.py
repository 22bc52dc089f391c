"""What an educator gets: an unofficial copy at any hour; official paper on request, where the state says so."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.printing import queries
from services.printing.api.common import may_see_all
from services.printing.commands import jobs
from services.printing.documents import DocumentError, unofficial_copy
from services.printing.domain.errors import NoPaperHere
from services.printing.domain.sheet_texts import template
from services.printing.store.views import KnownLicense
from shared.errors import NotFound
from shared.ids import LicenseId
from shared.messaging.work import Work
from shared.web.asked import Asked, AskedRequest

router = APIRouter(prefix="/licenses", tags=["licenses"])


@router.get("/{license_id}/unofficial-copy", summary="One page, marked as unofficial", response_class=Response)
async def unofficial(license_id: UUID, asked: Asked) -> Response:
    """PDF/A-2a and PDF/UA-1. For the holder, and for the office."""
    await asked.person()
    async with asked.reading() as work:
        found = await _visible(asked, work, license_id)
        shown = queries.unofficial(found, work, asked.runtime.settings.public_address)
    try:
        content = await asyncio.to_thread(unofficial_copy, shown, template(asked.runtime.policy))
    except DocumentError as error:
        raise NoPaperHere(why=str(error)) from error
    name = f"license-{found.number}-unofficial.pdf"
    return Response(
        content, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


@router.post("/{license_id}/paper", status_code=202, summary="Ask for the official paper")
async def request_paper(license_id: UUID, asked: Asked) -> Any:
    """For the holder, or the office. Asking again for the same period changes nothing."""
    await asked.person()

    async def ask(work: Work) -> dict[str, Any]:
        await _visible(asked, work, license_id)
        job_id = await jobs.request_paper(LicenseId(license_id), work)
        return (await queries.jobs(work, "job_id", job_id))[0]

    return await asked.once(ask, status=202)


async def _visible(asked: AskedRequest, work: Work, license_id: UUID) -> KnownLicense:
    """The license, if it is the person's own or they may see all. Raises `NotFound`."""
    actor = await asked.person()
    found = await queries.get_license(work, license_id)
    if found.person_id != actor.person_id and not may_see_all(asked, actor):
        raise NotFound
    return found
