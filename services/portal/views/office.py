"""The state's office: what has escalated, what was stopped, cases, and one license's standing with its consequences."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.portal.forms import Form
from services.portal.page import Page, SignedIn
from services.portal.words import _, noted
from shared.errors import NotFound

router = APIRouter(prefix="/office")

ROLE = "licensing_officer"
SHOWN = 10
"""Of the state's queue so many stand on the desk; the queue itself has all."""
DONE = {
    "suspend": noted("Suspended. The look-up shows it, and paper that is not mailed stops."),
    "revoke": noted("Revoked. The look-up shows it, and paper that is not mailed stops."),
    "reinstate": noted("In good standing again. The look-up shows it."),
    "hold": noted("Renewing is on hold. Only the educator and the office see why."),
    "release-hold": noted("The hold is taken away. Renewing is free again."),
}
PUBLIC = ("suspend", "revoke", "reinstate")
"""What the public will see, and so is shown before it is decided."""
UNMAILED = ("queued", "held", "cut", "released")


@router.get("")
async def desk(page: SignedIn) -> Response:
    return await _show_desk(page, Form())


@router.post("/cases/{case_id}")
async def close_case(page: SignedIn, case_id: UUID) -> Response:
    """Closes a case with what a person decided."""
    page.require(ROLE)
    form = await page.form()
    with form.trying(outcome=f"outcome-{case_id}"):
        outcome = form[f"outcome-{case_id}"]
        if not outcome:
            form.refuse(_("Write what was decided."), f"outcome-{case_id}")
        await page.post("credentials", f"/cases/{case_id}/close", {"outcome": outcome}, form=form)
        return page.see("/office", _("The case is closed."))
    return await _show_desk(page, form)


@router.get("/licenses")
async def find_license(page: SignedIn, number: str = "") -> Response:
    """A license by its number, or the desk again with the reason."""
    page.require(ROLE)
    form = Form({"number": number[:40]})
    if not form["number"]:
        form.refuse(_("Enter the whole number."), "number")
        return await _show_desk(page, form)
    return page.see(f"/office/licenses/{form['number']}")


@router.get("/licenses/{number}")
async def license(page: SignedIn, number: str) -> Response:
    page.require(ROLE)
    return await _show_license(page, number, Form())


@router.post("/licenses/{number}/{act}")
async def decide(page: SignedIn, number: str, act: str) -> Response:
    """Hold, suspend, revoke, reinstate. What the public will see, and what paper stops, is shown before it is done."""
    page.require(ROLE)
    if act not in DONE:
        raise NotFound
    form = await page.form()
    with form.trying(note=f"{act}-note", reason="hold-reason", until=f"{act}-until"):
        body = _body(act, form)
        form.stop_if_refused()
        found, jobs, _name = await _license(page, number)
        if act in PUBLIC and not form["sure"]:
            return page.show(
                "office/confirm.html", form=form, act=act, license=found, body=body, stops=_stops(act, jobs)
            )
        await page.post("credentials", f"/licenses/{found['license_id']}/{act}", body, form=form)
        return page.see(f"/office/licenses/{number}", _(DONE[act]))
    return await _show_license(page, number, form)


def _body(act: str, form: Form) -> dict[str, Any]:
    if act == "release-hold":
        return {}
    if act == "hold":
        form.require(**{"hold-reason": _("Write why.")})
        return {"reason": form["hold-reason"], "until": form.day("hold-until", optional=True)}
    form.require(**{f"{act}-note": _("Write the order, as the public will read it.")})
    body: dict[str, Any] = {"note": form[f"{act}-note"]}
    return body | ({"until": form.day("suspend-until", optional=True)} if act == "suspend" else {})


def _stops(act: str, jobs: list[Mapping[str, Any]]) -> int:
    """How many pieces that are not in the mail yet will stop."""
    return 0 if act == "reinstate" else sum(job["state"] in UNMAILED for job in jobs)


async def _license(page: Page, number: str) -> tuple[Any, list[Any], str]:
    """A license, its print jobs, and the name that the public sees, as far as those services answer."""
    found, jobs, public = await page.together(
        page.get("credentials", f"/licenses/{number}"),
        page.if_there(page.get("printing", "/jobs", license_number=number), []),
        page.get_or({"name": ""}, "lookup", f"/licenses/{number}"),
    )
    return found, jobs, public["name"]


async def _show_desk(page: Page, form: Form) -> Response:
    page.require(ROLE)
    queue, cases, doubtful, districts = await page.together(
        page.if_there(page.get("renewals", "/queue", limit=SHOWN)),
        page.if_there(page.get("credentials", "/cases")),
        page.if_there(page.get("identity", "/cases"), []),
        page.if_there(page.get("identity", "/organizations", kind="district"), []),
    )
    names = {each["organization_id"]: each["name"] for each in districts}
    return page.show("office/desk.html", form=form, queue=queue, cases=cases, doubtful=len(doubtful), districts=names)


async def _show_license(page: Page, number: str, form: Form) -> Response:
    found, jobs, name = await _license(page, number)
    return page.show("office/license.html", form=form, license=found, jobs=jobs, name=name)
