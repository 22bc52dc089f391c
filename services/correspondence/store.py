"""Every SQL statement of correspondence, set-based. `find_…` may return None, `get_…` raises."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row

from services.correspondence.domain.letters import ENDS_MATTER, Letter, place
from services.correspondence.domain.texts import DEFAULT_LANGUAGE, Wording
from shared.contracts.identity import MailingState, OrganizationState, PersonState
from shared.errors import NotFound
from shared.messaging.work import Work

# ---- letters ----------------------------------------------------------------------------------------------------


ID_OF = "CAST(encode(substring(sha256(convert_to({place}, 'UTF8')) FOR 16), 'hex') AS uuid)"
"""A letter's id is made from its kind and cause, here, where a hash costs least."""


async def add_letters(
    work: Work, letters: Sequence[tuple[Letter, bool]], *, templates: Mapping[str, Mapping[str, str]], head: str
) -> Sequence[Row[Any]]:
    """Writes the letters that are not there yet; returns their ids, and which of them are to be e-mailed.

    Each comes with whether it is e-mailed where there is an address.

    Each is addressed as its person is called now, in their language where there is a template, and filled with what
    the letters before it said of the same application.
    """
    return await work.rows(
        f"""INSERT INTO letter (letter_id, person_id, kind, language, name, template, letterhead, data, sent_at,
                               emailed, cause)
           SELECT {ID_OF.format(place="given.place")}, given.person_id, given.kind, spoken.language,
                  coalesce(recipient.name, ''),
                  CAST(:templates AS jsonb) -> given.kind ->> spoken.language, :head,
                  jsonb_strip_nulls(jsonb_build_object(
                      'reference', filed.data -> 'reference',
                      'ends_on', reserved.data -> 'ends_on', 'last_safe', reserved.data -> 'last_safe',
                      'district', coalesce(to_jsonb(organization.name), filed.data -> 'district'),
                      'district_place', coalesce(to_jsonb(organization.place), filed.data -> 'district_place'),
                      'district_hours', coalesce(to_jsonb(organization.hours), filed.data -> 'district_hours')))
                      || given.data,
                  given.sent_at, given.mail AND recipient.email IS NOT NULL, given.cause
           FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (
                    place text, person_id uuid, kind text, data jsonb, sent_at timestamptz, cause uuid,
                    mail boolean, filed text, reserved text, district_id uuid)
           LEFT JOIN recipient ON recipient.person_id = given.person_id
           CROSS JOIN LATERAL (SELECT CASE
               WHEN CAST(:templates AS jsonb) -> given.kind -> recipient.language IS NOT NULL THEN recipient.language
               ELSE :default END AS language) AS spoken
           LEFT JOIN letter AS filed ON filed.letter_id = {ID_OF.format(place="given.filed")}
           LEFT JOIN letter AS reserved ON reserved.letter_id = {ID_OF.format(place="given.reserved")}
           LEFT JOIN organization ON organization.organization_id = given.district_id
           ON CONFLICT (letter_id) DO NOTHING RETURNING letter_id, emailed""",
        rows=_json([_letter_row(work, letter, mail) for letter, mail in letters]),
        templates=orjson.dumps(templates).decode(), head=head, default=DEFAULT_LANGUAGE,
    )  # fmt: skip


def _letter_row(work: Work, letter: Letter, mail: bool) -> dict[str, Any]:
    cause, application_id = letter.cause, letter.application_id
    return {
        "place": letter.place,
        "person_id": letter.person_id,
        "kind": letter.kind,
        "data": letter.data,
        "sent_at": cause.said.at if cause else work.now,
        "cause": cause.said.id if cause else work.command,
        "mail": mail,
        "filed": place("filed", application_id) if application_id else None,
        "reserved": place("reserved", application_id) if letter.kind in ENDS_MATTER else None,
        "district_id": letter.district_id,
    }


LETTER = """
    letter.letter_id, letter.person_id, letter.kind, letter.language, letter.name, letter.sent_at, letter.read_at,
    letter.emailed, CAST(letter.data AS text) AS data, CAST(template.words AS text) AS template,
    CAST(head.words AS text) AS head
"""
WORDS = """
    JOIN wording AS template ON template.version = letter.template
    JOIN wording AS head ON head.version = letter.letterhead
"""
MINE = """
    WITH RECURSIVE mine AS (
        SELECT CAST(:person_id AS uuid) AS person_id UNION
        SELECT person.person_id FROM person JOIN mine ON person.merged_into = mine.person_id)
"""
"""A person and those merged into them: the letters of all are one inbox."""


async def get_letter(work: Work, letter_id: UUID, person_id: UUID | None = None) -> Row[Any]:
    """A letter with its words; only one of that person's, where one is named. Raises `NotFound`."""
    whose = "letter.person_id IN (SELECT person_id FROM mine)" if person_id else "true"
    sql = f"{MINE} SELECT {LETTER} FROM letter {WORDS} WHERE letter.letter_id = :letter_id AND {whose}"
    row = await work.row(sql, letter_id=letter_id, person_id=person_id)
    if row is None:
        raise NotFound
    return row


