"""Credentials → Professional Development: what is needed, what is there, entering more, and the cheapest way."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from services.portal.forms import READ_UP_TO, Form
from services.portal.page import Page, SignedIn
from services.portal.standing import closest, severity, with_filing
from services.portal.views import scans
from services.portal.words import _, noted
from services.portal.words.formats import amount_text
from shared.errors import NotFound

router = APIRouter(prefix="/licenses/{number}")

PAGES = {
    "add-ceu": ("ceu", "add_ceu", noted("Add a CEU")),
    "add-pdp": ("pdp", "add_ceu", noted("Add PDPs")),
    "add-coursework": ("coursework", "add_coursework", noted("Add coursework")),
}
"""The pages for entering a credit: its kind, the template, what the page is called. Other kinds are evidence."""
EVIDENCE = ("evidence", "add_evidence", noted("Add another proof"))


@router.get("")
async def one_license(page: SignedIn, number: str) -> Response:
    development = await development_of(page, number)
    return page.show("development/license.html", development=development, license=development["license"])


@router.get("/copy.pdf")
async def unofficial_copy(page: SignedIn, number: str) -> Response:
    license = await page.get("credentials", f"/licenses/{number}")
    return await page.file("printing", f"/licenses/{license['license_id']}/unofficial-copy")


@router.get("/development")
async def professional_development(page: SignedIn, number: str) -> Response:
    return _show_development(page, await development_of(page, number), Form())


@router.get("/plan")
async def plan(page: SignedIn, number: str) -> Response:
    development, plans = await page.together(
        development_of(page, number), page.get("credentials", f"/licenses/{number}/plan")
    )
    return page.show("development/plan.html", development=development, license=development["license"], plans=plans)


@router.get("/add-{what}")
async def add_page(page: SignedIn, number: str, what: str) -> Response:
    return await _show_add(page, number, f"add-{what}", Form())


@router.post("/add-{what}")
async def add(page: SignedIn, number: str, what: str) -> Response:
    """Records a credit; whatever rule refuses it, the form comes back as it was with the rule at its field."""
    form = await page.form(at_most=READ_UP_TO)
    names = {"file": "scan", "scan_id": "scan"} | ({} if f"add-{what}" in PAGES else {"group": "credit_type"})
    with form.trying(**names):
        await scans.upload(page, form)
        form.require(**_required(f"add-{what}"))
        body = _credit(form, f"add-{what}")
        form.stop_if_refused()
        made = await page.post("credentials", f"/licenses/{number}/credits", body, form=form)
        added = _("%(amount)s %(unit)s added.", amount=amount_text(made["amount"]), unit=_(made["unit"]))
        return page.see(f"/licenses/{number}/development", added)
    return await _show_add(page, number, f"add-{what}", form)


@router.post("/take-out")
async def take_out(page: SignedIn, number: str) -> Response:
    """Takes out a credit that the educator entered."""
    form = await page.form()
    with form.trying():
        await page.send("DELETE", "credentials", f"/credits/{form['credit_id']}", form=form)
        return page.see(f"/licenses/{number}/development", _("The credit is taken out."))
    return _show_development(page, await development_of(page, number), form)


def _show_development(page: Page, development: dict[str, Any], form: Form) -> Response:
    """What may be entered is the state's policy; what its department alone loads is said."""
    entered = {kind["code"] for kind in development["credit_types"] if "educator" in kind["entered_by"]}
    theirs = entered & _counting(development) or entered
    return page.show(
        "development/development.html",
        form=form,
        development=development,
        license=development["license"],
        closest=closest(development["options"]),
        severity=severity(development["obstacle"]),
        adds=[(path, _(words)) for path, (code, _template, words) in PAGES.items() if code in theirs],
        first_unit=next((kind["unit"] for kind in development["credit_types"] if kind["code"] in theirs), None),
        has_evidence=bool(_evidence(page, development)),
        has_loaded=len(entered) < len(development["credit_types"]),
    )


def _counting(development: dict[str, Any]) -> set[str]:
    """The kinds of credit of which some way to renew this license counts the unit."""
    units = {line["unit"]["code"] for option in development["options"] for line in option["lines"]}
    return {kind["code"] for kind in development["credit_types"] if kind["unit"]["code"] in units}


def _evidence(page: Page, development: dict[str, Any]) -> list[Any]:
    """The kinds that rest on a document instead of an amount, as far as educators enter them."""
    units = {unit.code for unit in page.policy.development.units if unit.counts == "evidence"}
    kinds = development["credit_types"]
    return [kind for kind in kinds if "educator" in kind["entered_by"] and kind["unit"]["code"] in units]


async def development_of(page: Page, number: str) -> dict[str, Any]:
    """How the renewal of a license stands, what is filed included."""
    found, applications = await page.together(
        page.get("credentials", f"/licenses/{number}/development"),
        page.get_or([], "renewals", "/applications"),
    )
    return with_filing(found, applications, page.policy)


async def _show_add(page: Page, number: str, name: str, form: Form) -> Response:
    development = await page.get("credentials", f"/licenses/{number}/development")
    code, template, words = PAGES.get(name, EVIDENCE)
    kind = next((k for k in development["credit_types"] if k["code"] == code and "educator" in k["entered_by"]), None)
    if kind is None and name in PAGES:
        raise NotFound  # this state knows no such kind
    return page.show(
        f"development/{template}.html",
        form=form,
        development=development,
        license=development["license"],
        kind=kind,
        title=_(words),
        evidence=_evidence(page, development),
    )


def _required(name: str) -> Mapping[str, str]:
    if name in ("add-ceu", "add-pdp"):
        return {"title": _("Enter the training."), "provider": _("Enter the agency.")}
    if name == "add-coursework":
        return {
            "provider": _("Enter the institution."),
            "title": _("Enter the course."),
            "amount": _("Enter the semester hours."),
        }
    return {"credit_type": _("Choose what it is."), "title": _("Enter what it says.")}


def _credit(form: Form, name: str) -> dict[str, Any]:
    """The credit as it was typed; the service decides what it is worth."""
    kind = form["credit_type"] if name not in PAGES else PAGES[name][0]
    amount, hours = form.number("amount"), form.number("contact_hours")
    if name in ("add-ceu", "add-pdp") and amount is None and hours is None and not form.errors:
        form.refuse(_("Enter the amount, the contact hours, or both."), "amount")
    return {
        "credit_type": kind,
        "title": form["title"],
        "provider": form["provider"] or form["title"],
        "started_on": form.day("started_on", optional=True),
        "completed_on": form.day("completed_on", _("Enter the day on which it was completed: month, day and year.")),
        "amount": amount,
        "contact_hours": hours,
        "grade": form["grade"],
        "group": form["group"] or None,
        "scan_id": form["scan_id"] or None,
    }
