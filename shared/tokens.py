"""Tokens: who asks, said by identity for people and by each service for itself; verified offline.

A person's access token is signed by identity (ES256, short-lived, issuer `elms-identity`, audience `elms`); its
claims are in `Actor`. A service signs tokens of its own for its calls (issuer its name, audience the peer), with a
private key that nobody else has; the public keys of all services lie in the keys folder. The same token comes with
many calls: what it said is remembered until it expires, for a signature costs as much as a small page.
"""

import base64
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

import httpx
import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from shared.errors import NotSignedIn, Unavailable
from shared.ids import OrganizationId, PersonId

ISSUER = "elms-identity"
AUDIENCE = "elms"
ALGORITHM = "ES256"
SERVICE_TOKEN_SECONDS = 60
REMEMBERED = 4096
"""Tokens at most."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Role:
    """A role that a person holds, for an organization where it has one, on its days (both included)."""

    role: str
    organization_id: OrganizationId | None = None
    first_day: date | None = None
    last_day: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a person with their roles, or a service (no person), perhaps on a person's behalf."""

    person_id: PersonId | None
    name: str
    roles: tuple[Role, ...] = ()
    service: str = ""
    token: str = ""

    @property
    def id(self) -> str:
        """What stands in audit rows and `ce_actor`."""
        return str(self.person_id) if self.person_id else f"service:{self.service}"

    def holds(self, role: str, on: date, organization: UUID | None = None) -> bool:
        """Whether the person holds the role on the day, for that organization where one is named."""
        return any(
            r.role == role and r.holds_on(on) and (organization is None or r.organization_id == organization)
            for r in self.roles
        )

    def organizations(self, role: str, on: date) -> tuple[OrganizationId, ...]:
        """The organizations for which the person holds the role on the day."""
        return tuple(r.organization_id for r in self.roles if r.role == role and r.holds_on(on) and r.organization_id)


def claims_of(actor: Actor, seconds: int, **more: Any) -> dict[str, Any]:
    """The claims of a person's access token, valid for so many seconds."""
    now = int(time.time())
    roles = [
        {
            "role": r.role,
            "organization": str(r.organization_id) if r.organization_id else None,
            "first_day": r.first_day.isoformat() if r.first_day else None,
            "last_day": r.last_day.isoformat() if r.last_day else None,
        }
        for r in actor.roles
    ]
    times = {"iat": now, "exp": now + seconds}
    return (
        {"iss": ISSUER, "aud": AUDIENCE, "sub": str(actor.person_id), "name": actor.name, "roles": roles} | times | more
    )


def sign(key: ECKey, claims: dict[str, Any]) -> str:
    """A signed JWT."""
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key)


def actor_of(claims: dict[str, Any], token: str = "") -> Actor:
    """The person that verified claims name."""
    roles = tuple(
        Role(
            role=r["role"],
            organization_id=OrganizationId(UUID(r["organization"])) if r.get("organization") else None,
            first_day=date.fromisoformat(r["first_day"]) if r.get("first_day") else None,
            last_day=date.fromisoformat(r["last_day"]) if r.get("last_day") else None,
        )
        for r in claims.get("roles", ())
    )
    return Actor(PersonId(UUID(claims["sub"])), claims.get("name", ""), roles, token=token)


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """A service's own private key; made on first use, its public half laid beside the others'."""

    name: str
    key: ECKey
    _signed: dict[str, tuple[int, str]] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, name: str, folder: Path) -> "ServiceKey":
        """The key in the folder: `<name>.key.json` (mode 0600) and `<name>.public.json`."""
        file = folder / f"{name}.key.json"
        if not file.exists():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            made = ECKey.generate_key("P-256", {"kid": name})
            staged = file.with_suffix(".new")
            staged.touch(mode=0o600)
            staged.write_bytes(orjson.dumps(made.as_dict(private=True)))
            staged.replace(file)
            (folder / f"{name}.public.json").write_bytes(orjson.dumps(made.as_dict(private=False)))
        return cls(name, ECKey.import_key(orjson.loads(file.read_bytes())))

    def sign(self, audience: str) -> str:
        """A token for calls to a peer, valid for half a minute at least."""
        now = int(time.time())
        signed_at, token = self._signed.get(audience, (0, ""))
        if not signed_at <= now < signed_at + SERVICE_TOKEN_SECONDS // 2:
            claims = {
                "iss": self.name,
                "sub": self.name,
                "aud": audience,
                "iat": now,
                "exp": now + SERVICE_TOKEN_SECONDS,
            }
            token = sign(self.key, claims)
            self._signed[audience] = now, token
        return token


