"""What other services ask there and then. Whoever cannot be answered takes it as a no."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from services.credentials.queries import clearances
from services.credentials.queries.answers import Clearance, FilingCheck
from shared.errors import Forbidden
from shared.ids import LicenseId
from shared.web.asked import Asked

router = APIRouter(tags=["peers"])


@router.get("/check-filing", summary="May this person file for this license now, under this option? (renewals)")
async def check_filing(
    license_id: LicenseId,
    asked: Asked,
    option: Annotated[str, Query(max_length=40)] = "",
    attested: Annotated[list[str], Query(description="Evidence that is brought along, such as nbpts")] = [],  # noqa: B006
) -> FilingCheck:
    """404 where the license is not the person's own."""
    asked.peer("renewals")
    actor = await asked.person()
    if actor.person_id is None:
        raise Forbidden
    async with asked.reading() as work:
        return await clearances.check_filing(work, license_id, actor.person_id, option, attested)


@router.get("/clearance/{license_id}", summary="Does this license stand, may this piece be mailed? (printing)")
async def clearance(license_id: LicenseId, asked: Asked, period_until: date | None = None) -> Clearance:
    asked.peer("printing")
    async with asked.reading() as work:
        return await clearances.clearance(work, license_id, period_until)
