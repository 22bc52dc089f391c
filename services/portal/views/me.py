"""One's own account: name, address, phone, e-mail; what may be changed without proof is the state's policy."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.portal.forms import Form
from services.portal.page import Page, SignedIn
from services.portal.views.profile import contact_of
from services.portal.words import _

router = APIRouter()


@router.get("/account")
async def account(page: SignedIn, next: Annotated[str, Query(max_length=300)] = "") -> Response:
    return await _show(page, Form(), next)


@router.post("/account/contact")
async def change_contact(page: SignedIn) -> Response:
    form = await page.form()
    with form.trying(address="line1"):
        await page.post("identity", "/me/contact", contact_of(form), form=form)
        said = _("Saved. Letters and licenses go to this address from now on.")
        return page.see(_ours(form["next"]) or "/account", said)
    return await _show(page, form, form["next"])


@router.post("/account/name")
async def change_name(page: SignedIn) -> Response:
    form = await page.form()
    with form.trying(name="last"):
        form.require(first=_("Enter your first name."), last=_("Enter your last name."))
        name = {part: form[part] for part in ("first", "middle", "last", "suffix")}
        await page.post("identity", "/me/name", {"name": name}, form=form)
        return page.see("/account", _("Saved. The new name stands in the look-up and on your next license."))
    return await _show(page, form, "")


@router.get("/stay")
async def stay(page: SignedIn) -> Response:
    """Keeps the session alive; a page asks for it when its person says so."""
    return page.passed_on(Response(status_code=204))


async def _show(page: Page, form: Form, wanted: str) -> Response:
    me = await page.get("identity", "/me")
    return page.show("account/account.html", form=form, me=me, next=_ours(wanted))


def _ours(path: str) -> str:
    """A page of this site, or nothing."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else ""
