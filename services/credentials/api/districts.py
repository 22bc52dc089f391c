"""A district's face: the forecast of lapses and the roster, for whoever works its queue."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.credentials.queries import forecast as queries
from services.credentials.queries import roster as rosters
from services.credentials.queries.answers import ForecastShown, RosterShown
from shared.ids import OrganizationId
from shared.web.asked import Asked

router = APIRouter(tags=["districts"])


@router.get("/forecast", summary="Which licenses of a district's educators end soon, and which are short")
async def forecast(asked: Asked, organization_id: OrganizationId | None = None) -> ForecastShown:
    """For those who decide in the district's queue. Without an organization: the district that one works for."""
    actor = await asked.person()
    async with asked.reading() as work:
        return await queries.forecast(work, actor, organization_id)


@router.get("/roster", summary="A district's educators, and where each license stands")
async def roster(
    asked: Asked,
    organization_id: OrganizationId | None = None,
    after: Annotated[str, Query(max_length=40, description="The last educator number of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[RosterShown]:
    """In the order of their educator numbers. Without an organization: the district that one works for."""
    actor = await asked.person()
    async with asked.reading() as work:
        return await rosters.roster(work, actor, organization_id, after, limit)
