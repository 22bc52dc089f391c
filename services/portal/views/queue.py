"""The queue of whoever decides: find, claim, see the originals, approve, return, deny, undo."""

from collections.abc import Iterable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.portal.areas import APPROVERS
from services.portal.forms import Form
from services.portal.live import changes
from services.portal.page import Live, Page, SignedIn
from services.portal.words import _, n_, noted
from services.portal.words.formats import day_text
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


LOOKED_EVERY = 3.0
"""Seconds between two looks at a queue that somebody has open."""

FILTERS = ("show", "holder", "kind", "ends_before", "name")


@router.get("")
async def queue(page: SignedIn, after: Word = "") -> Response:
    """One page of the queue. Filters stand in the address, so that it can be kept and sent."""
    page.require(*APPROVERS)
    given = {name: page.request.query_params.get(name, "")[:100] for name in FILTERS}
    return await show_queue(page, Form(given | {"show": given["show"] or "waiting", "after": after}))


@router.get("/events")
async def events(page: Live) -> Response:
    """`changed` whenever another number of applications waits where the person looks."""
    page.require(*APPROVERS)
    show = page.request.query_params.get("show", "")

    async def look() -> str:
        counts = (await page.get("renewals", "/queue", limit=1))["counts"]
        return str(counts[_count_of(show)])

    return await changes(page, look, every=LOOKED_EVERY)


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


async def show_queue(page: Page, asked: Form) -> Response:
    """The page of the queue that the form's filters name, with what is ticked."""
    filters, after = filters_of(asked), asked["after"]
    found, holders = await page.together(page.get("renewals", "/queue", **filters, after=after), _holders(page))
    counts, kinds = found["counts"], [(kind.code, _(kind.name)) for kind in page.policy.applications]
    shows = [(code, _(words), counts[field], link_to(filters | {"show": code})) for code, words, field in SHOWS]
    return page.show(
        "queue/queue.html",
        form=asked,
        queue=found,
        title=n_("%(num)s waiting", "%(num)s waiting", counts["waiting"]),
        shows=[each for each in shows if each[2] or each[0] in ("waiting", asked["show"])],
        show=asked["show"] or "waiting",
        count=counts[_count_of(asked["show"])],
        known=_known(page),
        here=link_to(filters),
        kept=filters | ({"after": after} if after else {}),
        chips=_chips(filters, {"holder": dict(holders), "kind": dict(kinds)}),
        holders=holders,
        kinds=kinds,
        first=link_to(filters) if after else "",
        next=link_to(filters | {"after": found["next"]}) if found["next"] else "",
    )


def _count_of(show: str) -> str:
    """Which of the counts belongs to a part of the queue."""
    return next((field for code, _words, field in SHOWS if code == show), "waiting")


def _known(page: Page) -> int | None:
    """How many were there when the page was loaded, where it asks again for what is new."""
    known = page.request.query_params.get("known", "")[:9]
    return int(known) if known.isascii() and known.isdigit() else None


def _chips(filters: dict[str, str], names: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    """(words, the address without it) of each filter that is on."""
    words = {name: names.get(name, {}).get(value, value) for name, value in filters.items() if name != "show"}
    if "ends_before" in words:
        words["ends_before"] = _("ends before %(date)s", date=_day(words["ends_before"]))
    return [(said, link_to({n: v for n, v in filters.items() if n != name})) for name, said in words.items()]


def _day(typed: str) -> str:
    try:
        return day_text(typed)
    except ValueError:
        return typed


async def _holders(page: Page) -> list[tuple[str, str]]:
    """Who may hold a claim in the person's queue, by name; nobody while identity is away."""
    roles = (*page.policy.review.district_roles, "licensing_officer")
    theirs = next((o for role in roles for o in page.actor.organizations(role, page.today)), None)
    if theirs is None:
        return []
    staffing = await page.if_there(page.get("identity", f"/organizations/{theirs}/roles"), {})
    people = {g["person_id"]: g["name"] for g in staffing.get("grants", ()) if g["role"] in roles}
    people |= {d["designee_id"]: d["name"] for d in staffing.get("delegations", ())}
    return sorted(people.items(), key=lambda person: person[1])


def filters_of(form: Form) -> dict[str, str]:
    """The filters of a queue that are on."""
    return {name: form[name] for name in FILTERS if form[name]}


def link_to(filters: dict[str, str]) -> str:
    """A queue's address."""
    return f"/queue?{urlencode(filters)}"


async def _show_case(page: Page, reference: str, form: Form) -> Response:
    application, scans = await page.together(
        page.get("renewals", f"/applications/{reference}"),
        page.get_or(None, "credentials", f"/applications/{reference}/scans"),
    )
    proved = not application["mine"] and any(original["credit_id"] for original in application["checklist"])
    return page.show(
        "queue/case.html", form=form, application=application,
        scans=_by_credit(scans or ()), scans_away=proved and scans is None,
    )  # fmt: skip


def _by_credit(scans: Iterable[dict[str, Any]]) -> dict[str, list[Any]]:
    """The scans that the educator handed in, by the credit that each proves."""
    found: dict[str, list[Any]] = {}
    for each in scans:
        found.setdefault(each["credit_id"], []).append(each)
    return found
