"""Operations: each service's health, lag and dead letters; one letter, replay and discard."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from services.portal.forms import Form
from services.portal.page import Page, SignedIn
from services.portal.words import _, n_, noted
from shared.errors import NotFound
from shared.peers import PeerRefused
from shared.settings import SERVICES

router = APIRouter(prefix="/ops")

ROLE = "operator"
DONE = {"replay": noted("Replayed."), "discard": noted("Discarded.")}
HELD_BACK = {"hold_back": ("yes",)}
"""The box that is ticked until somebody clears it."""

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
    """What is open, of all services; those that are away are named, so that nothing seems well that was not asked."""
    page.require(ROLE)
    found = await page.together(*(_letters(page, name) for name in WATCHED))
    asked = dict(zip(WATCHED, found, strict=True))
    letters = [letter | {"service": name} for name, theirs in asked.items() for letter in theirs or ()]
    letters.sort(key=lambda letter: str(letter["at"]), reverse=True)
    return page.show("ops/dead_letters.html", letters=letters, away=[name for name in asked if asked[name] is None])


@router.get("/dead-letters/{service}/{letter_id}")
async def dead_letter(page: SignedIn, service: str, letter_id: int) -> Response:
    """One of them: reason, key, age, what it says; replay, discard."""
    page.require(ROLE)
    return await _show_letter(page, service, letter_id, Form(lists=HELD_BACK))


@router.post("/dead-letters/{service}/{letter_id}/{act}")
async def close(page: SignedIn, service: str, letter_id: int, act: str) -> Response:
    """Handles one now, or never. What goes outside stays held back unless the box was cleared."""
    page.require(ROLE)
    if service not in WATCHED or act not in DONE:
        raise NotFound
    form = await page.form()
    with form.trying():
        body = None
        if act == "discard":
            form.require(reason=_("Write why it is discarded."))
            body = {"reason": form["reason"]}
        held = {"hold_back": form.has("hold_back", "yes")}
        path = f"/operations/dead-letters/{letter_id}/{act}"
        done = await page.post(service, path, body, form=form, params=held)
        return page.see("/ops/dead-letters", _handled(_(DONE[act]), done))
    return await _show_letter(page, service, letter_id, form)


def _handled(said: str, done: dict[str, int]) -> str:
    return f"{said} {n_('%(num)s event took effect.', '%(num)s events took effect.', done['handled'])}"


async def _show_letter(page: Page, service: str, letter_id: int, form: Form) -> Response:
    if service not in WATCHED:
        raise NotFound
    letter = await page.get(service, f"/operations/dead-letters/{letter_id}")
    return page.show("ops/dead_letter.html", form=form, service=service, letter=letter)


async def _letters(page: Page, service: str) -> list[Any] | None:
    """A service's open letters; None while it is away."""
    try:
        found: list[Any] | None = await page.if_there(page.get(service, "/operations/dead-letters"))
    except PeerRefused as refused:
        if refused.status == NotFound.status:
            return []
        raise
    return found