class Verified(Generic[T]):
    """What verified tokens said, until they expire."""

    def __init__(self) -> None:
        self._said: dict[str, tuple[float, T]] = {}

    def find(self, token: str) -> T | None:
        """What the token said, if it was verified here and has not expired."""
        expires, said = self._said.get(token, (0.0, None))
        return said if time.time() < expires else None

    def keep(self, token: str, expires: float, said: T) -> T:
        """Remembers a token that was just verified; `expires` in seconds since 1970."""
        if len(self._said) >= REMEMBERED:
            self._said.clear()
        self._said[token] = expires, said
        return said


class Verifier:
    """Verifies tokens offline; identity's keys are fetched once and again when an unknown one appears."""

    def __init__(self, service: str, keys: Path, jwks_url: str, patience: float = 5.0) -> None:
        self._service = service
        self._folder = keys
        self._url = jwks_url
        self._patience = patience
        self._people = KeySet([])
        self._asked = 0.0
        self._persons: Verified[Actor] = Verified()
        self._peers: Verified[str] = Verified()

    async def person(self, token: str) -> Actor:
        """The person a token names. Raises `NotSignedIn`, or `Unavailable` while identity's keys are unknown."""
        if (known := self._persons.find(token)) is not None:
            return known
        for fresh in (False, True):
            if fresh or not self._people.keys:
                await self._fetch_keys()
            try:
                found = jwt.decode(token, self._people, algorithms=[ALGORITHM])
                _check(found.claims, ISSUER, AUDIENCE)
                return self._persons.keep(token, found.claims["exp"], actor_of(found.claims, token))
            except (JoseError, ValueError, KeyError) as error:
                if fresh or not _unknown_key(error):
                    raise NotSignedIn from error
        raise NotSignedIn

    def peer(self, token: str) -> str:
        """The service that signed a token for us. Raises `NotSignedIn`."""
        if (known := self._peers.find(token)) is not None:
            return known
        try:
            name = str(orjson.loads(_unverified(token))["iss"])
            if not name.isalpha():
                raise ValueError(name)
            key = ECKey.import_key(orjson.loads((self._folder / f"{name}.public.json").read_bytes()))
            claims = jwt.decode(token, key, algorithms=[ALGORITHM]).claims
            _check(claims, name, self._service)
            return self._peers.keep(token, claims["exp"], name)
        except (JoseError, ValueError, LookupError, TypeError, OSError) as error:
            raise NotSignedIn from error

    def trust(self, keys: KeySet) -> None:
        """Takes identity's keys from elsewhere: identity itself, and tests."""
        self._people, self._persons = keys, Verified()

    async def _fetch_keys(self) -> None:
        if self._people.keys and time.monotonic() - self._asked < 10:
            return
        self._asked = time.monotonic()
        try:
            async with httpx.AsyncClient(timeout=self._patience) as client:
                answer = (await client.get(self._url)).raise_for_status()
                self.trust(KeySet.import_key_set(answer.json()))
        except (httpx.HTTPError, JoseError, ValueError, LookupError, TypeError) as error:
            raise Unavailable(service="identity") from error


def _check(claims: dict[str, Any], issuer: str, audience: str) -> None:
    registry = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience},
        exp={"essential": True},
    )
    registry.validate(claims)


def _unknown_key(error: Exception) -> bool:
    return "key" in str(error).lower()


def _unverified(token: str) -> bytes:
    """The payload of a JWT as it stands; only to learn whose key to verify it with."""
    payload = token.split(".")[1]
    return base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
