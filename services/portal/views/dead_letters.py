"""Dead letters: all that are open, one of them; replay, discard, and an edited copy that a second person confirms."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from services.portal.desks import WATCHED
from services.portal.forms import Form
from services.portal.page import Page, SignedIn
from services.portal.reconciling import ROLE
from services.portal.words import _, n_, noted
from shared.errors import NotFound
from shared.peers import PeerRefused

router = APIRouter(prefix="/ops/dead-letters")

DONE = {
    "replay": noted("Replayed."),
    "discard": noted("Discarded."),
    "confirm": noted("The edited copy took effect."),
    "withdraw": noted("The edit is withdrawn."),
}
HELD_BACK = {"hold_back": ("yes",)}
"""The box that is ticked until somebody clears it."""
CHANGED = "to:"
"""What begins the name of a field that holds another value."""


@router.get("")
async def dead_letters(page: SignedIn) -> Response:
    """What is open, of all services; those that are away are named, so that nothing seems well that was not asked."""
    page.require(ROLE)
    found = await page.together(*(_letters(page, name) for name in WATCHED))
    asked = dict(zip(WATCHED, found, strict=True))
    letters = [letter | {"service": name} for name, theirs in asked.items() for letter in theirs or ()]
    letters.sort(key=lambda letter: str(letter["at"]), reverse=True)
    return page.show("ops/dead_letters.html", letters=letters, away=[name for name in asked if asked[name] is None])


@router.get("/{service}/{letter_id}")
async def dead_letter(page: SignedIn, service: str, letter_id: int) -> Response:
    """One of them: reason, key, age, what it says; what can be done."""
    page.require(ROLE)
    return await _show(page, service, letter_id, Form(lists=HELD_BACK))


@router.get("/{service}/{letter_id}/edit")
async def edit_page(page: SignedIn, service: str, letter_id: int) -> Response:
    page.require(ROLE)
    return await _show(page, service, letter_id, Form(), "ops/edit_letter.html")


@router.post("/{service}/{letter_id}/edit")
async def edit(page: SignedIn, service: str, letter_id: int) -> Response:
    """Proposes a copy with other values; nothing takes effect before somebody else confirms it."""
    page.require(ROLE)
    path = _path(service, letter_id)
    form = await page.form()
    with form.trying(changes="changes", **{n.removeprefix(CHANGED): n for n in form.values if n.startswith(CHANGED)}):
        changes = {n.removeprefix(CHANGED): text for n, text in form.values.items() if n.startswith(CHANGED) and text}
        if not changes:
            form.refuse(_("Write at least one other value."), "changes")
        form.require(reason=_("Write why. It stays with the letter, with your name."))
        await page.post(service, f"{path}/edits", {"changes": changes, "reason": form["reason"]}, form=form)
        return page.see(_page(service, letter_id), _("Proposed. Somebody else must confirm it now."))
    return await _show(page, service, letter_id, form, "ops/edit_letter.html")


@router.post("/{service}/{letter_id}/{act}")
async def close(page: SignedIn, service: str, letter_id: int, act: str) -> Response:
    """Handles one now, or never, or its edited copy. What goes outside stays held back unless the box was cleared."""
    page.require(ROLE)
    path = _path(service, letter_id)
    if act not in DONE:
        raise NotFound
    form = await page.form()
    with form.trying():
        body: Any = None
        if act == "discard":
            form.require(reason=_("Write why it is discarded."))
            body = {"reason": form["reason"]}
        if act in ("confirm", "withdraw"):
            act, body = f"edits/{int(form['proposal'] or 0)}/{act}", {}
        held = {"hold_back": form.has("hold_back", "yes")}
        done = await page.post(service, f"{path}/{act}", body, form=form, params=held)
        said = _(DONE[act.rpartition("/")[2]])
        return page.see("/ops/dead-letters" if done else _page(service, letter_id), _handled(said, done))
    return await _show(page, service, letter_id, form)


def _path(service: str, letter_id: int) -> str:
    """The letter at its service. Raises `NotFound` for no service of ours."""
    if service not in WATCHED:
        raise NotFound
    return f"/operations/dead-letters/{letter_id}"


def _page(service: str, letter_id: int) -> str:
    return f"/ops/dead-letters/{service}/{letter_id}"


def _handled(said: str, done: dict[str, int] | None) -> str:
    if not done:
        return said
    return f"{said} {n_('%(num)s event took effect.', '%(num)s events took effect.', done['handled'])}"


async def _show(
    page: Page, service: str, letter_id: int, form: Form, template: str = "ops/dead_letter.html"
) -> Response:
    letter = await page.get(service, _path(service, letter_id))
    return page.show(
        template, form=form, service=service, letter=letter, leaves=list(_leaves(letter["value"]).items()),
        is_mine=(letter["proposal"] or {}).get("by") == page.actor.id,
    )  # fmt: skip


def _leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Every single value by its path, as the service names it; nothing for a value that is no JSON."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if parts is None:
        return {path: value} if path else {}
    return {at: leaf for name, each in parts for at, leaf in _leaves(each, f"{path}.{name}".lstrip(".")).items()}


async def _letters(page: Page, service: str) -> list[Any] | None:
    """A service's open letters; None while it is away."""
    try:
        found: list[Any] | None = await page.if_there(page.get(service, "/operations/dead-letters"))
    except PeerRefused as refused:
        if refused.status == NotFound.status:
            return []
        raise
    return found
