"""Letters: written once for each cause; what they leave to other letters and states is found when they are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from services.correspondence.domain.letters import ENDS_MATTER, Letter
from services.correspondence.store.known import HEARD, as_of, has_email_as_of
from shared.errors import NotFound
from shared.messaging.work import Work

ID_OF = "CAST(encode(substring(sha256(convert_to({place}, 'UTF8')) FOR 16), 'hex') AS uuid)"
"""A letter's id is made from its kind and cause, here, where a hash costs least."""


async def add_letters(
    work: Work, letters: Sequence[tuple[Letter, bool]], *, templates: Mapping[str, str], head: str
) -> Sequence[Any]:
    """Writes the letters that are not there yet; returns their ids and causes, and which are to be e-mailed now.

    Each comes with whether it is e-mailed where there is an address.
    """
    rows = [_letter_row(work, letter, mail) for letter, mail in letters]
    return await work.rows(
        f"""INSERT INTO letter (letter_id, person_id, kind, template, letterhead, data, application_id, district_id,
                               sent_at, to_email, emailed, cause)
           SELECT {ID_OF.format(place="place")}, person_id, kind, CAST(:templates AS jsonb) ->> kind, :head, data,
                  application_id, district_id, sent_at, mail,
                  mail AND coalesce({has_email_as_of("given.person_id", "given.sent_at")}, false), cause
           FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (
                    place text, person_id uuid, kind text, data jsonb, application_id uuid, district_id uuid,
                    sent_at timestamptz, mail boolean, cause uuid)
           ON CONFLICT (letter_id) DO NOTHING RETURNING letter_id, emailed, cause""",
        rows=orjson.dumps(rows, default=str).decode(), templates=orjson.dumps(templates).decode(), head=head,
    )  # fmt: skip


def _letter_row(work: Work, letter: Letter, mail: bool) -> dict[str, Any]:
    cause = letter.cause
    return {
        "place": letter.place,
        "person_id": letter.person_id,
        "kind": letter.kind,
        "data": letter.data,
        "application_id": letter.application_id,
        "district_id": letter.district_id,
        "sent_at": cause.said.at if cause else work.now,
        "cause": cause.said.id if cause else work.command,
        "mail": mail,
    }


_READER = as_of("recipient", "{letter}.person_id", "{letter}.sent_at")
"""How a letter's person is called and reached."""

LATE = f"""to_email AND NOT emailed AND {has_email_as_of("letter.person_id", "letter.sent_at")}"""
"""SQL of a letter that is to be e-mailed, and was heard of before its person's address."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """A way through the people of whom an address was heard, each once, up to so long ago."""

    pace: str
    behind: timedelta


QUICK = Sweep("quick", timedelta())
THOROUGH = Sweep("thorough", timedelta(minutes=2))
"""No transaction lasts as long: what the quick sweep passed before it could be seen, this one sees."""
AT_MOST = 20_000
"""People that a sweep looks at; the next one goes on behind them."""
_TICK = timedelta(microseconds=1)


async def take_unmailed(work: Work, sweep: Sweep, *, since: datetime) -> Sequence[Any]:
    """Letters sent since an instant whose address came after them; they count as mailed.

    Only people of whom an address was heard are looked at, not every letter without one. Who had none when the
    letter was sent is not among them: they have it in their inbox.
    """
    clock = await work.row(
        "SELECT clock_timestamp() AS now, up_to FROM swept WHERE pace = :pace FOR UPDATE", pace=sweep.pace
    )
    assert clock is not None
    until = clock.now - sweep.behind
    heard = await work.rows(HEARD, after=clock.up_to, until=until, at_most=AT_MOST)
    rows = await work.rows(TAKE_LATE, people=[row.person_id for row in heard], since=since) if heard else []
    if len(heard) == AT_MOST:
        until = heard[-1].heard_at - _TICK  # others may have been heard in the same instant
    if heard or until - clock.up_to > THOROUGH.behind:
        await work.run("UPDATE swept SET up_to = :until WHERE pace = :pace", until=until, pace=sweep.pace)
    return rows


TAKE_LATE = f"""
    UPDATE letter SET emailed = true
    WHERE person_id = ANY(CAST(:people AS uuid[])) AND sent_at >= :since AND {LATE} RETURNING letter_id"""

_DISTRICT = as_of("organization", "coalesce(letter.district_id, filed.district_id)", "letter.sent_at")
_SAID_BY_FILING = ", ".join(
    f"'{name}', filed.data -> '{name}'" for name in ("reference", "district", "district_place", "district_hours")
)
LETTER = f"""
    letter.letter_id, letter.person_id, letter.kind, letter.sent_at, letter.read_at, letter.emailed,
    letter.name, letter.language, CAST({_READER.format(letter="letter")} AS text) AS reader,
    CAST(jsonb_strip_nulls(jsonb_build_object({_SAID_BY_FILING},
             'ends_on', reserved.data -> 'ends_on', 'last_safe', reserved.data -> 'last_safe'))
         || coalesce({_DISTRICT}, '{{}}') || letter.data AS text) AS data,
    CAST(template.words AS text) AS template, CAST(head.words AS text) AS head
"""
"""A letter with what the other letters of its application say, and what its district and its person were then."""
_ENDS_MATTER = ", ".join(f"'{kind}'" for kind in sorted(ENDS_MATTER))
BESIDE = f"""
    JOIN wording AS template ON template.version = letter.template
    JOIN wording AS head ON head.version = letter.letterhead
    LEFT JOIN letter AS filed ON filed.letter_id = {ID_OF.format(place="'filed/' || letter.application_id")}
    LEFT JOIN letter AS reserved ON letter.kind IN ({_ENDS_MATTER})
         AND reserved.letter_id = {ID_OF.format(place="'reserved/' || letter.application_id")}
"""
MINE = """
    WITH RECURSIVE mine AS (
        SELECT CAST(:person_id AS uuid) AS person_id UNION
        SELECT person.person_id FROM person JOIN mine ON person.merged_into = mine.person_id)
"""
"""A person and those merged into them: the letters of all are one inbox."""
_ORDER = "letter.read_at IS NOT NULL, -extract(epoch FROM letter.sent_at), letter.letter_id"


async def get_letter(work: Work, letter_id: UUID, person_id: UUID | None = None) -> Any:
    """A letter with its words; only one of that person's, where one is named. Raises `NotFound`."""
    whose = "letter.person_id IN (SELECT person_id FROM mine)" if person_id else "true"
    sql = f"{MINE} SELECT {LETTER} FROM letter {BESIDE} WHERE letter.letter_id = :letter_id AND {whose}"
    row = await work.row(sql, letter_id=letter_id, person_id=person_id)
    if row is None:
        raise NotFound
    return row


async def letters_of(
    work: Work, person_id: UUID, *, limit: int, after: tuple[bool, datetime, UUID] | None
) -> list[Any]:
    """A person's letters, unread first, then the newest; from behind `after`."""
    was_read, sent_at, last_id = after or (False, None, None)
    return list(
        await work.rows(
            f"""{MINE}, page AS (
                    SELECT * FROM letter WHERE letter.person_id IN (SELECT person_id FROM mine)
                      AND (CAST(:sent_at AS timestamptz) IS NULL OR ({_ORDER}) > (CAST(:was_read AS boolean),
                           -extract(epoch FROM CAST(:sent_at AS timestamptz)), CAST(:last_id AS uuid)))
                    ORDER BY {_ORDER} LIMIT :limit)
                SELECT {LETTER} FROM page AS letter {BESIDE} ORDER BY {_ORDER}""",
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
