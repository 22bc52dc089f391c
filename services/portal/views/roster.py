"""A district's roster: its educators, and where each license stands."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.portal.areas import APPROVERS
from services.portal.forms import Form
from services.portal.page import Page, SignedIn
from services.portal.views.directory import full_name
from services.portal.views.forecast import district_of

router = APIRouter(prefix="/roster")

PAGE = 50
Word = Annotated[str, Query(max_length=40)]


@router.get("")
async def roster(page: SignedIn, district: Word = "", after: Word = "") -> Response:
    """A page of educators in the order of their numbers. A district's people see theirs; the state's choose one."""
    page.require(*APPROVERS)
    own = district_of(page)
    whose = own or district
    districts, organization, staff, standing = await page.together(
        _districts(page, own), _organization(page, whose), _staff(page, whose, after), _standing(page, whose, after)
    )
    licenses = {each["educator_number"]: each["licenses"] for each in standing or ()}
    kept = {"district": district} if district else {}
    return page.show(
        "directory/roster.html",
        form=Form({"district": district}),
        districts=districts,
        organization=organization,
        rows=[(each, full_name(each["name"]), licenses.get(each["educator_number"], [])) for each in staff],
        is_away=standing is None,
        first=f"/roster?{urlencode(kept)}" if after else "",
        next=f"/roster?{urlencode(kept | {'after': staff[-1]['educator_number']})}" if len(staff) == PAGE else "",
    )


async def _districts(page: Page, own: str) -> Any:
    return [] if own else await page.get("identity", "/organizations", kind="district")


async def _organization(page: Page, whose: str) -> Any:
    return await page.get("identity", f"/organizations/{whose}") if whose else None


async def _staff(page: Page, whose: str, after: str) -> Any:
    if not whose:
        return []
    return await page.get("identity", f"/organizations/{whose}/staff", after=after, limit=PAGE)


async def _standing(page: Page, whose: str, after: str) -> Any:
    """Where their licenses stand; None while credentials can't say."""
    if not whose:
        return []
    asked = page.get("credentials", "/roster", organization_id=whose, after=after, limit=PAGE)
    return await page.if_there(asked)
