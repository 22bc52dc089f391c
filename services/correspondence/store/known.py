"""Whom letters go to and what they say of districts, as it was at any instant: states are kept when newer ones come.

A letter takes from here what stood when its fact was said, whichever of the two was heard first.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from shared.contracts.identity import MailingState, OrganizationState, PersonState
from shared.messaging.work import Work

_READ_MODELS = {
    "recipient": (
        "person_id uuid, version bigint, at timestamptz, name text, email text, language text, address jsonb",
        "jsonb_build_object('name', name, 'language', language, 'has_email', email IS NOT NULL)",
    ),
    "organization": (
        "organization_id uuid, version bigint, at timestamptz, name text, place text, hours text, phone text",
        "jsonb_build_object('district', name, 'district_place', place, 'district_hours', hours)",
    ),
}
"""Each read model's columns, its key first, and what letters take from a row of it."""


def as_of(table: str, subject: str, at: str) -> str:
    """SQL of what letters take from a read model: the latest state said by an instant; before the first, the first."""
    columns, taken = _READ_MODELS[table]
    return _as_of(f"{table} WHERE {columns.split()[0]} = {subject}", taken, "known", subject, at)


def has_email_as_of(subject: str, at: str) -> str:
    """SQL of whether a person had an e-mail address at an instant; NULL where nothing is known of them."""
    former = "CAST(known ->> 'has_email' AS boolean)"
    return _as_of(f"recipient WHERE person_id = {subject}", "email IS NOT NULL", former, subject, at)


def _as_of(latest: str, of_latest: str, of_former: str, subject: str, at: str) -> str:
    return f"""(SELECT taken FROM (
            SELECT version, at, {of_latest} AS taken FROM {latest}
            UNION ALL SELECT version, at, {of_former} FROM former WHERE former.subject = {subject}) AS state
        ORDER BY at <= {at} DESC, CASE WHEN at <= {at} THEN -version ELSE version END LIMIT 1)"""


HEARD = """
    SELECT person_id, heard_at FROM recipient WHERE heard_at > :after AND heard_at <= :until AND email IS NOT NULL
    UNION ALL SELECT subject, heard_at FROM former
    WHERE heard_at > :after AND heard_at <= :until AND CAST(known ->> 'has_email' AS boolean)
    ORDER BY heard_at LIMIT :at_most"""
"""SQL of the people of whom an address was heard between two instants of the database's clock, the first ones first."""


async def save_recipients(work: Work, states: Sequence[MailingState]) -> None:
    """Where each person is reached, unless a later version is known."""
    await _save(work, "recipient", [
        {"person_id": s.person_id, "version": s.said.version, "at": s.said.at, "name": s.name.full, "email": s.email,
         "language": s.language, "address": s.address.model_dump() if s.address else None} for s in states
    ])  # fmt: skip


async def save_organizations(work: Work, states: Sequence[OrganizationState]) -> None:
    """What letters say of districts, unless a later version is known."""
    fields = {"organization_id", "name", "place", "hours", "phone"}
    rows = [s.model_dump(include=fields) | {"version": s.said.version, "at": s.said.at} for s in states]
    await _save(work, "organization", rows)


async def _save(work: Work, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """The latest version stays in its table; each other one, overtaken or late, in `former`."""
    columns, taken = _READ_MODELS[table]
    names = [column.split()[0] for column in columns.split(", ")]
    key, changes = names[0], ", ".join(f"{name} = excluded.{name}" for name in [*names[1:], "heard_at"])
    await work.run(
        f"""WITH given AS MATERIALIZED (
                SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given ({columns})
            ), overtaken AS (
                INSERT INTO former (subject, version, at, known)
                SELECT {key}, version, at, {taken} FROM {table} AS known WHERE EXISTS (
                    SELECT 1 FROM given WHERE given.{key} = known.{key} AND given.version > known.version)
                UNION ALL SELECT {key}, version, at, {taken} FROM given WHERE EXISTS (
                    SELECT 1 FROM {table} AS known WHERE known.{key} = given.{key} AND known.version > given.version)
                ON CONFLICT DO NOTHING)
            INSERT INTO {table} AS known ({", ".join(names)}) SELECT {", ".join(names)} FROM given
            ON CONFLICT ({key}) DO UPDATE SET {changes} WHERE excluded.version > known.version""",
        rows=orjson.dumps(rows, default=str).decode(),
    )  # fmt: skip


async def save_people(work: Work, states: Sequence[PersonState]) -> None:
    """Who was merged into whom, unless a later version is known."""
    rows = [{"person_id": s.person_id, "version": s.said.version, "merged_into": s.merged_into} for s in states]
    await work.run(
        """INSERT INTO person AS known (person_id, version, merged_into)
           SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (
               person_id uuid, version bigint, merged_into uuid)
           ON CONFLICT (person_id) DO UPDATE SET version = excluded.version, merged_into = excluded.merged_into
           WHERE excluded.version > known.version""",
        rows=orjson.dumps(rows, default=str).decode(),
    )  # fmt: skip


async def find_email(work: Work, person_id: UUID) -> str | None:
    """The person's e-mail address as it is now, or that of whom they were merged into."""
    row = await work.row(
        """SELECT coalesce(holder.email, own.email) AS email
           FROM recipient AS own LEFT JOIN person ON person.person_id = own.person_id
           LEFT JOIN recipient AS holder ON holder.person_id = person.merged_into
           WHERE own.person_id = :person_id""",
        person_id=person_id,
    )
    return row.email if row else None


async def forget_recipients(work: Work, people: Sequence[UUID]) -> None:
    """Forgets where these people are and were reached, and how they were called."""
    for table, column in (("recipient", "person_id"), ("former", "subject")):
        await work.run(f"DELETE FROM {table} WHERE {column} = ANY(CAST(:people AS uuid[]))", people=people)


async def forget_people(work: Work, people: Sequence[UUID]) -> None:
    """Forgets these people and their letters."""
    for table in ("letter", "person"):
        await work.run(f"DELETE FROM {table} WHERE person_id = ANY(CAST(:people AS uuid[]))", people=people)
