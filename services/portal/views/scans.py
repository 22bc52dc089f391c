"""Scans of originals: handed in with a credit or after it, read by their educator and by who decides."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.portal.forms import READ_UP_TO, Form
from services.portal.page import Page, SignedIn
from services.portal.words import _
from shared.errors import NotFound

router = APIRouter()

MOST_BYTES = 10 << 20
"""As credentials takes at most: what is larger is refused before it is read."""


@router.get("/scans/{scan_id}")
async def scan(page: SignedIn, scan_id: UUID) -> Response:
    """The file itself, as an attachment; who may read it, credentials decides."""
    return await page.file("credentials", f"/scans/{scan_id}")


@router.get("/licenses/{number}/credits/{credit_id}/scan")
async def add_page(page: SignedIn, number: str, credit_id: UUID) -> Response:
    return await _show(page, number, credit_id, Form())


@router.post("/licenses/{number}/credits/{credit_id}/scan")
async def add(page: SignedIn, number: str, credit_id: UUID) -> Response:
    """Adds a file to a credit that is recorded already."""
    form = await page.form(at_most=READ_UP_TO)
    with form.trying(file="scan", scan_id="scan"):
        await upload(page, form)
        if not form["scan_id"]:
            form.refuse(_("Choose a file."), "scan")
        await page.send("PUT", "credentials", f"/credits/{credit_id}/scans/{form['scan_id']}", form=form)
        return page.see(f"/licenses/{number}/development", _("The file is handed in."))
    return await _show(page, number, credit_id, form)


async def upload(page: Page, form: Form) -> None:
    """Hands the chosen file in, before anything else of the form is judged: a browser can't keep a file, we can.

    The form then has `scan_id` and `scan_name`, and comes back with them; another file chosen takes their place.
    """
    file = form.files.get("scan")
    if file is None:
        return
    if (file.size or 0) > MOST_BYTES:
        size = -(-(file.size or 0) // (1 << 20))
        form.refuse(_("%(size)s MB is too big; choose a file up to %(most)s MB.", size=size, most=10), "scan")
        return
    name = (file.filename or "")[:200]
    made: dict[str, Any] = await page.send(
        "POST", "credentials", "/scans", key=f"{form.key}-scan", params={"name": name}, content=await file.read()
    )
    form.keep(scan_id=made["scan_id"], scan_name=made["name"])


async def _show(page: Page, number: str, credit_id: UUID, form: Form) -> Response:
    development = await page.get("credentials", f"/licenses/{number}/development")
    credit = next((each for each in development["credits"] if each["credit_id"] == str(credit_id)), None)
    if credit is None:
        raise NotFound
    return page.show(
        "development/add_scan.html", form=form, development=development, license=development["license"], credit=credit
    )
