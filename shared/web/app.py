"""The HTTP face that every service has: errors as problem+json, health, metrics, the trace, its OpenAPI page."""

import time
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.database import cannot_be_kept, is_transient
from shared.errors import ElmsError, Invalid, Unavailable
from shared.messaging.envelope import NUL
from shared.telemetry import REQUEST_SECONDS, child_of, trace
from shared.tokens import Verifier
from shared.web import health, manual, operations
from shared.web.given import header, nul_in
from shared.web.lean import Answer, Lean

if TYPE_CHECKING:
    from shared.runtime import Runtime

log = structlog.get_logger()
PROBLEM = "application/problem+json"


def create_app(runtime: "Runtime", *, routes: bool = True) -> FastAPI:
    """The service's routers with what all services share; without its routes, its health and metrics alone."""
    service = runtime.service
    app = FastAPI(
        title=f"ELMS {service.name}", description=service.about, version="1", docs_url=None, redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # it would ask for them at each request
    )  # fmt: skip
    app.state.runtime = runtime
    settings = runtime.settings
    published = f"{settings.address_of('identity')}/.well-known/jwks.json"
    app.state.verifier = Verifier(service.name, settings.keys, published, settings.patience)
    app.add_exception_handler(ElmsError, _refuse)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_middleware(Observed)
    app.include_router(health.router)
    if routes and service.metadata is not None:
        app.include_router(operations.router)
    for router in service.routers if routes else ():
        app.include_router(router)
    app.get("/metrics", include_in_schema=False)(_metrics)
    app.get("/docs", include_in_schema=False)(manual.show)
    if routes and service.mount is not None:
        app.mount("/", service.mount(runtime))
    return app


def with_short_ways(app: FastAPI, answers: Mapping[str, Answer]) -> ASGIApp:
    """What a server serves: the app, and around it and its middleware the short ways to these answers."""
    return Lean(app, answers, Observed) if answers else app


async def _metrics() -> Response:
    return PlainTextResponse(generate_latest(), media_type=CONTENT_TYPE_LATEST)


class Observed:
    """Gives each request its trace and its line in the metrics; an unexpected error becomes a plain problem."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace.set(child_of(header(scope, b"traceparent")))
        if field := nul_in(scope):
            await problem(Invalid(field, problem=f"{field}: {NUL}"))(scope, receive, send)
            return
        began, has_begun = time.perf_counter(), False

        async def send_observed(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                _observe(scope, message, time.perf_counter() - began)
            await send(message)

        try:
            await self._app(scope, receive, send_observed)
        except Exception as error:
            if has_begun:
                raise
            await _unexpected(error)(scope, receive, send_observed)


_requests = lru_cache(1024)(REQUEST_SECONDS.labels)


def _observe(scope: Scope, message: Message, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "unmatched")
    _requests(scope["method"], route, message["status"]).observe(seconds)
    more = (b"x-content-type-options", b"nosniff"), (b"traceparent", trace.get().encode())
    message["headers"] = [*message["headers"], *more]


def _unexpected(error: Exception) -> Response:
    if is_transient(error):
        log.warning("away", error=repr(error)[:300])
        return problem(Unavailable())
    if cannot_be_kept(error):
        log.warning("a value that cannot be kept", error=repr(error)[:300])
        return problem(Invalid(problem="A value is too large or too long, or has a character that cannot be kept."))
    log.error("unexpected", exc_info=error)
    return problem(ElmsError())


def problem(error: ElmsError, **more: Any) -> Response:
    """RFC 9457: type, title, status, detail, and the field that it is about."""
    body = {
        "type": f"urn:elms:{error.code}",
        "title": error.code.replace("-", " ").capitalize(),
        "status": error.status,
        "code": error.code,
        "detail": str(error),
        "field": error.field,
    }
    headers = {"Retry-After": "2"} if error.status in (429, 503) else {}
    return _say(body | more, error.status, headers)


def _say(body: dict[str, Any], status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body, default=str), status, headers, PROBLEM)


async def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, ElmsError)
    return problem(error)


async def _invalid(request: Request, error: Exception) -> Response:
    """FastAPI's own validation, said the same way: the first field and its problem, and all of them."""
    assert isinstance(error, RequestValidationError)
    errors = [{"field": ".".join(map(str, e["loc"][1:] or e["loc"])), "problem": e["msg"]} for e in error.errors()]
    first = errors[0]
    body = {
        "type": "urn:elms:invalid",
        "title": "Invalid",
        "status": 422,
        "code": "invalid",
        "detail": f"{first['field']}: {first['problem']}",
        "field": first["field"],
        "errors": errors,
    }
    return _say(body, 422)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    body = {"type": "about:blank", "title": str(error.detail), "status": error.status_code, "code": "http"}
    return _say(body | {"detail": str(error.detail), "field": None}, error.status_code)
