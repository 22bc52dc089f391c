"""A district's face: the forecast of lapses, for whoever works its queue."""

from fastapi import APIRouter

from services.credentials.queries import forecast as queries
from services.credentials.queries.answers import ForecastShown
from shared.ids import OrganizationId
from shared.web.asked import Asked

router = APIRouter(tags=["districts"])


@router.get("/forecast", summary="Which licenses of a district's educators end soon, and which are short")
async def forecast(asked: Asked, organization_id: OrganizationId | None = None) -> ForecastShown:
    """For those who decide in the district's queue. Without an organization: the district that one works for."""
    actor = await asked.person()
    async with asked.reading() as work:
        return await queries.forecast(work, actor, organization_id)
