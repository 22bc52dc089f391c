"""Who looks: the visit (every browser has one) and, after signing in, the session with its access token.

Both travel in one sealed HttpOnly cookie. The access token is short-lived; before it ends it is fetched again with
the session, and a session that identity has ended ends here with that.
"""

import base64
import secrets
import time
from dataclasses import dataclass, replace
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from services.portal.sealing import Sealer
from shared.tokens import Actor, actor_of

COOKIE = "elms"
LANGUAGE_COOKIE = "elms-language"
IDLE_SECONDS = 30 * 60
KEPT_SECONDS = 12 * 60 * 60
_FRESH_SECONDS = 150
"""Half of an access token's life: who goes on working also keeps identity's session from idling away."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One browser's visit; `session` and `token` are empty for who has not signed in."""

    id: str
    session: str = ""
    token: str = ""
    ends: float = 0  # of the token, real time
    used: float = 0  # when a page was last asked for by hand
    must_change: bool = False
    said: tuple[str, ...] = ()  # to be shown once, on the next page

    @classmethod
    def new(cls) -> "Visit":
        return cls(secrets.token_urlsafe(12))

    @property
    def is_signed_in(self) -> bool:
        return bool(self.session) and time.time() - self.used < IDLE_SECONDS

    @property
    def needs_token(self) -> bool:
        """Whether the access token ends so soon that it must be fetched again."""
        return self.is_signed_in and not self.must_change and time.time() > self.ends - _FRESH_SECONDS

    @property
    def actor(self) -> Actor | None:
        """The person, as identity signed them; the token is identity's own and was never in anybody's hands."""
        if not self.is_signed_in or not self.token:
            return None
        payload = self.token.split(".")[1]
        return actor_of(orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))), self.token)

    def signed_in(self, answer: dict[str, Any]) -> "Visit":
        """This browser after identity's answer; under a new visit, so that nobody's form from before still fits."""
        now = time.time()
        return Visit(
            secrets.token_urlsafe(12),
            session=str(answer["session"]),
            token=str(answer["access_token"] or ""),
            ends=now + float(answer["expires_in"]),
            used=now,
            must_change=bool(answer.get("must_change_password")),
        )

    def refreshed(self, answer: dict[str, Any]) -> "Visit":
        """With a new access token."""
        now = time.time()
        return replace(self, token=str(answer["access_token"] or ""), ends=now + float(answer["expires_in"]))


def read_visit(request: Request, sealer: Sealer) -> Visit:
    """The visit in the request's cookie, or a new one."""
    kept = sealer.open(request.cookies.get(COOKIE, ""), "visit", KEPT_SECONDS)
    if not isinstance(kept, dict):
        return Visit.new()
    return Visit(**(kept | {"said": tuple(kept.get("said", ()))}))


def write_visit(response: Response, visit: Visit, sealer: Sealer, *, secure: bool) -> None:
    """Keeps the visit in the browser, until it is closed."""
    fields = {name: getattr(visit, name) for name in Visit.__slots__}
    sealed = sealer.seal(fields, "visit")
    response.set_cookie(COOKIE, sealed, httponly=True, samesite="lax", secure=secure, path="/")
