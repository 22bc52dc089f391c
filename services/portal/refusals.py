"""What a view does not meet itself: signing in again with nothing lost, and written pages for 403, 404, 429, 503."""

from typing import Any

import structlog
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.portal.forms import READ_UP_TO, Form, read_form
from services.portal.page import Page
from services.portal.words import _, refusal
from shared.errors import ElmsError, NotFound, NotSignedIn, Unavailable
from shared.peers import PeerRefused

log = structlog.get_logger()
NEVER_KEPT = ("password", "new_password", "ssn", "ssn_last_four", "hint_answer", "pin", "_mark", "_key")


async def on_not_signed_in(request: Request, error: Exception) -> Response:
    """A page asks to sign in first; a form that came too late is kept, and comes back filled afterwards."""
    page = Page(request)
    if request.method != "POST":
        query = f"?{request.url.query}" if request.url.query else ""
        return page.see(f"/sign-in?next={request.url.path}{query}")
    data = await read_form(request, READ_UP_TO)
    typed = [(n, v) for n, v in data.multi_items() if isinstance(v, str) and n not in NEVER_KEPT]
    had_files = any(isinstance(v, UploadFile) and v.filename for _n, v in data.multi_items())
    kept = page.site.sealer.seal({"path": request.url.path, "typed": typed}, "late post")
    return page.show("account/sign_in.html", form=Form(), status=401, kept=kept, had_files=had_files, next="")


async def on_password_first(request: Request, error: Exception) -> Response:
    return RedirectResponse("/account/password", 303)


async def on_peer_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, PeerRefused)
    if error.status == NotSignedIn.status:
        return await on_not_signed_in(request, error)
    return _written(Page(request), error.status, refusal(str(error)))


async def on_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, ElmsError)
    return _written(Page(request), error.status, refusal(str(error)))


async def on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _written(Page(request), error.status_code, "")


async def on_invalid(request: Request, error: Exception) -> Response:
    """An address whose parts cannot be what they stand for is an address of nothing."""
    return _written(Page(request), NotFound.status, "")


async def on_unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected", path=request.url.path, exc_info=error)
    return _written(Page(request), 500, "")


def _written(page: Page, status: int, sentence: str) -> Response:
    title, what, next_step = _texts(page, status)
    response = page.show("error.html", status=status, title=title, what=what, next_step=next_step, sentence=sentence)
    if status in (429, Unavailable.status):
        response.headers["Retry-After"] = "60" if status == 429 else "5"
    return response


def _texts(page: Page, status: int) -> tuple[str, str, str]:
    """(title, what happened, what to do) of an error page."""
    office = page.policy.agency.contacts[0]
    whom = {"name": office.name, "phone": office.phone}
    texts: dict[int, Any] = {
        403: (
            _("You can't open this page"),
            _("You don't have the role that this page needs."),
            _("Your district's directory administrator can grant it; or call %(name)s, %(phone)s.", **whom),
        ),
        404: (
            _("Page not found"),
            _("Nothing is at this address, or it is not yours to see."),
            _("Check the address, or begin at the home page."),
        ),
        413: (
            _("Too big to be taken"),
            _("More was sent than this form can hold. Nothing was changed."),
            _("Go back and choose a smaller file."),
        ),
        429: (
            _("Too many tries"),
            _("So many requests came from your address that we ask you to wait."),
            _("Try again in a few minutes. Nothing you did before is lost."),
        ),
        503: (
            _("A part of the system is away"),
            _("A service that this page needs does not answer. Nothing was changed."),
            _("Try again in a minute. If it stays so, call %(name)s, %(phone)s.", **whom),
        ),
    }
    other = (
        _("That did not work") if status < 500 else _("Something went wrong on our side"),
        _("This could not be done.") if status < 500 else _("The error is recorded, and somebody will look at it."),
        _("Go back and try again, or call %(name)s, %(phone)s.", **whom),
    )
    found: tuple[str, str, str] = texts.get(status, other)
    return found
