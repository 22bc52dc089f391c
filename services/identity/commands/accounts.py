"""Signing in: limits in time, sessions, passwords. All times here are real time, never the business clock.

A password is verified between two transactions, so that no connection waits for Argon2: `admit` counts the try and
reads the hash, the caller verifies, `begin_session` or nothing follows.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.identity.crypto.sealing import Vault
from services.identity.domain.usernames import uniqueness_key
from services.identity.store import accounts as store
from shared.errors import NotSignedIn, TooMany
from shared.ids import PersonId
from shared.messaging.work import Work

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)


@dataclass(frozen=True)
class Limit:
    """So many tries in so much time."""

    tries: int
    window: timedelta


PER_ACCOUNT = Limit(10, timedelta(minutes=15))
PER_ADDRESS = Limit(300, timedelta(minutes=15))  # a whole school may stand behind one address
PROFILES_PER_ADDRESS = Limit(60, timedelta(minutes=15))
PROFILES_PER_CLAIM = Limit(5, timedelta(hours=24))
PINS_PER_ACCOUNT = Limit(3, timedelta(hours=1))


class WrongSignIn(NotSignedIn):
    """The user name and password do not belong together; it never says which is wrong."""

    field = "password"
    text = "That {label} and password don't match. Both are case-sensitive."


class TooManyTries(TooMany):
    """A limit in time is reached."""

    text = "Too many tries. Wait until {until}."


class SessionOver(NotSignedIn):
    """The session ended: by its holder, by its limits, or by a changed password."""

    text = "You were signed out. Sign in to go on."


@dataclass(frozen=True)
class Begun:
    """A session that began: its secret, which only its holder keeps."""

    secret: str
    person_id: PersonId
    must_change: bool


async def within(work: Work, vault: Vault, kind: str, key: str, limit: Limit, *, at: datetime) -> datetime | None:
    """Counts a try; None while the limit holds, else when it may be tried again."""
    mark = vault.mark(f"throttle {kind}", key)
    count, until = await store.count_try(work, mark, window_end=at + limit.window, at=at)
    return until if count > limit.tries else None


def too_many(work: Work, until: datetime) -> TooManyTries:
    """The refusal that says when to come back."""
    local = until.astimezone(work.policy.office.zone)
    half = "a.m." if local.hour < 12 else "p.m."
    return TooManyTries(until=f"{local.hour % 12 or 12}:{local.minute:02d} {half} {work.policy.office.time_zone_label}")


async def admit(
    work: Work, vault: Vault, user_name: str, address: str, *, at: datetime
) -> store.Account | TooManyTries | None:
    """Counts this try, by account and by address, whether or not there is such an account; then the account, if any."""
    by_account = await within(work, vault, "account", uniqueness_key(user_name), PER_ACCOUNT, at=at)
    by_address = await within(work, vault, "address", address, PER_ADDRESS, at=at)
    if until := by_account or by_address:
        return too_many(work, until)
    return await store.find_account_by_name(work, user_name)


async def begin_session(
    work: Work, vault: Vault, account: store.Account, address: str, *, at: datetime, rehashed: str = ""
) -> Begun:
    """A session for who just proved the password; what was counted against the account is forgotten."""
    await store.forget_tries(work, vault.mark("throttle account", uniqueness_key(account.user_name)))
    if rehashed:
        await store.refresh_hash(work, account.person_id, rehashed)
    secret = secrets.token_urlsafe(32)
    session = store.Session(_mark(vault, secret), account.person_id, at, at, at + ABSOLUTE, ended=False)
    await store.insert_session(work, session, address=address)
    work.audit("sign-in", account.resolved_id, address=address)
    return Begun(secret, account.resolved_id, account.must_change)


async def use_session(
    work: Work, vault: Vault, secret: str, *, at: datetime, is_activity: bool = True
) -> store.Account:
    """The account of a session that still stands. Raises SessionOver."""
    session = await store.find_session(work, _mark(vault, secret))
    if session is None or session.ended or at >= session.ends_at or at - session.last_used_at >= IDLE:
        raise SessionOver
    account = await store.find_account(work, session.person_id)
    if account is None:
        raise SessionOver
    if is_activity:
        await store.touch_session(work, session.mark, at)
    return account


async def sign_out(work: Work, vault: Vault, secret: str, *, at: datetime) -> None:
    """Ends the session; ending it again is no error."""
    await store.end_session(work, _mark(vault, secret), at)


async def set_password(
    work: Work, vault: Vault, account: store.Account, encoded: str, *, at: datetime, session: str = ""
) -> None:
    """The new password stands, and every other session of the account ends."""
    await store.save_password(work, account, encoded, must_change=False, at=at)
    await store.end_sessions(work, account.person_id, at, but=_mark(vault, session) if session else "")
    work.audit("password.change", account.resolved_id)
    work.intend(
        "mail",
        f"password/{account.person_id}/{at.isoformat()}",
        {"letter": "password_changed", "person_id": str(account.resolved_id)},
    )


def _mark(vault: Vault, secret: str) -> str:
    return vault.mark("session", secret)
