"""Signing in and out, and a password of one's own."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.portal.areas import landing
from services.portal.forms import Form
from services.portal.page import Page, Public
from services.portal.session import Visit
from services.portal.words import _
from shared.errors import NotSignedIn
from shared.peers import PeerRefused

router = APIRouter()
LATE_SECONDS = 12 * 60 * 60


@router.get("/sign-in")
async def sign_in_page(page: Public, next: Annotated[str, Query(max_length=500)] = "") -> Response:
    return page.show("account/sign_in.html", next=next, kept="", had_files=False)


@router.post("/sign-in")
async def sign_in(page: Public) -> Response:
    """A session; then the page that was asked for, or the form that came too late, or one's own desk."""
    form = await page.form()
    with form.trying():
        form.require(
            user_id=_("Enter your %(label)s.", label=page.policy.accounts.user_names.label),
            password=_("Enter your password."),
        )
        await _begin(page, form)
        late = page.site.sealer.open(form["_kept"], "late post", LATE_SECONDS)
        if late and not page.visit.must_change:
            return page.show("account/go_on.html", late=late)
        return page.see(_where_next(page, form["next"]))
    return page.show("account/sign_in.html", form=form, next=form["next"], kept=form["_kept"], had_files=False)


async def _begin(page: Page, form: Form) -> None:
    """Puts the session into the visit. A wrong password is the form's problem, whichever of the two was wrong."""
    body = {"user_id": form["user_id"], "password": str(form.values.get("password", ""))}
    try:
        answer: dict[str, Any] = await page.post("identity", "/sign-in", body)
    except PeerRefused as refused:
        if refused.status != NotSignedIn.status:
            raise
        label = page.policy.accounts.user_names.label
        form.refuse(_("That %(label)s and password don't match. Both are case-sensitive.", label=label), "password")
        form.stop_if_refused()
        raise
    page.visit = page.visit.signed_in(answer)


def _where_next(page: Page, wanted: str) -> str:
    """The page that was asked for, if it is one of ours."""
    if page.visit.must_change:
        return "/account/password"
    if wanted.startswith("/") and not wanted.startswith(("//", "/\\", "/sign-")):
        return wanted
    return landing(page.actor, page.today, page.policy)


@router.post("/sign-out")
async def sign_out(page: Public) -> Response:
    """Ends the session everywhere; signing out twice is no error."""
    await page.form()
    if page.visit.session:
        await page.if_there(page.post("identity", "/sign-out", {"session": page.visit.session}))
    page.visit = Visit.new()
    return page.see("/sign-in", _("You are signed out."))


@router.get("/account/password")
async def password_page(page: Public) -> Response:
    _require_session(page)
    return page.show("account/password.html")


@router.post("/account/password")
async def change_password(page: Public) -> Response:
    """The new password; every other session ends, and this one goes on with a fresh token."""
    _require_session(page)
    form = await page.form()
    with form.trying(password="new_password"):
        form.require(current_password=_("Enter your current password."), new_password=_("Enter a new password."))
        body = {name: str(form.values[name]) for name in ("current_password", "new_password")}
        await _with_wrong_password_at_its_field(
            page.post("identity", "/password", body | {"session": page.visit.session}), form
        )
        again = await page.post("identity", "/sessions/refresh", {"session": page.visit.session})
        page.visit = page.visit.signed_in(again)
        return page.see(
            landing(page.actor, page.today, page.policy), _("Your new password stands. Other sessions have ended.")
        )
    return page.show("account/password.html", form=form)


async def _with_wrong_password_at_its_field(question: Any, form: Form) -> None:
    try:
        await question
    except PeerRefused as refused:
        if refused.problem.get("field") != "current_password":
            raise
        form.refuse(_("That is not your current password."), "current_password")
        form.stop_if_refused()


def _require_session(page: Page) -> None:
    if not page.visit.is_signed_in:
        raise NotSignedIn
