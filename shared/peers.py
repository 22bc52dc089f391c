"""Questions to other services over HTTP, asked before a transaction; whoever cannot answer means no.

Each call carries a token that this service signed, and the person's where one asks (docs/decisions/005).
"""

from typing import Any

import httpx

from shared.errors import ElmsError, Unavailable
from shared.settings import Settings
from shared.telemetry import child_of, trace
from shared.tokens import ServiceKey

KEPT_IDLE = 2.0
"""Seconds that an idle connection is kept for the next question."""


class PeerRefused(ElmsError):
    """Another service answered with a refusal; its own problem is in `problem`."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(problem=problem)
        self.status = status  # type: ignore[misc]
        self.problem = problem

    def __str__(self) -> str:
        return str(self.problem.get("detail", self.problem))


class Peers:
    """The other services, as one process reaches them."""

    def __init__(self, name: str, settings: Settings) -> None:
        self._settings = settings
        self._key = ServiceKey.of(name, settings.keys)
        timeout = httpx.Timeout(settings.patience, connect=settings.patience / 5)
        # A server lets an idle connection go after five seconds, httpx's own limit: the shorter one here never loses.
        limits = httpx.Limits(max_connections=50, keepalive_expiry=KEPT_IDLE)
        self._client = httpx.AsyncClient(timeout=timeout, limits=limits)

    async def get(self, service: str, path: str, *, token: str = "", **params: Any) -> Any:
        """The JSON at a path of another service. Raises `PeerRefused`, or `Unavailable` when it is away."""
        return await self._send("GET", service, path, token, params=params)

    async def post(self, service: str, path: str, body: Any, *, token: str = "", key: str = "") -> Any:
        """Posts JSON; `key` is the idempotency key. Raises like `get`."""
        headers = {"Idempotency-Key": key} if key else {}
        return await self._send("POST", service, path, token, json=body, headers=headers)

    async def _send(self, method: str, service: str, path: str, token: str, **options: Any) -> Any:
        headers = options.pop("headers", {})
        headers["Service-Token"] = self._key.sign(audience=service)
        headers["traceparent"] = child_of(trace.get())
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            answer = await self._client.request(
                method, self._settings.address_of(service) + path, headers=headers, **options
            )
        except httpx.HTTPError as error:
            raise Unavailable(service=service) from error
        if answer.status_code >= 500:
            raise Unavailable(service=service)
        if answer.status_code >= 400:
            raise PeerRefused(answer.status_code, answer.json())
        return answer.json() if answer.content else None

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()
