"""The services' HTTP faces, as people, print shops and the operator's command use them."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from ops.errors import Obstacle
from ops.installation import operator_settings
from shared.ids import new_id
from shared.peers import KEPT_IDLE
from shared.settings import Settings
from shared.tokens import ServiceKey

OPERATIONS = "operations"
TIMEOUT = httpx.Timeout(120.0, connect=5.0)
PATIENCE = 20
"""Tries of a request that a service cannot serve for the moment."""


class Refusal(Exception):
    """A service said no; `problem` is its problem+json."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.problem = problem
        super().__init__(problem.get("detail", str(problem)))

    @property
    def code(self) -> str:
        return str(self.problem.get("code", ""))

    @property
    def field(self) -> str:
        return str(self.problem.get("field") or "")


@dataclass
class Faces:
    """All services, for somebody: signed in, or (without a person) the operator's command with its own key."""

    settings: Settings = field(default_factory=operator_settings)
    user: str = ""
    password: str = ""
    _token: str = ""
    _fresh_until: float = 0.0

    def __post_init__(self) -> None:
        self._client = httpx.AsyncClient(timeout=TIMEOUT, limits=httpx.Limits(keepalive_expiry=KEPT_IDLE))
        self._key = ServiceKey.of(OPERATIONS, self.settings.keys)

    async def get(self, service: str, path: str, **params: Any) -> Any:
        """The answer at a path. Raises `Refusal`, or `Obstacle` when the service cannot be reached."""
        return await self.ask("GET", service, path, params=params)

    async def post(self, service: str, path: str, body: Any = None, **params: Any) -> Any:
        """Posts JSON under a new idempotency key. Raises like `get`."""
        headers = {"Idempotency-Key": str(new_id())}
        return await self.ask("POST", service, path, json=body, params=params, headers=headers)

    async def send_file(self, service: str, path: str, content: bytes, **params: Any) -> Any:
        """Posts a CSV file."""
        headers = {"content-type": "text/csv"}
        return await self.ask("POST", service, path, content=content, params=params, headers=headers)

    async def ask(self, method: str, service: str, path: str, **options: Any) -> Any:
        headers = options.pop("headers", {})
        for _ in range(PATIENCE):
            answer = await self._once(method, service, path, headers, **options)
            if answer.status_code != 503:
                break
            await asyncio.sleep(1)  # away for the moment, and nothing was done: the same key makes it safe to ask again
        if answer.status_code >= 400:
            raise Refusal(answer.status_code, _problem(answer))
        if "json" in answer.headers.get("content-type", ""):
            return answer.json()
        return answer.content

    async def _once(
        self, method: str, service: str, path: str, headers: dict[str, str], **options: Any
    ) -> httpx.Response:
        signed = headers | await self._credentials(service)
        try:
            address = self.settings.address_of(service) + path
            return await self._client.request(method, address, headers=signed, **options)
        except httpx.HTTPError as error:
            raise Obstacle(f"{service} does not answer ({type(error).__name__}); is the stack up?") from error

    async def _credentials(self, service: str) -> dict[str, str]:
        if not self.user:
            return {"Service-Token": self._key.sign(audience=service)}
        if time.monotonic() > self._fresh_until:
            await self._sign_in()
        return {"Authorization": f"Bearer {self._token}"}

    async def _sign_in(self) -> None:
        address = f"{self.settings.address_of('identity')}/sign-in"
        answer = await self._client.post(address, json={"user_id": self.user, "password": self.password})
        if answer.status_code >= 400:
            raise Refusal(answer.status_code, _problem(answer))
        signed_in = answer.json()
        self._token = signed_in["access_token"]
        self._fresh_until = time.monotonic() + signed_in["expires_in"] - 30

    def of(self, user: str, password: str) -> "Faces":
        """The same services, for a person who signs in."""
        return Faces(self.settings, user, password)

    async def close(self) -> None:
        await self._client.aclose()


def _problem(answer: httpx.Response) -> dict[str, Any]:
    try:
        found: dict[str, Any] = answer.json()
    except ValueError:
        found = {"detail": answer.text[:300], "code": "http"}
    return found
