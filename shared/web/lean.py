"""The shortest way to an answer, for the few questions that are asked most.

FastAPI's own work for a request, routing, dependencies and context managers, is a multiple of what such a question
takes (docs/decisions/011). Its routes stay declared and answer the same; these paths only come first.
"""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.web.asked import AskedRequest

Answer = Callable[[str, AskedRequest], Awaitable[Response]]
LONGEST = 40
"""Characters of a path's last part; the declared route refuses, or answers, what is longer."""


class Lean:
    """Answers GET of `{path}{one part}`; all else goes on to the routes."""

    def __init__(self, app: ASGIApp, answers: Mapping[str, Answer]) -> None:
        self._app = app
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            path, slash, part = scope["path"].rpartition("/")
            answer = self._answers.get(path + slash)
            if answer is not None and 0 < len(part) <= LONGEST:
                response = await answer(part, AskedRequest(Request(scope, receive)))
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)
