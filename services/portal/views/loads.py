"""The department's loads: a file is checked, shown, loaded under a progress bar, and can be taken back."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from services.portal.forms import Form
from services.portal.page import Page, SignedIn
from services.portal.waits import wait_of_load
from services.portal.words import _

router = APIRouter(prefix="/office/loads")

ROLES = ("loader", "licensing_officer")
MOST_BYTES = 1 << 30
"""As the door takes at most."""
UNDER_WAY = ("checking", "loading", "recalling")


@router.get("")
async def loads(page: SignedIn) -> Response:
    return await _show_list(page, Form())


@router.post("")
async def post_file(page: SignedIn) -> Response:
    """Sends the file on; nothing is loaded before somebody has seen the preview."""
    page.require(*ROLES)
    form = await page.form(at_most=MOST_BYTES)
    with form.trying():
        form.require(file=_("Choose a file."), agency=_("Choose the agency."))
        file = form.files["file"]
        load = await page.send(
            "POST", "exchange", "/loads", form=form,
            params={"agency": form["agency"], "kind": "credits", "name": file.filename or ""},
            content=await file.read(),
        )  # fmt: skip
        return page.see(f"/office/loads/{load['load_id']}")
    return await _show_list(page, form)


@router.get("/{load_id}")
async def load(page: SignedIn, load_id: str) -> Response:
    return await _show(page, load_id, Form())


@router.get("/{load_id}/errors.csv")
async def errors(page: SignedIn, load_id: str) -> Response:
    page.require(*ROLES)
    return await page.file("exchange", f"/loads/{load_id}/errors.csv", f"errors-{load_id}.csv")


@router.post("/{load_id}/load")
async def load_it(page: SignedIn, load_id: str) -> Response:
    page.require(*ROLES)
    form = await page.form()
    with form.trying():
        await page.post("exchange", f"/loads/{load_id}/load", {}, form=form)
        return page.see(f"/office/loads/{load_id}")
    return await _show(page, load_id, form)


@router.get("/{load_id}/recall")
async def recall_preview(page: SignedIn, load_id: str) -> Response:
    return await _show_recall(page, load_id, Form())


@router.post("/{load_id}/recall")
async def recall(page: SignedIn, load_id: str) -> Response:
    """Takes every credit of the load back, after its effect was shown."""
    page.require(*ROLES)
    form = await page.form()
    with form.trying():
        form.require(reason=_("Write the reason. The agency and the educators will read it."))
        await page.post("exchange", f"/loads/{load_id}/recall", {"reason": form["reason"]}, form=form)
        return page.see(f"/office/loads/{load_id}")
    return await _show_recall(page, load_id, form)


async def _show_list(page: Page, form: Form) -> Response:
    page.require(*ROLES)
    found: list[Any] = await page.get("exchange", "/loads")
    return page.show("office/loads.html", form=form, loads=found, agencies=_agencies(page))


def _agencies(page: Page) -> list[tuple[str, str]]:
    """In whose name a file can be loaded: each agency's code and name."""
    return [(code, page.policy.agency.publisher(code)) for code in page.site.settings.agencies]


async def _show(page: Page, load_id: str, form: Form) -> Response:
    page.require(*ROLES)
    found = await page.get("exchange", f"/loads/{load_id}")
    response = page.show(
        "office/load.html",
        form=form,
        load=found,
        is_under_way=found["state"] in UNDER_WAY,
        wait=wait_of_load(found, page.policy),
    )
    if found["state"] in UNDER_WAY:
        response.headers["Refresh"] = "2"
    return response


async def _show_recall(page: Page, load_id: str, form: Form) -> Response:
    page.require(*ROLES)
    found, preview = await page.together(
        page.get("exchange", f"/loads/{load_id}"), page.get("exchange", f"/loads/{load_id}/recall-preview")
    )
    return page.show("office/recall.html", form=form, load=found, preview=preview)
