"""HTTP in: the public look-up. Nobody signs in and nothing is private, but nobody may copy it all either."""

import time
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Mapping, Sequence
from hashlib import blake2b
from typing import Annotated, Any, TypeVar
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.routing import APIRoute

from services.lookup import commands
from services.lookup.domain.limits import Limiter, TooManySearches, too_many
from services.lookup.domain.names import number_key
from services.lookup.queries import licenses, search
from services.lookup.queries.freshness import Freshness, Told, Watch
from services.lookup.queries.licenses import NoSuchLicense, PublicLicense, Shown
from services.lookup.queries.rebuild import Progress, progress
from services.lookup.queries.search import Found, Question
from shared.errors import ElmsError, NotSignedIn
from shared.gathered import Gathered
from shared.messaging.work import Work
from shared.web.app import problem
from shared.web.asked import Asked
from shared.web.given import header

PAGE = 50
A_NUMBER = 0.5
AN_ADDRESS = 0.005
"""Tokens of asking for one license. Its unguessable address lists nothing, so it is nearly free."""
AT_A_TIME = 3
"""So many searches are under way: while PostgreSQL finds what one asks, what another found is put into words."""


class ShownLicense(PublicLicense, Freshness):
    """A license, and how fresh that is."""


class ShownPage(Found, Freshness):
    """A page of a search, and how fresh that is."""


async def unindexed(answering: Awaitable[Response]) -> Response:
    """No search engine keeps what is answered here, errors included."""
    try:
        response = await answering
    except ElmsError as error:
        response = problem(error)
        if isinstance(error, TooManySearches):
            response.headers["Retry-After"] = str(error.data["seconds"])
    response.raw_headers.append((b"x-robots-tag", b"noindex, nofollow"))
    return response


class PublicRoute(APIRoute):
    """A route whose answers are `unindexed`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_unindexed(request: Request) -> Response:
            return await unindexed(handle(request))

        return handle_unindexed


router = APIRouter(tags=["look-up"], route_class=PublicRoute)
operations = APIRouter(prefix="/operations", tags=["operations"])


@router.get("/licenses", response_model=ShownPage, summary="Search by name or number")
async def find_licenses(
    asked: Asked,
    q: Annotated[str, Query(description="The beginning of a last name, with a first name too; or a whole number")],
    district: Annotated[UUID | None, Query(description="Only holders who work there")] = None,
    limit: Annotated[int, Query(ge=1, le=250)] = PAGE,
    after: Annotated[str | None, Query(max_length=600, description="`next` of the page before")] = None,
) -> Response:
    """Ordered by name. Nothing begins so: names that are nearly so, the nearest first, and `similar` is true."""
    take_token(asked)
    question = Question.read(q, asked.runtime.policy, limit, district, after)
    found = await _found(asked, search.find, question, AT_A_TIME)
    assert found is not None  # a search that finds nobody finds a page with nobody
    return await answer(asked, found)


@router.get("/licenses/{number}", response_model=ShownLicense, summary="A license by its number, as it stands now")
async def license_by_number(number: Annotated[str, Path(max_length=40)], asked: Asked) -> Response:
    take_token(asked, A_NUMBER)
    return await _one_license(asked, licenses.find_by_numbers, number_key(number))


@router.get("/v/{public_id}", response_model=ShownLicense, summary="A license by the address on its document")
async def license_by_address(public_id: Annotated[str, Path(max_length=100)], asked: Asked) -> Response:
    take_token(asked, AN_ADDRESS)
    return await _one_license(asked, licenses.find_by_public_ids, public_id)


@router.get("/freshness", summary="Until when everything that was said is shown")
async def how_fresh(asked: Asked) -> Freshness:
    return (await look(asked)).freshness


LEAN = {
    "/licenses/": lambda number, asked: unindexed(license_by_number(number, asked)),
    "/v/": lambda public_id, asked: unindexed(license_by_address(public_id, asked)),
    "/licenses?q=": lambda query, asked: unindexed(find_licenses(asked, query)),
}
"""The questions that are asked most."""


@operations.post("/rebuild", status_code=202, response_model=Progress, summary="Build the look-up anew")
async def ask_rebuild(asked: Asked) -> Any:
    """The look-up serves on; its successor is built from the topics, and takes its place when it has caught up."""
    actor = await asked.with_role("operator")

    async def ask(work: Work) -> Progress:
        await commands.ask_rebuild(work, actor.id)
        return await progress(work)

    return await asked.once(ask, status=202)


@operations.get("/rebuild", summary="How far the last rebuild is")
async def rebuild_progress(asked: Asked) -> Progress:
    await asked.with_role("operator")
    async with asked.reading() as work:
        return await progress(work)


K = TypeVar("K", bound=Hashable)
Find = Callable[[Work, Sequence[K]], Awaitable[Mapping[K, Shown]]]


async def _one_license(asked: Asked, find: Find[str], value: str) -> Response:
    found = await _found(asked, find, value)
    if found is None:
        raise NoSuchLicense
    return await answer(asked, found)


async def _found(asked: Asked, find: Find[K], key: K, at_a_time: int = 1) -> Shown | None:
    """What is found for the key, by one statement with what others ask for meanwhile."""
    runtime = asked.runtime

    async def find_all(keys: Sequence[K]) -> Mapping[K, Shown]:
        async with runtime.reading(actor="anonymous") as work:
            return await find(work, keys)

    name = f"{find.__module__}.{find.__name__}"
    gathered: Gathered[K, Shown] = runtime.one(name, lambda: Gathered(find_all, at_a_time))
    return await gathered.get(key)


async def answer(asked: Asked, found: Shown) -> Response:
    """What was found, or 304 where the asker has it: the tag is of what is shown, not of how fresh it is."""
    fresh = await look(asked)
    shown = orjson.dumps(found)
    tag = f'W/"{blake2b(shown, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if fresh.as_of:
        headers["Up-To-Date-As-Of"] = fresh.as_of
    if tag in header(asked.request.scope, b"if-none-match"):
        return Response(status_code=304, headers=headers)
    return Response(shown[:-1] + b"," + fresh.json[1:], headers=headers, media_type="application/json")


async def look(asked: Asked) -> Told:
    """How fresh the look-up is, as this process knows it."""
    return await asked.runtime.one("watch", Watch).look(asked.runtime)


def take_token(asked: Asked, cost: float = 1.0) -> None:
    """Takes from the asker's bucket. Raises `TooManySearches` when it is empty."""
    seconds = asked.runtime.one("limiter", Limiter).wait(address_of(asked), time.monotonic(), cost)
    if seconds:
        office = asked.runtime.policy.office
        raise too_many(asked.runtime.settings.clock.now(), seconds, office.zone, office.time_zone_label)


def address_of(asked: Asked) -> str:
    """Who asks: the visitor whom the portal names, or whoever is at the other end."""
    named = header(asked.request.scope, b"x-forwarded-for").partition(",")[0].strip()
    if named and _is_peer(asked):
        return named
    client = asked.request.scope["client"]
    return client[0] if client else ""


def _is_peer(asked: Asked) -> bool:
    try:
        asked.peer("portal")
    except (NotSignedIn, ElmsError):
        return False
    return True
