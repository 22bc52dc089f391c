"""The queue of whoever decides: find, claim, see the originals, approve, return, deny, many at once, undo."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.portal.areas import APPROVERS
from services.portal.forms import Form
from services.portal.page import Page, SignedIn
from services.portal.words import _, n_, noted
from shared.errors import NotFound

router = APIRouter(prefix="/queue")

SHOWS = (
    ("waiting", noted("Waiting"), "waiting"),
    ("overdue", noted("Overdue"), "overdue"),
    ("week", noted("Due this week"), "due_this_week"),
    ("yours", noted("Yours"), "yours"),
    ("free", noted("Free"), "free"),
    ("returned", noted("Returned"), "returned"),
    ("ending", noted("Ends in 30 days"), "ends_in_30_days"),
    ("blocked", noted("Stopped"), "blocked"),
)
ACTS = ("claim", "release", "originals", "decide", "undo")
Word = Annotated[str, Query(max_length=100)]


@router.get("")
async def queue(
    page: SignedIn, show: Word = "waiting", name: Word = "", ends_before: Word = "", after: Word = ""
) -> Response:
    """One page of the queue. Filters stand in the address, so that it can be kept and sent."""
    page.require(*APPROVERS)
    asked = Form({"show": show, "name": name, "ends_before": ends_before})
    return await _show_queue(page, asked, after)


@router.post("/selected")
async def confirm(page: SignedIn) -> Response:
    """What is about to be approved, what is not ready set apart; nothing is decided yet."""
    page.require(*APPROVERS)
    form = await page.form()
    with form.trying():
        if not form.all("application_id"):
            form.refuse(_("Choose at least one application."))
            form.stop_if_refused()
        chosen = await page.together(*(page.get("renewals", f"/applications/{i}") for i in form.all("application_id")))
        ready = [
            each for each in chosen if "approve" in each["actions"] and each["originals_seen"] == each["originals"]
        ]
        unready = [each for each in chosen if each not in ready]
        return page.show("queue/selected.html", form=Form(), ready=ready, unready=unready)
    return await _show_queue(page, form, "")


@router.post("/approve")
async def approve_many(page: SignedIn) -> Response:
    """Approves them; each has an outcome of its own."""
    page.require(*APPROVERS)
    form = await page.form()
    with form.trying():
        body = {"application_ids": list(form.all("application_id"))}
        outcomes = await page.post("renewals", "/queue/approve", body, form=form)
        return page.show("queue/done.html", outcomes=outcomes)
    return await _show_queue(page, form, "")


@router.get("/{reference}")
async def case(page: SignedIn, reference: str) -> Response:
    return await _show_case(page, reference, Form())


@router.post("/{reference}/{act}")
async def decide(page: SignedIn, reference: str, act: str) -> Response:
    """Claim, release, tick originals, decide (approve, return or deny), undo."""
    if act not in ACTS:
        raise NotFound
    form = await page.form()
    with form.trying(seen="originals", version="originals"):
        path = f"/applications/{reference}/{act}"
        if act == "decide":
            path = f"/applications/{reference}/{await _decision(page, reference, form)}"
        body = _body(act, form)
        await page.post("renewals", path, body, form=form)
        return page.see(f"/queue/{reference}", *_said(path.rpartition("/")[2]))
    return await _show_case(page, reference, form)


async def _decision(page: Page, reference: str, form: Form) -> str:
    """Which of the three was chosen, after what is ticked on the same page has been noted."""
    form.require(decision=_("Choose what you decide."))
    if form["decision"] != "approve":
        form.require(reason=_("Write the reason. The educator will read exactly this."))
    ticked = [int(number) for number in form.all("original") if number.isdigit()]
    if ticked:
        await page.post("renewals", f"/applications/{reference}/originals", {"seen": ticked})
    return form["decision"]


def _body(act: str, form: Form) -> dict[str, Any] | None:
    if act == "originals":
        listed = {int(number) for number in form.all("listed") if number.isdigit()}
        seen = {int(number) for number in form.all("original") if number.isdigit()}
        return {"seen": sorted(seen), "not_seen": sorted(listed - seen)}
    if act == "undo":
        form.require(why=_("Write why. The educator will read exactly this."))
        return {"reason": form["why"]}
    if act == "decide" and form["decision"] != "approve":
        return {"reason": form["reason"]}
    return {} if act == "decide" else None


def _said(act: str) -> tuple[str, ...]:
    said = {
        "claim": _("It is yours now. Nobody else decides it until you release it."),
        "release": _("Released: anybody of the queue may take it."),
        "originals": _("The originals are noted."),
        "approve": _("Approved. The license renews by itself; you can undo it until its paper is cut."),
        "return": _("Sent back. The educator has your words."),
        "deny": _("Denied. The educator has your words."),
        "undo": _("Undone. Dates go back, printing stops, the educator is told."),
    }
    return (said[act],) if act in said else ()


async def _show_queue(page: Page, asked: Form, after: str) -> Response:
    filters = {name: asked[name] for name in ("show", "name", "ends_before") if asked[name]}
    found = await page.get("renewals", "/queue", **filters, after=after)
    counts = found["counts"]
    shows = [(code, _(words), counts[field], _link(filters | {"show": code})) for code, words, field in SHOWS]
    chips = [(value, _link({n: v for n, v in filters.items() if n != name})) for name, value in filters.items()]
    return page.show(
        "queue/queue.html",
        form=asked,
        queue=found,
        title=n_("%(num)s waiting", "%(num)s waiting", counts["waiting"]),
        shows=[each for each in shows if each[2] or each[0] in ("waiting", asked["show"])],
        show=asked["show"] or "waiting",
        chips=[chip for chip, name in zip(chips, filters, strict=True) if name != "show"],
        first=_link(filters) if after else "",
        next=_link(filters | {"after": found["next"]}) if found["next"] else "",
    )


def _link(filters: dict[str, str]) -> str:
    return f"/queue?{urlencode(filters)}"


async def _show_case(page: Page, reference: str, form: Form) -> Response:
    application = await page.get("renewals", f"/applications/{reference}")
    return page.show("queue/case.html", form=form, application=application)
