"""`Asked`: one request, as commands see it: who asks, may they, and once only.

    async def approve(application_id: ApplicationId, asked: Asked) -> Approved:
        actor = await asked.person()
        return await asked.once(lambda work: commands.approve(work, application_id, by=actor))

`once` opens the `Work`, runs the command and commits. With an `Idempotency-Key` header the answer is kept with
the command's effect: the same key again gets the same answer, and nothing happens twice.
"""

import hashlib
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response
from pydantic_core import to_json

from shared.database import is_duplicate, is_transient
from shared.errors import Conflict, ElmsError, Forbidden, NotSignedIn
from shared.ids import new_id
from shared.messaging.backoff import Backoff
from shared.messaging.work import Work
from shared.policies.calendar import local_date
from shared.tokens import Actor

if TYPE_CHECKING:
    from shared.runtime import Runtime

T = TypeVar("T")
TRIES = 4
OPERATIONS = "operations"
"""The name under which the `elms` command signs what it asks."""


class KeyUsed(Conflict):
    """An idempotency key came back with another request."""

    text = "This Idempotency-Key was used for another request."
    field = "Idempotency-Key"


class AskedRequest:
    """What a route gets of its request, beside its own parameters."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.runtime: Runtime = request.app.state.runtime
        self._actor: Actor | None = None

    async def person(self) -> Actor:
        """The person who asks. Raises `NotSignedIn`."""
        if self._actor is None:
            scheme, _, token = self.request.headers.get("authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not token:
                raise NotSignedIn
            self._actor = await self.request.app.state.verifier.person(token)
        return self._actor

    async def with_role(self, *roles: str, organization: UUID | None = None) -> Actor:
        """The person, if they hold one of the roles today (for the organization). Raises `Forbidden`."""
        actor = await self.person()
        today = self.today()
        if not any(actor.holds(role, today, organization) for role in roles):
            raise Forbidden
        return actor

    async def staff(self, *roles: str) -> Actor:
        """The person, with one of the roles; or where nobody signed in, the `elms` command by its own key."""
        if "authorization" in self.request.headers:
            return await self.with_role(*roles)
        return self.peer(OPERATIONS)

    def peer(self, *allowed: str) -> Actor:
        """The service that asks, if it is one of those allowed. Raises `NotSignedIn` or `Forbidden`."""
        name = self.request.app.state.verifier.peer(self.request.headers.get("service-token", ""))
        if name not in allowed:
            raise Forbidden
        return Actor(None, name, service=name)

    def today(self) -> Any:
        """The jurisdiction's date."""
        return local_date(self.runtime.settings.clock.now(), self.runtime.policy)

    def reading(self) -> AbstractAsyncContextManager[Work]:
        """A `Work` for queries."""
        return self.runtime.reading(actor=self._actor.id if self._actor else "anonymous")

    async def once(
        self, command: Callable[[Work], Awaitable[T]], *, actor: Actor | None = None, status: int = 200
    ) -> Any:
        """Runs the command in a transaction of its own; again when the database asks for it, never twice in effect.

        `actor` is who asks where that is not the signed-in person; `status` is kept for a repeated answer.
        """
        asker = actor or self._actor
        who = asker.id if asker else "anonymous"
        key = self.request.headers.get("idempotency-key", "")
        backoff = Backoff()
        for attempt in range(TRIES):
            try:
                return await self._attempt(command, who, key, status)
            except ElmsError:
                if key and (twin := await self._answer_of_twin(who, key)) is not None:
                    return twin
                raise
            except Exception as error:
                raced = is_duplicate(error, "request")
                if attempt == TRIES - 1 or not (raced or is_transient(error)):
                    raise
            await backoff.wait()
        raise AssertionError("unreachable")

    async def _answer_of_twin(self, who: str, key: str) -> Response | None:
        """What the same request got that was sent at the same moment: it came first, so that this one was refused."""
        async with self.runtime.reading(actor=who) as work:
            return await _kept(work, key, who, await self._fingerprint())

    async def _attempt(self, command: Callable[[Work], Awaitable[T]], who: str, key: str, status: int) -> Any:
        async with self.runtime.work(actor=who, command=new_id()) as work:
            asked = await self._fingerprint()
            if key and (kept := await _kept(work, key, who, asked)) is not None:
                return kept
            answer = await command(work)
            if not key:
                return answer
            body = to_json(answer)
            await work.run(
                "INSERT INTO request (key, actor, asked, status, answer, at) "
                "VALUES (:key, :actor, :asked, :status, :answer, :now)",
                key=key, actor=who, asked=asked, status=status, answer=body.decode(), now=work.now,
            )  # fmt: skip
            return answer

    async def _fingerprint(self) -> str:
        body = (
            await self.request.body() if not self.request.headers.get("content-type", "").startswith("multi") else b""
        )
        return f"{self.request.method} {self.request.url.path} {hashlib.sha256(body).hexdigest()}"


async def _kept(work: Work, key: str, who: str, asked: str) -> Response | None:
    """The answer that this key got before. Raises `KeyUsed` when it asked for something else."""
    row = await work.row(
        "SELECT asked, status, answer FROM request WHERE key = :key AND actor = :actor", key=key, actor=who
    )
    if row is None:
        return None
    if row.asked != asked:
        raise KeyUsed
    return Response(row.answer, row.status, {"Idempotency-Replayed": "true"}, "application/json")


async def _asked(request: Request) -> AskedRequest:
    return AskedRequest(request)  # the class itself would be called in a thread


Asked = Annotated[AskedRequest, Depends(_asked)]
"""Write `asked: Asked` among a route's parameters."""
