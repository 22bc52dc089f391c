"""What is ticked in a queue, decided at once: approved, returned or denied.

A return or denial first asks why. Then what would happen is shown, what can't be decided set apart; then it happens,
and each has an outcome of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from services.portal.areas import APPROVERS
from services.portal.forms import Form
from services.portal.page import Page, SignedIn
from services.portal.views.queue import filters_of, link_to, show_queue
from services.portal.words import _, n_
from shared.errors import NotFound, Unavailable
from shared.ids import new_id
from shared.peers import PeerRefused

router = APIRouter(prefix="/queue")

DONE = {"approve": "approved", "return": "returned", "deny": "denied"}
"""What each decision is called once it is taken."""
WITH_REASON = ("return", "deny")


@router.post("/selected")
async def selected(page: SignedIn) -> Response:
    """What is about to be decided; nothing is yet. Also the way back: to the reason, and to the queue as it was."""
    page.require(*APPROVERS)
    form = await page.form()
    if not _chosen(form):
        form.refuse(_("Choose at least one application."))
    if form.notice or form["step"] == "queue":
        return await show_queue(page, form)
    decision = form["decision"] if form["decision"] in DONE else "approve"
    if decision in WITH_REASON and form["step"] == "confirm" and not form["reason"]:
        form.refuse(_("Write the reason. The educator will read exactly this."), "reason")
    return await _show_selected(page, form, decision, asks_why=form["step"] != "confirm")


@router.post("/{decision}")
async def decide_many(page: SignedIn, decision: str) -> Response:
    """Decides them; each has an outcome of its own."""
    if decision not in DONE:
        raise NotFound
    page.require(*APPROVERS)
    form = await page.form()
    with form.trying():
        reason = {"reason": form["reason"]} if decision in WITH_REASON else {}
        body = {"application_ids": list(form.all("application_id"))} | reason
        answer = await page.post("renewals", f"/queue/{decision}", body, form=form)
        return await _show_done(page, form, decision, answer)
    return await _show_selected(page, form, decision, asks_why=False)


async def _show_selected(page: Page, form: Form, decision: str, *, asks_why: bool) -> Response:
    """The step that asks why, or the one that says what will happen."""
    asked = await page.together(*(_find(page, each) for each in _chosen(form)))
    chosen = [each for each in asked if each is not None]
    ready = [each for each in chosen if _is_ready(each, decision, page)]
    return page.show(
        "queue/selected.html",
        form=replace(form, key=new_id()),
        decision=decision,
        asks_why=decision in WITH_REASON and (asks_why or "reason" in form.errors),
        reason=_reason(form, decision),
        words=_WORDS[decision](len(ready)),
        ready=ready,
        unready=[each for each in chosen if each not in ready],
        gone=len(asked) - len(chosen),
        kept=_kept(form),
    )


async def _show_done(page: Page, form: Form, decision: str, answer: Mapping[str, Any]) -> Response:
    """One outcome a row, those first that need a look."""
    outcomes = await page.together(*(_named(page, each) for each in answer["outcomes"]))
    done = [each for each in outcomes if each["outcome"] == DONE[decision]]
    return page.show(
        "queue/done.html",
        state=DONE[decision],
        words=_WORDS[decision](len(done)),
        done=done,
        failed=[each for each in outcomes if each not in done],
        reason=_reason(form, decision),
        back=link_to(filters_of(form)),
    )


async def _find(page: Page, application_id: str) -> dict[str, Any] | None:
    """The application; None where it has left the person's queue meanwhile."""
    try:
        found: dict[str, Any] = await page.get("renewals", f"/applications/{application_id}")
    except PeerRefused:
        return None
    return found


async def _named(page: Page, outcome: dict[str, Any]) -> dict[str, Any]:
    """An outcome with whose application it is, as far as that can be told."""
    try:
        shown = await page.get("renewals", f"/applications/{outcome['application_id']}")
    except (Unavailable, PeerRefused):
        return outcome | {"educator": ""}
    return outcome | {"reference": shown["reference"], "educator": shown["educator"]}


def _is_ready(application: Mapping[str, Any], decision: str, page: Page) -> bool:
    """Whether the decision would be taken, as far as can be told now."""
    held = application["claim"]
    is_free = held is None or held["person_id"] == str(page.actor.person_id)
    is_seen = decision != "approve" or application["originals_seen"] == application["originals"]
    return decision in application["actions"] and is_free and is_seen


def _chosen(form: Form) -> list[str]:
    """What was ticked: what can be decided, and what the step before has set apart."""
    return [*form.all("application_id"), *form.all("apart")]


def _reason(form: Form, decision: str) -> str:
    return form["reason"] if decision in WITH_REASON else ""


def _kept(form: Form) -> dict[str, str]:
    """The place in the queue that one came from."""
    return filters_of(form) | ({"after": form["after"]} if form["after"] else {})


_WORDS: dict[str, Callable[[int], dict[str, str]]] = {
    "approve": lambda n: {
        "ask": n_("Approve %(num)s application?", "Approve %(num)s applications?", n),
        "none": _("None of these is ready"),
        "ready": _("Ready"),
        "then": _("They are printed the next business day. Until the paper is cut, each can be undone."),
        "act": n_("Approve %(num)s", "Approve %(num)s", n),
        "unready": _("Not ready, left as they are"),
        "done": n_("%(num)s approved", "%(num)s approved", n),
        "failed": _("Not approved by you"),
    },
    "return": lambda n: {
        "ask": n_("Return %(num)s application?", "Return %(num)s applications?", n),
        "none": _("None of these can be returned"),
        "ready": _("To be returned"),
        "then": _("To be fixed and filed again; the credits become free. A return can't be undone."),
        "act": n_("Return %(num)s", "Return %(num)s", n),
        "unready": _("Can't be returned, left as they are"),
        "done": n_("%(num)s returned", "%(num)s returned", n),
        "failed": _("Not returned by you"),
    },
    "deny": lambda n: {
        "ask": n_("Deny %(num)s application?", "Deny %(num)s applications?", n),
        "none": _("None of these can be denied"),
        "ready": _("To be denied"),
        "then": _("Final; the credits become free. A denial can't be undone."),
        "act": n_("Deny %(num)s", "Deny %(num)s", n),
        "unready": _("Can't be denied, left as they are"),
        "done": n_("%(num)s denied", "%(num)s denied", n),
        "failed": _("Not denied by you"),
    },
}
"""What the pages say of each decision about so many applications."""
