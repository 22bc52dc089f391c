"""The site: templates, assets, sealed cookies and the other services, and every view under its address."""

from collections.abc import Awaitable, Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from services.portal import refusals, tags
from services.portal.assets import Assets
from services.portal.faces import Faces
from services.portal.page import PasswordFirst
from services.portal.sealing import Sealer
from services.portal.views import ROUTERS
from services.portal.words import LANGUAGE_NAMES, LANGUAGES, _, formats, n_, refusal
from shared.errors import ElmsError, NotSignedIn
from shared.peers import PeerRefused

if TYPE_CHECKING:
    from shared.runtime import Runtime

_TEMPLATES = Path(__file__).parent / "templates"
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Site:
    """What every page of one process shares."""

    def __init__(self, runtime: "Runtime") -> None:
        self.settings = runtime.settings
        self.policy = runtime.policy
        self.stopping = runtime.stopping
        self.faces = Faces("portal", runtime.settings)
        self.sealer = Sealer.of(runtime.settings)
        self.assets = Assets()

    @cached_property
    def templates(self) -> Environment:
        """The pages' templates, with what all of them may call."""
        made = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,  # no look at the disk for each part of a page, and no part newer than its view
        )
        made.globals |= {
            "_": _,
            "n_": n_,
            "asset": self.assets.address,
            "LANGUAGES": LANGUAGES,
            "LANGUAGE_NAMES": LANGUAGE_NAMES,
            "tags": tags,
            "refusal": refusal,
        }
        made.globals |= {"demo": self.settings.demo, "policy": self.policy}
        made.filters |= {
            "pairs": lambda rows, *names: [tuple(row[name] for name in names) for row in rows],
            "spoken": _,
            "capitalize_first": lambda text: text[:1].upper() + text[1:],
            "agency": self.policy.agency.publisher,
            "phone": formats.phone_text,
            "event": formats.event_text,
            "day": formats.day_text,
            "amount": formats.amount_text,
            "age": formats.age_text,
            "time": lambda value: formats.time_text(value, self.policy),
            "moment": lambda value: formats.moment_text(value, self.policy),
        }
        return made


def create(runtime: "Runtime") -> ASGIApp:
    """The portal's pages as an ASGI application."""
    site = Site(runtime)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.site = site
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)
    app.add_route("/assets/{build}/{path:path}", site.assets.answer)
    for router in ROUTERS:
        app.include_router(router)
    app.middleware("http")(_with_headers)
    app.add_middleware(GZipMiddleware, minimum_size=800)
    return app


_HANDLERS: dict[Any, Any] = {
    NotSignedIn: refusals.on_not_signed_in,
    PasswordFirst: refusals.on_password_first,
    PeerRefused: refusals.on_peer_refused,
    ElmsError: refusals.on_refused,
    HTTPException: refusals.on_http,
    RequestValidationError: refusals.on_invalid,
}


async def _with_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Every answer says what a browser may load and where it may be framed; the unexpected gets its page too."""
    try:
        response = await call_next(request)
    except Exception as error:
        response = await refusals.on_unexpected(request, error)
    for name, value in _HEADERS.items():
        response.headers[name] = value
    return response
