"""The other services' HTTP faces, as a page asks them: JSON as `shared.peers` does, and files and streams besides."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from shared.errors import Unavailable
from shared.peers import PeerRefused, Peers


class Faces(Peers):
    """One portal's ways to the other services."""

    async def ask(
        self, method: str, service: str, path: str, *, token: str = "", visitor: str = "", key: str = "", **options: Any
    ) -> Any:
        """The JSON answer; `visitor` is the address of who looks, for limits in time; `key` makes a post one-use."""
        headers = {"Client-Address": visitor, "X-Forwarded-For": visitor} if visitor else {}
        headers |= {"Idempotency-Key": key} if key else {}
        return await self._send(method, service, path, token, headers=headers, **options)

    @asynccontextmanager
    async def open(self, service: str, path: str, *, token: str = "", **params: Any) -> AsyncIterator[httpx.Response]:
        """An answer that is read as it comes: a file, or events that never end."""
        headers = {"Service-Token": self._key.sign(audience=service)}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        address = self._settings.address_of(service) + path
        lasting = httpx.Timeout(5.0, read=None)
        try:
            async with self._client.stream("GET", address, headers=headers, params=params, timeout=lasting) as answer:
                if answer.status_code >= 500:
                    raise Unavailable(service=service)
                if answer.status_code >= 400:
                    await answer.aread()
                    raise PeerRefused(answer.status_code, answer.json())
                yield answer
        except httpx.TransportError as error:
            raise Unavailable(service=service) from error
