"""One application: where it is, why, what comes next, by when; live where scripts run, the same without."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from services.portal.forms import Form
from services.portal.live import changes
from services.portal.page import Live, Page, SignedIn
from services.portal.words import _, noted

router = APIRouter(prefix="/applications/{reference}")

STEPS = (noted("Filed"), noted("Review"), noted("Renewed"), noted("Printed"), noted("Mailed"))


@router.get("")
async def status(page: SignedIn, reference: str) -> Response:
    return await _show(page, reference, Form())


@router.get("/proof")
async def proof_of_filing(page: SignedIn, reference: str) -> Response:
    """One sheet to print: what was filed, when, under which reference."""
    application = await page.get("renewals", f"/applications/{reference}")
    return page.show("applications/proof.html", application=application)


@router.post("/withdraw")
async def withdraw(page: SignedIn, reference: str) -> Response:
    form = await page.form()
    with form.trying():
        form.require(sure=_("Tick the box if you want to withdraw it."))
        await page.post("renewals", f"/applications/{reference}/withdraw", form=form)
        return page.see(f"/applications/{reference}", _("The application is withdrawn. Your credits are free again."))
    return await _show(page, reference, form)


@router.get("/events")
async def events(page: Live, reference: str) -> Response:
    """Server-sent events: `changed` whenever the application or its paper has."""
    return await changes(page, lambda: _version(page, reference))


async def _version(page: Page, reference: str) -> str:
    return _seen(*await _with_jobs(page, reference))


async def _with_jobs(page: Page, reference: str) -> tuple[dict[str, Any], list[Any]]:
    """An application, and its print jobs as far as printing answers: those of the person who asks."""
    application, jobs = await page.together(
        page.get("renewals", f"/applications/{reference}"),
        page.if_there(page.get("printing", "/jobs", person_id=str(page.actor.person_id)), []),
    )
    return application, [job for job in jobs if job["application_id"] == application["application_id"]]


def _seen(application: dict[str, Any], jobs: list[Any]) -> str:
    """Something that is another text after every change."""
    pieces = [piece["state"] for job in jobs for piece in job.get("pieces", ())]
    return f"{application['version']}-{len(application['timeline'])}-{'.'.join(pieces)}"


async def _show(page: Page, reference: str, form: Form) -> Response:
    application, jobs = await _with_jobs(page, reference)
    if not application["mine"]:
        return page.see(f"/queue/{reference}")  # what whoever decides wants to see of it
    return page.show(
        "applications/status.html",
        form=form,
        application=application,
        job=jobs[0] if jobs else None,
        steps=[_(step) for step in STEPS],
        seen=_seen(application, jobs),
        at=_step_of(application, jobs),
    )


def _step_of(application: dict[str, Any], jobs: list[Any]) -> int:
    """Which of the steps it is at, counted from 1."""
    if application["state"] in ("waiting", "returned", "blocked"):
        return 2
    if application["state"] not in ("completed",):
        return 3 if application["state"] == "approved" else 1
    states = {piece["state"] for job in jobs for piece in job.get("pieces", ())}
    if "mailed" in states:
        return 5
    return 4 if states else 3
