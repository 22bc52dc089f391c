"""Services that answer with fixed words, for tests of pages alone: one small application, a folder a service.

fakes.refusals["credentials/…"] = refusal(422, …)   what is posted there is refused; `refuses_all`: everything is
fakes.posts                                          what was posted, in order
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.responses import JSONResponse, Response

from shared.tokens import Actor, claims_of, sign
from tests.portal import answers

KEY = ECKey.generate_key("P-256", {"kid": "fake"})


@dataclass
class Fakes:
    """What the fake services have been asked, and what they are to refuse."""

    posts: list[tuple[str, Any, str]] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    looks: dict[str, dict[str, str]] = field(default_factory=dict)
    refusals: dict[str, dict[str, Any]] = field(default_factory=dict)
    refuses_all: dict[str, Any] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    people: dict[str, Actor] = field(default_factory=dict)
    changed: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, dict[str, Any]] = field(default_factory=dict)
    reshaped: list[Callable[[str, str, Any], Any]] = field(default_factory=list)

    def application(self) -> FastAPI:
        """The services, each under its name."""
        app = FastAPI()
        app.add_api_route("/{service}/{path:path}", self.answer, methods=["GET", "POST", "PUT"], response_model=None)
        return app

    async def answer(self, service: str, path: str, request: Request) -> Response:
        if service in self.away:
            return JSONResponse({"detail": "away"}, 503)
        if request.method != "GET":
            return await self._post(service, path, request)
        self.looks[f"{service}/{path}"] = dict(request.query_params)
        if error := self.errors.get(f"{service}/{path}"):
            return JSONResponse(error, error["status"])
        known = self.changed.get(f"{service}/{path}", answers.GET.get((service, path)))
        if known is None:
            known = next((a for (s, p), a in answers.GET.items() if s == service and _fits(p, path)), None)
        if known is None:
            return JSONResponse({"detail": "Nothing is found at this address.", "status": 404}, 404)
        if callable(known):
            known = known(dict(request.query_params), self, _asker(request))
        for reshape in self.reshaped:
            known = reshape(service, path, known)
        return JSONResponse(known)

    async def _post(self, service: str, path: str, request: Request) -> Response:
        is_json = request.headers.get("content-type", "").startswith("application/json")
        body: Any = await request.body() or {}
        if body and is_json:
            body = await request.json()
        self.posts.append((f"{service}/{path}", body, request.headers.get("idempotency-key", "")))
        self.queries.append(dict(request.query_params))
        if refusal := self.refusals.get(f"{service}/{path}") or self.refuses_all:
            return JSONResponse(refusal, refusal["status"])
        if (service, path) == ("identity", "sign-in"):
            return self._sign_in(body)
        if (service, path) == ("identity", "sessions/refresh"):
            return JSONResponse(self._session(body["session"].rpartition("-")[2]))
        known = self.changed.get(f"POST {service}/{path}", answers.POST.get((service, path)))
        if known is None:
            known = next((a for (s, p), a in answers.POST.items() if s == service and _fits(p, path)), {})
        return JSONResponse(known)

    def _sign_in(self, body: dict[str, str]) -> Response:
        if body["password"] != "correct horse" or body["user_id"] not in answers.PEOPLE:
            detail = "That User ID and password don't match. Both are case-sensitive."
            return JSONResponse({"status": 401, "detail": detail, "field": "password"}, 401)
        return JSONResponse(self._session(body["user_id"]))

    def _session(self, user: str) -> dict[str, Any]:
        actor = answers.PEOPLE[user]
        token = sign(KEY, claims_of(actor, 300))
        return {
            "access_token": token,
            "expires_in": 300,
            "session": f"session-of-somebody-{user}",
            "must_change_password": user == "newcomer",
            "person": {"person_id": str(actor.person_id), "name": actor.name, "educator_number": "MS1", "roles": []},
        }


def _asker(request: Request) -> str:
    """The name of the person whose token came with the request."""
    token = request.headers.get("authorization", "").partition(" ")[2]
    return str(jwt.decode(token, KEY, algorithms=["ES256"]).claims["name"]) if token else ""


def refusal(status: int, detail: str, field: str | None = None, code: str = "refused") -> dict[str, Any]:
    """A problem as services say it."""
    return {"status": status, "detail": detail, "field": field, "code": code, "title": code}


def _fits(pattern: str, path: str) -> bool:
    """Whether a path is the pattern's, `*` standing for any one part."""
    parts, given = pattern.split("/"), path.split("/")
    return len(parts) == len(given) and all(a in ("*", b) for a, b in zip(parts, given, strict=True))
