"""Credentials → Professional Development: what is needed, what is there, entering more, and the cheapest way."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from services.portal.forms import READ_UP_TO, Form
from services.portal.page import Page, SignedIn
from services.portal.views import scans
from services.portal.words import _
from services.portal.words.formats import amount_text

router = APIRouter(prefix="/licenses/{number}")

PAGES = {"add-ceu": "ceu", "add-coursework": "coursework", "add-evidence": "evidence"}
"""The pages for entering a credit, and the template of each."""


@router.get("")
async def one_license(page: SignedIn, number: str) -> Response:
    development = await _development(page, number)
    return page.show("development/license.html", development=development, license=development["license"])


@router.get("/copy.pdf")
async def unofficial_copy(page: SignedIn, number: str) -> Response:
    license = await page.get("credentials", f"/licenses/{number}")
    return await page.file("printing", f"/licenses/{license['license_id']}/unofficial-copy")


@router.get("/development")
async def professional_development(page: SignedIn, number: str) -> Response:
    development = await _development(page, number)
    return page.show("development/development.html", development=development, license=development["license"])


@router.get("/plan")
async def plan(page: SignedIn, number: str) -> Response:
    development, plans = await page.together(
        _development(page, number), page.get("credentials", f"/licenses/{number}/plan")
    )
    return page.show("development/plan.html", development=development, license=development["license"], plans=plans)


@router.get("/add-{what}")
async def add_page(page: SignedIn, number: str, what: str) -> Response:
    return await _show_add(page, number, f"add-{what}", Form())


@router.post("/add-{what}")
async def add(page: SignedIn, number: str, what: str) -> Response:
    """Records a credit; whatever rule refuses it, the form comes back as it was with the rule at its field."""
    form = await page.form(at_most=READ_UP_TO)
    with form.trying(group="credit_type", file="scan", scan_id="scan"):
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
    development = await _development(page, number)
    return page.show("development/development.html", form=form, development=development, license=development["license"])


async def _development(page: Page, number: str) -> dict[str, Any]:
    found: dict[str, Any] = await page.get("credentials", f"/licenses/{number}/development")
    return found


async def _show_add(page: Page, number: str, name: str, form: Form) -> Response:
    development = await _development(page, number)
    evidence = {unit.code for unit in page.policy.development.units if unit.counts == "evidence"}
    kinds = [k for k in development["credit_types"] if "educator" in k["entered_by"]]
    template = PAGES.get(name, "evidence")
    return page.show(
        f"development/add_{template}.html",
        form=form,
        development=development,
        license=development["license"],
        kind=next((k for k in kinds if k["code"] == template), None),
        evidence=[k for k in kinds if k["unit"]["code"] in evidence],
    )


def _required(name: str) -> Mapping[str, str]:
    if name == "add-ceu":
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
    kind = form["credit_type"] if name == "add-evidence" else PAGES[name]
    amount, hours = form.number("amount"), form.number("contact_hours")
    if name == "add-ceu" and amount is None and hours is None and not form.errors:
        form.refuse(_("Enter the CEU, the contact hours, or both."), "amount")
    return {
        "credit_type": kind,
        "title": form["title"],
        "provider": form["provider"] or form["title"],
        "started_on": form.day("started_on", optional=True),
        "completed_on": form.day("completed_on", _("Enter the day on which it was completed: month, day and year.")),
        "amount": amount,
        "contact_hours": hours,
        "grade": form["grade"],
        "scan_id": form["scan_id"] or None,
    }
