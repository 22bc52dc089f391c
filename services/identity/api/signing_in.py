"""Sign-in, sessions, and the public keys of access tokens."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from services.identity.api.context import client_address, real_now, secrets
from services.identity.api.inputs import Input, Secret, Short
from services.identity.commands import accounts as commands
from services.identity.commands import keys
from services.identity.queries import staff
from services.identity.store import accounts as store
from services.identity.store import people
from shared.ids import OrganizationId, PersonId, new_id
from shared.messaging.work import Work
from shared.tokens import Actor, Role, claims_of
from shared.web.asked import Asked, AskedRequest

router = APIRouter(tags=["sign-in"])
ACCESS_SECONDS = 300
Session = Annotated[str, Field(min_length=20, max_length=100, description="The session's secret, given at sign-in")]


class SignIn(Input):
    """A user name and a password; both are case-sensitive."""

    user_id: Short
    password: Secret


class Refresh(Input):
    """A session whose holder goes on. `activity` is false for what a page asks by itself."""

    session: Session
    activity: bool = True


class SignOut(Input):
    """A session to end."""

    session: Session


class HeldRole(BaseModel):
    """A role with its days."""

    role: str
    organization_id: OrganizationId | None = None
    first_day: date | None = None
    last_day: date | None = None


class SignedInPerson(BaseModel):
    """Who is signed in."""

    person_id: PersonId
    name: str
    educator_number: str
    roles: list[HeldRole]


class SignedIn(BaseModel):
    """A session and its access token; without a token the password must be changed first."""

    access_token: str | None
    expires_in: int
    session: str
    must_change_password: bool = False
    person: SignedInPerson


@router.post("/sign-in", summary="Sign in with user name and password")
async def sign_in(body: SignIn, asked: Asked) -> SignedIn:
    """One answer for every way to be wrong, and one time for it."""
    held, at, address = secrets(asked), real_now(), client_address(asked)
    async with asked.runtime.work(actor="anonymous") as work:
        account = await commands.admit(work, held.vault, body.user_id, address, at=at)
    if isinstance(account, commands.TooManyTries):
        raise account
    fits = await held.passwords.verify(account.password_hash if account else None, body.password)
    if account is None or not fits:
        raise commands.WrongSignIn(label=asked.runtime.policy.accounts.user_names.label)
    stale = held.passwords.needs_rehash(account.password_hash)
    rehashed = await held.passwords.hash(body.password) if stale else ""
    async with asked.runtime.work(actor=str(account.resolved_id)) as work:
        begun = await commands.begin_session(work, held.vault, account, address, at=at, rehashed=rehashed)
        return await _signed_in(asked, work, account, begun.secret)


@router.post("/sessions/refresh", summary="A fresh access token for a session")
async def refresh(body: Refresh, asked: Asked) -> SignedIn:
    """Roles and name are read again, so that what was taken away is gone within minutes."""
    async with asked.runtime.work(actor="session") as work:
        account = await commands.use_session(
            work, secrets(asked).vault, body.session, at=real_now(), is_activity=body.activity
        )
        return await _signed_in(asked, work, account, body.session)


@router.post("/sign-out", status_code=204, summary="End a session")
async def sign_out(body: SignOut, asked: Asked) -> Response:
    async with asked.runtime.work(actor="session") as work:
        await commands.sign_out(work, secrets(asked).vault, body.session, at=real_now())
    return Response(status_code=204)


@router.get("/.well-known/jwks.json", summary="The public keys that verify access tokens")
async def public_keys(asked: Asked) -> dict[str, Any]:
    """A JWK set (RFC 7517)."""
    async with asked.runtime.work(actor="anonymous") as work:
        signer = await keys.signer(work, secrets(asked), at=real_now())
    return signer.public_keys()


async def _signed_in(asked: AskedRequest, work: Work, account: store.Account, session: str) -> SignedIn:
    person = await people.get_person(work, account.resolved_id)
    roles = (Role("educator"), *await staff.roles_of(work, person.person_id))
    shown = SignedInPerson(
        person_id=person.person_id,
        name=person.name.full,
        educator_number=person.educator_number,
        roles=[HeldRole(**_fields(role)) for role in roles],
    )
    token = None
    if not account.must_change:
        signer = await keys.signer(work, secrets(asked), at=real_now())
        actor = Actor(person.person_id, person.name.full, roles)
        token = signer.sign(claims_of(actor, ACCESS_SECONDS, jti=str(new_id())))
    return SignedIn(
        access_token=token,
        expires_in=ACCESS_SECONDS,
        session=session,
        must_change_password=account.must_change,
        person=shown,
    )


def _fields(role: Role) -> dict[str, str | UUID | date | None]:
    return {
        "role": role.role,
        "organization_id": role.organization_id,
        "first_day": role.first_day,
        "last_day": role.last_day,
    }
