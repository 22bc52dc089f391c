"""Accounts: user names, passwords, sessions, PINs, limits in time, signing keys. All times here are real time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.identity.crypto.pins import IssuedPin, KeptPin
from services.identity.crypto.tokens import SealedKey
from services.identity.domain.usernames import uniqueness_key
from shared.errors import NotFound
from shared.ids import PersonId
from shared.messaging.work import Work

SESSIONS_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Account:
    """One account. `person_id` is whose record it was made for, `resolved_id` under which id they live on."""

    person_id: PersonId
    resolved_id: PersonId
    user_name: str
    password_hash: str
    must_change: bool = False
    hint_question: str = ""
    hint_hash: str | None = None
    assurance: str = "self"


@dataclass(frozen=True)
class Session:
    """A server-side session; its secret is known to its holder alone."""

    mark: str
    person_id: PersonId
    began_at: datetime
    last_used_at: datetime
    ends_at: datetime
    ended: bool


class NoAccount(NotFound):
    """This person has no account."""

    text = "This person has no account."
    field = "person_id"


_ACCOUNT = """
    SELECT a.person_id, coalesce(p.merged_into, p.id) AS resolved_id, a.user_name, a.password_hash, a.must_change,
           a.hint_question, a.hint_hash, a.assurance
    FROM account a JOIN person p ON p.id = a.person_id
"""


async def find_account_by_name(work: Work, user_name: str) -> Account | None:
    """The open account with exactly this user name, capitals included."""
    row = await work.row(
        _ACCOUNT + "WHERE a.user_name_key = :key AND a.user_name = :user_name AND a.closed_at IS NULL",
        key=uniqueness_key(user_name), user_name=user_name,
    )  # fmt: skip
    return Account(**row) if row else None


async def find_account(work: Work, person_id: PersonId) -> Account | None:
    """The open account of a person; of one who was merged, the account of either record, their own first."""
    row = await work.row(
        _ACCOUNT
        + """WHERE a.closed_at IS NULL AND (a.person_id = :id OR p.merged_into = :id)
                      ORDER BY a.person_id <> :id LIMIT 1""",
        id=person_id,
    )
    return Account(**row) if row else None


async def get_account(work: Work, person_id: PersonId) -> Account:
    """The open account of a person. Raises NoAccount."""
    account = await find_account(work, person_id)
    if account is None:
        raise NoAccount
    return account


async def insert_account(work: Work, account: Account) -> bool:
    """Whether the account could be made: False where the user name is taken, or the person has one."""
    made = await work.rows(
        """INSERT INTO account (person_id, user_name, user_name_key, password_hash, must_change, hint_question,
               hint_hash, assurance, created_at)
           VALUES (:person_id, :user_name, :key, :password_hash, :must_change, :hint_question, :hint_hash, :assurance,
               :now)
           ON CONFLICT DO NOTHING RETURNING 1""",
        person_id=account.person_id, user_name=account.user_name, key=uniqueness_key(account.user_name),
        password_hash=account.password_hash, must_change=account.must_change, assurance=account.assurance,
        hint_question=account.hint_question, hint_hash=account.hint_hash, now=work.now,
    )  # fmt: skip
    return bool(made)


async def first_free(work: Work, user_names: Sequence[str]) -> str:
    """The first of these user names that nobody has; the last one if all are taken."""
    rows = await work.rows(
        "SELECT user_name_key FROM account WHERE user_name_key = ANY(CAST(:keys AS text[]))",
        keys=[uniqueness_key(user_name) for user_name in user_names],
    )
    taken = {row.user_name_key for row in rows}
    return next((name for name in user_names if uniqueness_key(name) not in taken), user_names[-1])


async def save_password(work: Work, account: Account, encoded: str, *, must_change: bool, at: datetime) -> None:
    """A new password hash; the old one goes into the history."""
    await work.run(
        "INSERT INTO password_history (person_id, at, password_hash) VALUES (:id, :at, :old)",
        id=account.person_id, at=at, old=account.password_hash,
    )  # fmt: skip
    await work.run(
        "UPDATE account SET password_hash = :encoded, must_change = :must WHERE person_id = :id",
        id=account.person_id, encoded=encoded, must=must_change,
    )  # fmt: skip


async def refresh_hash(work: Work, person_id: PersonId, encoded: str) -> None:
    """The same password, hashed with today's parameters."""
    await work.run("UPDATE account SET password_hash = :encoded WHERE person_id = :id", id=person_id, encoded=encoded)


async def password_history(work: Work, person_id: PersonId) -> Sequence[str]:
    """The hashes of all passwords that the account has had, the present one first."""
    rows = await work.rows(
        """SELECT password_hash FROM (
               SELECT password_hash, NULL::timestamptz AS at FROM account WHERE person_id = :id
               UNION ALL SELECT password_hash, at FROM password_history WHERE person_id = :id) AS had
           ORDER BY at DESC NULLS FIRST""",
        id=person_id,
    )
    return [row.password_hash for row in rows]


