"""`Page`: one request for one page: who looks, what the services say to them, and the page in their language.

async def home(page: SignedIn) -> Response:
    licenses, letters = await page.together(page.get("credentials", "/licenses"), page.get(…))
    return page.show("home/home.html", licenses=licenses)
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import Depends
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from services.portal.areas import area_at, areas_of, holds_one
from services.portal.forms import MOST_TYPED, Form, FormStale, read_form
from services.portal.session import LANGUAGE_COOKIE, read_visit, write_visit
from services.portal.words import LANGUAGES, language, speak
from shared.errors import Forbidden, NotSignedIn, Unavailable
from shared.ids import new_id
from shared.peers import PeerRefused
from shared.policies.calendar import local_date
from shared.tokens import Actor

if TYPE_CHECKING:
    from services.portal.site import Site


class PasswordFirst(Exception):
    """An assigned password is changed before anything else."""


class Page:
    """What a view has of its request."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.site: Site = request.app.state.site
        self.visit = read_visit(request, self.site.sealer)
        self._kept = self.visit
        self.now = self.site.settings.clock.now()
        self.policy = self.site.policy
        self.today = local_date(self.now, self.policy)
        self.choose_language(request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE, "en"))

    # ── who looks ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def actor(self) -> Actor:
        """The person. Raises `NotSignedIn`."""
        if (actor := self.visit.actor) is None:
            raise NotSignedIn
        return actor

    def holds(self, *roles: str) -> bool:
        """Whether the person holds one of the roles today."""
        return self.visit.actor is not None and holds_one(self.actor, roles, self.today)

    def require(self, *roles: str) -> None:
        """Raises `Forbidden` unless the person holds one of the roles today. The services decide again themselves."""
        if not self.holds(*roles):
            raise Forbidden

    async def ready(self, *, is_activity: bool = True) -> None:
        """Makes sure of a person and a token that lasts for this page. Raises `NotSignedIn`."""
        if not self.visit.is_signed_in:
            raise NotSignedIn
        if self.visit.needs_token:
            self.visit = self.visit.refreshed(await self._refreshed(is_activity))
        if is_activity and time.time() - self.visit.used > 60:
            self.visit = replace(self.visit, used=time.time())

    async def _refreshed(self, is_activity: bool) -> dict[str, Any]:
        try:
            body = {"session": self.visit.session, "activity": is_activity}
            answer = await self.site.faces.ask("POST", "identity", "/sessions/refresh", json=body, visitor=self.visitor)
        except PeerRefused as over:
            self.visit = replace(self.visit, session="", token="")
            raise NotSignedIn from over
        return dict(answer)

    @property
    def visitor(self) -> str:
        """The address of who looks, for limits in time."""
        return self.request.client.host if self.request.client else ""

    # ── what the services say ────────────────────────────────────────────────────────────────────────────────

    async def get(self, service: str, path: str, **params: Any) -> Any:
        """The JSON at a service's path, asked as this person. Raises `PeerRefused` or `Unavailable`."""
        given = {name: value for name, value in params.items() if value not in (None, "", ())}
        return await self.site.faces.ask(
            "GET", service, path, token=self.visit.token, visitor=self.visitor, params=given
        )

    async def post(self, service: str, path: str, body: Any = None, *, form: Form | None = None, **options: Any) -> Any:
        """Posts as this person; with a form, under its one-use key. Raises like `get`."""
        return await self.send("POST", service, path, form=form, json=body, **options)

    async def send(
        self, method: str, service: str, path: str, *, form: Form | None = None, key: str = "", **options: Any
    ) -> Any:
        """A request of any method, as this person. Raises `ShowAgain` for a form that is only to be shown."""
        if form is not None:
            form.stop_if_refused()
            key = str(form.key)
        return await self.site.faces.ask(
            method, service, path, token=self.visit.token, visitor=self.visitor, key=key, **options
        )

    async def file(self, service: str, path: str, name: str = "") -> Response:
        """A file of a service, passed on as it comes; with a name, to be saved under it."""
        opened = self.site.faces.open(service, path, token=self.visit.token)
        answer = await opened.__aenter__()
        kept = {n: answer.headers[n] for n in ("content-type", "content-disposition") if n in answer.headers}
        if name:
            kept["content-disposition"] = f'attachment; filename="{name}"'

        async def content() -> AsyncIterator[bytes]:
            try:
                async for part in answer.aiter_bytes():
                    yield part
            finally:
                await opened.__aexit__(None, None, None)

        return self.passed_on(StreamingResponse(content(), headers=kept))

    async def together(self, *questions: Awaitable[Any]) -> tuple[Any, ...]:
        """The answers to questions that are asked at once. A page costs one such round."""
        return tuple(await asyncio.gather(*questions))

    async def if_there(self, question: Awaitable[Any], otherwise: Any = None) -> Any:
        """The answer, or `otherwise` while that service is away: the rest of the page stands without it."""
        try:
            return await question
        except Unavailable:
            return otherwise

    async def get_or(self, otherwise: Any, service: str, path: str, **params: Any) -> Any:
        """The answer, or `otherwise` where that service is away or has none for this person."""
        try:
            return await self.get(service, path, **params)
        except (Unavailable, PeerRefused):
            return otherwise

    # ── what the person sent ─────────────────────────────────────────────────────────────────────────────────

    async def form(self, *, at_most: int = MOST_TYPED) -> Form:
        """The form that was posted. Raises `FormStale` when it was not made for this visit, `FormTooLarge` unread."""
        data = await read_form(self.request, at_most)
        typed = {name: value for name, value in data.multi_items() if isinstance(value, str)}
        if not self.site.sealer.is_marked(self.visit.id, typed.get("_mark", "")):
            raise FormStale
        if typed.get("_language") in LANGUAGES:
            self.choose_language(typed["_language"])
        lists: dict[str, list[str]] = {}
        for name, value in data.multi_items():
            if isinstance(value, str):
                lists.setdefault(name, []).append(value)
        files = {n: v for n, v in data.multi_items() if isinstance(v, UploadFile) and v.filename}
        return Form(typed, lists, files, _key(typed.get("_key", "")))

    def choose_language(self, code: str) -> None:
        """This page, and those that follow, are in that language."""
        speak(code if code in LANGUAGES else "en")

    # ── what is answered ─────────────────────────────────────────────────────────────────────────────────────

    def show(self, template: str, *, form: Form | None = None, status: int = 200, **context: Any) -> Response:
        """The page. A form's status becomes the page's."""
        said, self.visit = self.visit.said, replace(self.visit, said=())
        areas = areas_of(self.visit.actor, self.today, self.policy)
        body = self.site.templates.get_template(template).render(
            page=self,
            policy=self.policy,
            lang=language(),
            areas=areas,
            area_now=area_at(self.request.url.path, areas),
            form=form or Form(),
            said=said,
            **context,
        )
        status = form.status if form is not None and status == 200 else status
        return self._finished(HTMLResponse(body, status))

    def see(self, path: str, *said: str) -> Response:
        """Goes on to another page, which says these sentences once."""
        self.visit = replace(self.visit, said=said)
        return self._finished(RedirectResponse(path, 303))

    def passed_on(self, response: Response) -> Response:
        """An answer of another kind (a file, events), with this visit's cookie."""
        return self._finished(response)

    @property
    def mark(self) -> str:
        """The proof that a form is this visit's; asking for it keeps the visit in the browser."""
        self._kept = None  # type: ignore[assignment]
        return self.site.sealer.mark(self.visit.id)

    def address_in(self, code: str, area: str = "") -> str:
        """This page in another language. What answers a form may have no address of its own: its area has one."""
        if area and self.request.method == "POST":
            return f"{area}?lang={code}"
        return str(self.request.url.include_query_params(lang=code).replace(scheme="", netloc="")).removeprefix("//")

    def _finished(self, response: Response) -> Response:
        secure = self.site.settings.public_address.startswith("https:")
        if self.visit != self._kept:
            write_visit(response, self.visit, self.site.sealer, secure=secure)
        if self.request.cookies.get(LANGUAGE_COOKIE, "en") != language():
            response.set_cookie(LANGUAGE_COOKIE, language(), max_age=31536000, samesite="lax", secure=secure)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return new_id()


async def _public(request: Request) -> Page:
    return Page(request)  # not a plain class: FastAPI would make it in a thread, whose language nobody speaks


async def _signed_in(request: Request) -> Page:
    page = Page(request)
    await page.ready()
    if page.visit.must_change and not request.url.path.startswith("/account/password"):
        raise PasswordFirst
    return page


async def _live(request: Request) -> Page:
    page = Page(request)
    await page.ready(is_activity=False)
    return page


Public = Annotated[Page, Depends(_public)]
"""A page that everybody may see."""

SignedIn = Annotated[Page, Depends(_signed_in)]
"""A page for who has signed in."""

Live = Annotated[Page, Depends(_live)]
"""Live updates for who has signed in; they keep no session alive."""
