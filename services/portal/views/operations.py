"""Operations: each service's health and lag; the look-up built anew; what services keep, reconciled."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from services.portal.desks import WATCHED
from services.portal.forms import Form
from services.portal.page import Page, SignedIn
from services.portal.reconciling import ROLE, reconcile
from services.portal.words import _
from shared.errors import NotFound
from shared.peers import PeerRefused

router = APIRouter(prefix="/ops")

REBUILDING = ("asked", "building")


@router.get("")
async def overview(page: SignedIn) -> Response:
    page.require(ROLE)
    found = await page.together(*(_health(page, name) for name in WATCHED))
    response = page.show("ops/overview.html", services=found)
    response.headers["Refresh"] = "10"
    return response


async def _health(page: Page, service: str) -> dict[str, Any]:
    """One service's row: is it ready, how far behind, how old its oldest unsent event, what is dead.

    Who answers may be a process without consumers: then how far behind the service is stands in `elms status`.
    """
    ready = await page.get_or({}, service, "/health/ready")
    database, consumers = ready.get("database", {}), ready.get("consumers", {})
    return {
        "name": service,
        "status": ready.get("status", "away"),
        "lag": sum(each.get("lag", 0) for each in consumers.values()) if consumers else None,
        "paused": [name for name, each in consumers.items() if each.get("paused") or each.get("halted")],
        "outbox_age": database.get("outbox_age"),
        "dead_letters": database.get("dead_letters", 0),
        "effects_due": database.get("effects_due", 0),
        "effects_given_up": database.get("effects_given_up", 0),
    }


@router.get("/rebuild")
async def rebuild_page(page: SignedIn) -> Response:
    """How far the last rebuild is; while one is under way, the page loads itself again."""
    page.require(ROLE)
    return await _show_rebuild(page, Form())


@router.post("/rebuild")
async def ask_rebuild(page: SignedIn) -> Response:
    page.require(ROLE)
    form = await page.form()
    with form.trying():
        await page.post("lookup", "/operations/rebuild", {}, form=form)
        return page.see("/ops/rebuild", _("The rebuild is asked for. The look-up serves on meanwhile."))
    return await _show_rebuild(page, form)


async def _show_rebuild(page: Page, form: Form) -> Response:
    try:
        last = await page.get("lookup", "/operations/rebuild")
    except PeerRefused as refused:
        if refused.status != NotFound.status:
            raise
        last = None  # none was ever asked for
    is_under_way = last is not None and last["state"] in REBUILDING
    response = page.show("ops/rebuild.html", form=form, last=last, is_under_way=is_under_way)
    if is_under_way:
        response.headers["Refresh"] = "2"
    return response


@router.get("/reconcile")
async def reconcile_page(page: SignedIn, run: bool = False) -> Response:
    """What is compared, and after a click the result as of that moment."""
    page.require(ROLE)
    return page.show("ops/reconcile.html", found=await reconcile(page) if run else None)