async def insert_session(work: Work, session: Session, *, address: str) -> None:
    """A new session."""
    await work.run(
        """INSERT INTO session (mark, person_id, began_at, last_used_at, ends_at, address)
           VALUES (:mark, :person_id, :began_at, :last_used_at, :ends_at, :address)""",
        mark=session.mark, person_id=session.person_id, began_at=session.began_at,
        last_used_at=session.last_used_at, ends_at=session.ends_at, address=address,
    )  # fmt: skip


async def find_session(work: Work, mark: str) -> Session | None:
    """The session with this mark, locked."""
    row = await work.row(
        """SELECT mark, person_id, began_at, last_used_at, ends_at, ended_at IS NOT NULL AS ended
           FROM session WHERE mark = :mark FOR UPDATE""",
        mark=mark,
    )
    return Session(**row) if row else None


async def touch_session(work: Work, mark: str, at: datetime) -> None:
    """The session was used."""
    await work.run("UPDATE session SET last_used_at = :at WHERE mark = :mark", mark=mark, at=at)


async def end_sessions(work: Work, person_id: PersonId, at: datetime, *, but: str = "") -> int:
    """Ends all sessions of a person but one; how many there were."""
    return await work.run(
        "UPDATE session SET ended_at = :at WHERE person_id = :id AND ended_at IS NULL AND mark <> :but",
        id=person_id, at=at, but=but,
    )  # fmt: skip


async def end_session(work: Work, mark: str, at: datetime) -> int:
    """Ends one session."""
    return await work.run("UPDATE session SET ended_at = :at WHERE mark = :mark AND ended_at IS NULL", mark=mark, at=at)


async def save_pin(work: Work, person_id: PersonId, issued: IssuedPin) -> None:
    """The PIN that works from now on; the one before does no longer."""
    await work.run(
        """INSERT INTO pin (person_id, mark, expires_at) VALUES (:id, :mark, :expires_at)
           ON CONFLICT (person_id) DO UPDATE
           SET mark = excluded.mark, expires_at = excluded.expires_at, tries = 0, used_at = NULL""",
        id=person_id, mark=issued.mark, expires_at=issued.expires_at,
    )  # fmt: skip


async def take_pin_try(work: Work, person_id: PersonId) -> KeptPin | None:
    """The PIN on file as it was before this try, which is counted whatever comes of it."""
    row = await work.row(
        """UPDATE pin SET tries = tries + 1 WHERE person_id = :id
           RETURNING mark, expires_at, tries - 1 AS tries, used_at IS NOT NULL AS used""",
        id=person_id,
    )
    return KeptPin(**row) if row else None


async def use_pin(work: Work, person_id: PersonId, at: datetime) -> bool:
    """The PIN has done its work; False where it had already."""
    used = await work.run("UPDATE pin SET used_at = :at WHERE person_id = :id AND used_at IS NULL", id=person_id, at=at)
    return used == 1


async def count_try(work: Work, key: str, *, window_end: datetime, at: datetime) -> tuple[int, datetime]:
    """Counts one try under a key; how many there were in its window, and when that ends."""
    row = await work.row(
        """INSERT INTO throttle AS t (key, count, until) VALUES (:key, 1, :until)
           ON CONFLICT (key) DO UPDATE
           SET count = CASE WHEN t.until <= :at THEN 1 ELSE t.count + 1 END,
               until = CASE WHEN t.until <= :at THEN excluded.until ELSE t.until END
           RETURNING count AS tries, until""",
        key=key, until=window_end, at=at,
    )  # fmt: skip
    assert row is not None
    return row.tries, row.until


async def forget_tries(work: Work, key: str) -> None:
    """A success clears what was counted."""
    await work.run("DELETE FROM throttle WHERE key = :key", key=key)


async def sweep(work: Work, at: datetime) -> None:
    """Removes what only time had to keep: limits that are over, sessions that ended long ago."""
    await work.run("DELETE FROM throttle WHERE until < :at", at=at)
    await work.run("DELETE FROM session WHERE coalesce(ended_at, ends_at) < :before", before=at - SESSIONS_KEPT)


async def signing_keys(work: Work) -> list[SealedKey]:
    """All signing keys, the oldest first."""
    rows = await work.rows("SELECT key_id, sealed, made_at FROM signing_key ORDER BY made_at")
    return [SealedKey(row.key_id, row.sealed, row.made_at) for row in rows]


async def lock_signing_keys(work: Work) -> None:
    """Nobody else makes a signing key until this commits."""
    await work.run("LOCK TABLE signing_key IN EXCLUSIVE MODE")


async def insert_signing_key(work: Work, key: SealedKey) -> None:
    """A key that signs from soon on."""
    await work.run(
        "INSERT INTO signing_key (key_id, sealed, made_at) VALUES (:key_id, :sealed, :made_at)",
        key_id=key.key_id, sealed=key.sealed, made_at=key.made_at,
    )  # fmt: skip


async def delete_signing_keys(work: Work, made_before: datetime) -> None:
    """Keys whose last token has long expired verify no more."""
    await work.run("DELETE FROM signing_key WHERE made_at < :before", before=made_before)
