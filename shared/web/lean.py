"""The shortest way to an answer, for the few questions that are asked most.

FastAPI's own work for a request, routing, dependencies and context managers, is a multiple of what such a question
takes (docs/decisions/011). Its routes stay declared and answer the same; these paths only come first.
"""

from collections.abc import Awaitable, Callable, Mapping
from types import SimpleNamespace
from urllib.parse import unquote_plus

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.web.asked import AskedRequest

Answer = Callable[[str, AskedRequest], Awaitable[Response]]
LONGEST = 40
"""Characters of what is asked for; the declared route refuses, or answers, what is longer."""
QUERY = b"q="


class Lean:
    """Answers GET of `{path}{one part}`, and of `{path}?q={text}` alone, itself `observed`; all else is the app's."""

    def __init__(self, app: FastAPI, answers: Mapping[str, Answer], observed: Callable[[ASGIApp], ASGIApp]) -> None:
        self._app = app
        self._answers = answers
        self._observed = observed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            place, part = _asked_for(scope["path"], scope["query_string"])
            answer = self._answers.get(place)
            if answer is not None and 0 < len(part) <= LONGEST:
                scope["app"] = self._app  # as the app itself does
                scope["route"] = SimpleNamespace(path=place)  # its line in the metrics
                await self._observed(_short(answer, part))(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _short(answer: Answer, part: str) -> ASGIApp:
    async def say(scope: Scope, receive: Receive, send: Send) -> None:
        response = await answer(part, AskedRequest(Request(scope, receive)))
        await response(scope, receive, send)

    return say


def _asked_for(path: str, query: bytes) -> tuple[str, str]:
    """The place that is asked, and what for: the text of a query that has nothing else, or the path's last part."""
    if query.startswith(QUERY) and b"&" not in query:
        return f"{path}?q=", unquote_plus(query[len(QUERY) :].decode("latin-1"))
    before, slash, part = path.rpartition("/")
    return before + slash, part
