"""The forecast of lapses of a district: the conclusion in a sentence, bars by month, a table, who is short."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.portal.areas import APPROVERS
from services.portal.charts import bars
from services.portal.forms import Form
from services.portal.page import Page, SignedIn
from services.portal.words import _, n_
from services.portal.words.formats import day_text

router = APIRouter(prefix="/forecast")

KINDS = ("short", "ready", "filed", "not_renewable")
MOST_NAMES = 500
"""So many of a district's staff are asked for by name; beyond, the educator number stands alone."""


@router.get("")
async def forecast(page: SignedIn, district: Annotated[str, Query(max_length=40)] = "") -> Response:
    """A district's people see theirs; the state's office chooses one."""
    page.require(*APPROVERS)
    own = district_of(page)
    if not own:
        districts, found, staff = await page.together(
            page.get("identity", "/organizations", kind="district"), _forecast(page, district), _staff(page, district)
        )
    else:
        districts, (found, staff) = [], await page.together(_forecast(page, ""), _staff(page, own))
    return page.show(
        "forecast/forecast.html",
        form=Form({"district": district}),
        districts=districts,
        forecast=found,
        title=_conclusion(found) if found else _("Forecast of lapses"),
        chart=_chart(found) if found else (),
        names={each["educator_number"]: _name(each["name"]) for each in staff},
    )


def district_of(page: Page) -> str:
    """The district that somebody works for; none for the state's office."""
    roles = page.policy.review.district_roles
    return next((str(each) for role in roles for each in page.actor.organizations(role, page.today)), "")


async def _forecast(page: Page, district: str) -> Any:
    if not district and not district_of(page):
        return None
    return await page.get("credentials", "/forecast", organization_id=district)


async def _staff(page: Page, district: str) -> Any:
    """The names of who works there; credentials knows people by their numbers alone."""
    if not district:
        return []
    asked = page.get("identity", f"/organizations/{district}/staff", limit=MOST_NAMES)
    return await page.if_there(asked, [])


def _conclusion(found: dict[str, Any]) -> str:
    """What the chart says, in one sentence."""
    ends = n_(
        "%(num)s of %(of)s licenses ends by %(date)s",
        "%(num)s of %(of)s licenses end by %(date)s",
        found["ending"],
        of=f"{found['licenses']:,}",
        date=day_text(found["until"]),
    )
    if not found["ending"]:
        return f"{ends}."
    return f"{ends}; {n_('%(num)s is short', '%(num)s are short', found['short'])}."


def _chart(found: dict[str, Any]) -> Any:
    rows = [(day_text(m["first_day"], "short_month"), {kind: m[kind] for kind in KINDS}) for m in found["months"]]
    return bars(rows)


def _name(name: dict[str, str]) -> str:
    return " ".join(name[part] for part in ("first", "middle", "last", "suffix") if name.get(part))