async def letters_of(
    work: Work, person_id: UUID, *, limit: int, after: tuple[bool, datetime, UUID] | None
) -> list[Row[Any]]:
    """A person's letters, unread first, then the newest; from behind `after`."""
    was_read, sent_at, last_id = after or (False, None, None)
    return list(
        await work.rows(
            f"""{MINE} SELECT {LETTER} FROM letter {WORDS} WHERE letter.person_id IN (SELECT person_id FROM mine)
                  AND (CAST(:sent_at AS timestamptz) IS NULL OR (letter.read_at IS NOT NULL, -extract(epoch FROM
                       letter.sent_at), letter.letter_id) > (CAST(:was_read AS boolean), -extract(epoch FROM
                       CAST(:sent_at AS timestamptz)), CAST(:last_id AS uuid)))
                ORDER BY letter.read_at IS NOT NULL, -extract(epoch FROM letter.sent_at), letter.letter_id
                LIMIT :limit""",
            person_id=person_id, was_read=was_read, sent_at=sent_at, last_id=last_id, limit=limit,
        )
    )  # fmt: skip


async def count_unread(work: Work, person_id: UUID) -> int:
    sql = f"{MINE} SELECT count(*) AS n FROM letter WHERE person_id IN (SELECT person_id FROM mine) AND read_at IS NULL"
    row = await work.row(sql, person_id=person_id)
    return int(row.n) if row else 0


async def mark_read(work: Work, letter_id: UUID, person_id: UUID) -> None:
    """Notes when its person first read a letter. Raises `NotFound`."""
    await get_letter(work, letter_id, person_id)
    sql = "UPDATE letter SET read_at = :now WHERE letter_id = :letter_id AND read_at IS NULL"
    await work.run(sql, now=work.now, letter_id=letter_id)


# ---- words, and where e-mail begins -----------------------------------------------------------------------------


async def keep_wordings(work: Work, wordings: Sequence[Wording]) -> None:
    """Keeps the words that letters are written from, those that are not kept yet."""
    given = {wording.version: wording for wording in wordings}
    rows = await work.rows(
        "SELECT version FROM wording WHERE version = ANY(CAST(:versions AS text[]))", versions=list(given)
    )
    missing = sorted(given.keys() - {row.version for row in rows})
    if missing:
        await work.run(
            """INSERT INTO wording (version, words)
               SELECT * FROM unnest(CAST(:versions AS text[]), CAST(:words AS jsonb[])) ON CONFLICT DO NOTHING""",
            versions=missing, words=[orjson.dumps(given[version].words).decode() for version in missing],
        )  # fmt: skip


async def start_of(work: Work, consumer: str) -> datetime:
    """From when on what a consumer hears is e-mailed: its first day here. Noted when first asked."""
    await work.run("INSERT INTO start VALUES (:consumer, :now) ON CONFLICT DO NOTHING", consumer=consumer, now=work.now)
    row = await work.row("SELECT at FROM start WHERE consumer = :consumer", consumer=consumer)
    assert row is not None
    at: datetime = row.at
    return at


# ---- where to reach people --------------------------------------------------------------------------------------


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


async def save_recipients(work: Work, states: Sequence[MailingState]) -> None:
    """Where each person is reached, unless a later version is known."""
    await work.run(
        """INSERT INTO recipient AS known (person_id, version, name, email, language, address)
           SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (
               person_id uuid, version bigint, name text, email text, language text, address jsonb)
           ON CONFLICT (person_id) DO UPDATE SET version = excluded.version, name = excluded.name,
               email = excluded.email, language = excluded.language, address = excluded.address
           WHERE excluded.version > known.version""",
        rows=_json([
            {"person_id": s.person_id, "version": s.said.version, "name": s.name.full, "email": s.email,
             "language": s.language, "address": s.address.model_dump() if s.address else None} for s in states
        ]),
    )  # fmt: skip


async def save_people(work: Work, states: Sequence[PersonState]) -> None:
    """Who was merged into whom, unless a later version is known."""
    await work.run(
        """INSERT INTO person AS known (person_id, version, merged_into)
           SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (
               person_id uuid, version bigint, merged_into uuid)
           ON CONFLICT (person_id) DO UPDATE SET version = excluded.version, merged_into = excluded.merged_into
           WHERE excluded.version > known.version""",
        rows=_json([
            {"person_id": s.person_id, "version": s.said.version, "merged_into": s.merged_into} for s in states
        ]),
    )  # fmt: skip


async def save_organizations(work: Work, states: Sequence[OrganizationState]) -> None:
    """What letters say of districts, unless a later version is known."""
    fields = {"organization_id", "name", "place", "hours", "phone"}
    await work.run(
        """INSERT INTO organization AS known (organization_id, version, name, place, hours, phone)
           SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (
               organization_id uuid, version bigint, name text, place text, hours text, phone text)
           ON CONFLICT (organization_id) DO UPDATE SET version = excluded.version, name = excluded.name,
               place = excluded.place, hours = excluded.hours, phone = excluded.phone
           WHERE excluded.version > known.version""",
        rows=_json([s.model_dump(include=fields) | {"version": s.said.version} for s in states]),
    )  # fmt: skip


async def forget(work: Work, table: str, people: Sequence[UUID]) -> None:
    """Deletes what a table keeps of these people."""
    await work.run(f"DELETE FROM {table} WHERE person_id = ANY(CAST(:people AS uuid[]))", people=people)


def _json(rows: Sequence[dict[str, Any]]) -> str:
    return orjson.dumps(rows, default=str).decode()
