"""Operations: each service's health, lag and dead letters; replay and discard."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from services.portal.forms import Form
from services.portal.page import Page, SignedIn
from services.portal.words import _, n_
from shared.errors import NotFound
from shared.peers import PeerRefused
from shared.settings import SERVICES

router = APIRouter(prefix="/ops")

ROLE = "operator"
WATCHED = tuple(name for name in SERVICES if name != "portal")


@router.get("")
async def overview(page: SignedIn) -> Response:
    page.require(ROLE)
    found = await page.together(*(_health(page, name) for name in WATCHED))
    response = page.show("ops/overview.html", services=found)
    response.headers["Refresh"] = "10"
    return response


async def _health(page: Page, service: str) -> dict[str, Any]:
    """One service's row: is it ready, how far behind, how old its oldest unsent event, what is dead."""
    try:
        ready = await page.if_there(page.get(service, "/health/ready"), {})
    except PeerRefused:
        ready = {}
    database, consumers = ready.get("database", {}), ready.get("consumers", {})
    return {
        "name": service,
        "status": ready.get("status", "away"),
        "idle": max((float(each.get("seconds_since_progress") or 0) for each in consumers.values()), default=None),
        "paused": [name for name, each in consumers.items() if each.get("paused") or each.get("halted")],
        "outbox_age": database.get("outbox_age"),
        "dead_letters": database.get("dead_letters", 0),
        "effects_due": database.get("effects_due", 0),
        "effects_given_up": database.get("effects_given_up", 0),
    }


@router.get("/dead-letters")
async def dead_letters(page: SignedIn) -> Response:
    return await _show_letters(page, Form())


@router.post("/dead-letters/{service}/{letter_id}")
async def close(page: SignedIn, service: str, letter_id: int) -> Response:
    """Handles one now, or never."""
    page.require(ROLE)
    if service not in WATCHED:
        raise NotFound
    form = await page.form()
    with form.trying():
        path = f"/operations/dead-letters/{letter_id}"
        if form["act"] == "discard":
            form.require(reason=_("Write why it is discarded."))
            done = await page.post(service, f"{path}/discard", {"reason": form["reason"]}, form=form)
            return page.see("/ops/dead-letters", _handled(_("Discarded."), done))
        done = await page.post(service, f"{path}/replay", form=form)
        return page.see("/ops/dead-letters", _handled(_("Replayed."), done))
    return await _show_letters(page, form)


def _handled(said: str, done: dict[str, int]) -> str:
    return f"{said} {n_('%(num)s event took effect.', '%(num)s events took effect.', done['handled'])}"


async def _show_letters(page: Page, form: Form) -> Response:
    page.require(ROLE)
    found = await page.together(*(_letters(page, name) for name in WATCHED))
    letters = [letter | {"service": name} for name, each in zip(WATCHED, found, strict=True) for letter in each]
    open_ones = [letter for letter in letters if letter["state"] in ("dead", "parked")]
    return page.show("ops/dead_letters.html", form=form, letters=open_ones)


async def _letters(page: Page, service: str) -> list[Any]:
    try:
        return list(await page.if_there(page.get(service, "/operations/dead-letters"), []))
    except PeerRefused as refused:
        if refused.status == NotFound.status:
            return []
        raise
