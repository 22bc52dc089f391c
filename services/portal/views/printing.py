"""The print desk: the day, batches under a lease, one field to scan with, spoiled sheets, stock that balances."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from services.portal.forms import Form
from services.portal.page import Page, SignedIn
from services.portal.waits import wait_of
from services.portal.words import _, n_, noted, refusal
from services.portal.words.formats import as_instant
from shared.errors import NotFound
from shared.peers import PeerRefused

router = APIRouter(prefix="/print")

ROLES = ("print_shop", "licensing_officer", "operator")
ACTS = (
    ("printed", noted("Printed")),
    ("clear", noted("Clear for its envelope")),
    ("inserted", noted("In its envelope")),
    ("mailed", noted("Mailed")),
    ("spoiled", noted("Spoiled sheet")),
    ("returned", noted("Came back")),
)
SAID_OF_PIECES = (NotFound.status, 409)
"""Refusals that are a word about the piece, and the next can be scanned; others leave the scan where it was."""
KEPT_SCANS = 10


@router.get("")
async def desk(page: SignedIn) -> Response:
    return await _show_desk(page, Form())


@router.post("/take")
async def take(page: SignedIn) -> Response:
    """Takes the next batch that waits, or the one named; the lease keeps others away."""
    page.require(*ROLES)
    form = await page.form()
    with form.trying():
        path = f"/batches/{form['batch_id']}/take" if form["batch_id"] else "/batches/take"
        batch = await page.post("printing", path, {}, form=form)
        return page.see(f"/print/batches/{batch['batch_id']}", _("The batch is yours."))
    return await _show_desk(page, form)


@router.post("/cut")
async def cut(page: SignedIn) -> Response:
    page.require(*ROLES)
    form = await page.form()
    with form.trying():
        await page.post("printing", "/batches/cut", {}, form=form)
        return page.see("/print", _("What is due is being cut; the batch appears here in a moment."))
    return await _show_desk(page, form)


@router.get("/batches/{batch_id}")
async def batch(page: SignedIn, batch_id: str) -> Response:
    return await _show_batch(page, batch_id, Form())


@router.get("/batches/{batch_id}/manifest.json")
async def manifest(page: SignedIn, batch_id: str) -> Response:
    page.require(*ROLES)
    return await page.file("printing", f"/batches/{batch_id}/manifest", f"manifest-{batch_id}.json")


@router.get("/batches/{batch_id}/files/{name}")
async def file(page: SignedIn, batch_id: str, name: str) -> Response:
    page.require(*ROLES)
    return await page.file("printing", f"/batches/{batch_id}/files/{name}", name)


@router.post("/batches/{batch_id}/reprint")
async def reprint(page: SignedIn, batch_id: str) -> Response:
    """Prints the spoiled ones and those ticked as missing again, and nothing else."""
    page.require(*ROLES)
    form = await page.form()
    with form.trying():
        body = {"lease": int(form["lease"] or 0), "missing": list(form.all("missing"))}
        made = await page.post("printing", f"/batches/{batch_id}/reprint", body, form=form)
        said = n_("%(num)s piece is printed again.", "%(num)s pieces are printed again.", made["pieces"])
        return page.see(f"/print/batches/{batch_id}", said)
    return await _show_batch(page, batch_id, form)


@router.get("/scan")
async def scan_page(page: SignedIn) -> Response:
    page.require(*ROLES)
    return page.show("print/scan.html", form=Form({"act": "printed"}), acts=ACTS, last=[], outcome=None)


@router.post("/scan")
async def scan(page: SignedIn) -> Response:
    """One piece by the number that was scanned; the answer stands large above the field, which has the focus again."""
    page.require(*ROLES)
    form = await page.form()
    outcome = await _scan(page, form)
    last = [outcome, *form.all("last")][:KEPT_SCANS] if outcome else list(form.all("last"))
    shown = form if form.is_only_shown or form.status != 200 else Form({"act": form["act"], "note": form["note"]})
    return page.show("print/scan.html", form=shown, acts=ACTS, last=last, outcome=outcome)


async def _scan(page: Page, form: Form) -> str:
    """What became of the piece, in a line that begins with its number."""
    with form.trying():
        form.require(number=_("Scan or type a piece's number."))
        if form["act"] not in dict(ACTS):
            raise NotFound
        try:
            piece = await page.get("printing", f"/pieces/{form['number']}")
            batch = await page.get("printing", f"/batches/{piece['batch_id']}")
            await _report(page, form, piece, batch["lease"])
        except PeerRefused as refused:
            if refused.status not in SAID_OF_PIECES:
                raise
            return f"{form['number']}: {_refused(refused)}"
        done = _("Cleared. Insert.") if form["act"] == "clear" else _(dict(ACTS)[form["act"]])
        return f"{form['number']}: {done}"
    return ""


async def _report(page: Page, form: Form, piece: dict[str, Any], lease: int) -> None:
    if form["act"] == "clear":
        await page.post("printing", f"/pieces/{piece['piece_id']}/clear", {"lease": lease})
        return
    told = {"outcome": form["act"], "lease": lease, "serial": form["serial"], "note": form["note"]}
    await page.post("printing", f"/pieces/{piece['piece_id']}/report", told, form=form)


def _refused(refused: PeerRefused) -> str:
    if refused.status == NotFound.status:
        return _("Not in this batch. Set aside.")
    return refusal(str(refused))


@router.get("/stock")
async def stock(page: SignedIn) -> Response:
    return await _show_stock(page, Form())


@router.post("/stock/receive")
async def receive(page: SignedIn) -> Response:
    form = await page.form()
    with form.trying():
        form.require(first=_("Enter the first number."), last=_("Enter the last number."))
        await page.post("printing", "/stock/receipts", {n: form[n] for n in ("first", "last")}, form=form)
        return page.see("/print/stock", _("The sheets are taken in."))
    return await _show_stock(page, form)


@router.post("/stock/count")
async def count(page: SignedIn) -> Response:
    form = await page.form()
    with form.trying():
        form.require(counted=_("Enter how many sheets you counted."))
        await page.post("printing", "/stock/counts", {"counted": form.number("counted")}, form=form)
        return page.see("/print/stock", _("The count is recorded."))
    return await _show_stock(page, form)


async def _show_desk(page: Page, form: Form) -> Response:
    page.require(*ROLES)
    return page.show("print/desk.html", form=form, desk=await page.get("printing", "/desk"), wait_of=wait_of)


async def _show_batch(page: Page, batch_id: str, form: Form) -> Response:
    page.require(*ROLES)
    found, pieces = await asyncio.gather(
        page.get("printing", f"/batches/{batch_id}"),
        page.get("printing", f"/batches/{batch_id}/pieces", limit=500),
    )
    held = as_instant(found["lease_until"])
    is_held = held is not None and held > datetime.now(UTC)  # leases follow real time
    return page.show("print/batch.html", form=form, batch=found, pieces=pieces, is_held=is_held)


async def _show_stock(page: Page, form: Form) -> Response:
    page.require(*ROLES)
    return page.show("print/stock.html", form=form, stock=await page.get("printing", "/stock"))
