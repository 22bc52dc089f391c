"""What is kept beside an application: its checklist of originals, and its history."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from shared.contracts.values import Original
from shared.database import Row
from shared.messaging.work import Work


class Entry(NamedTuple):
    """One thing that happened to an application. `who` is a name; empty for the system."""

    application_id: UUID
    what: str
    who: str = ""
    who_id: UUID | None = None
    detail: str = ""
    at: datetime | None = None


async def note(work: Work, entries: Sequence[Entry]) -> None:
    """Appends to the histories."""
    if not entries:
        return
    await work.run(
        """INSERT INTO history (application_id, at, what, who, who_id, detail)
           SELECT id, coalesce(at, :now), what, who, who_id, detail
           FROM unnest(CAST(:ids AS uuid[]), CAST(:ats AS timestamptz[]), CAST(:whats AS text[]),
                       CAST(:whos AS text[]), CAST(:who_ids AS uuid[]), CAST(:details AS text[]))
                WITH ORDINALITY AS given (id, at, what, who, who_id, detail, place) ORDER BY place""",
        now=work.now,
        ids=[e.application_id for e in entries],
        ats=[e.at for e in entries],
        whats=[e.what for e in entries],
        whos=[e.who for e in entries],
        who_ids=[e.who_id for e in entries],
        details=[e.detail for e in entries],
    )


async def note_each(
    work: Work, ids: Sequence[UUID], what: str, *, who: str = "", who_id: UUID | None = None, detail: str = ""
) -> None:
    """Appends the same to many histories."""
    if not ids:
        return
    await work.run(
        """INSERT INTO history (application_id, at, what, who, who_id, detail)
           SELECT id, CAST(:now AS timestamptz), :what, :who, CAST(:who_id AS uuid), :detail
           FROM unnest(CAST(:ids AS uuid[])) AS given (id)""",
        ids=ids, now=work.now, what=what, who=who, who_id=who_id, detail=detail,
    )  # fmt: skip


async def find_history(work: Work, application_id: UUID) -> Sequence[Row]:
    """What happened, newest first."""
    return await work.rows(
        "SELECT at, what, who, detail FROM history WHERE application_id = :id ORDER BY id DESC", id=application_id
    )


async def add_originals(work: Work, originals: Mapping[UUID, Sequence[Original]]) -> None:
    """Writes the checklists, numbered from 1."""
    lines = [(id, n, o) for id, found in originals.items() for n, o in enumerate(found, start=1)]
    if not lines:
        return
    await work.run(
        """INSERT INTO original (application_id, number, credit_id, title, must_show)
           SELECT id, number, credit, title, CAST(show AS jsonb)
           FROM unnest(CAST(:ids AS uuid[]), CAST(:numbers AS smallint[]), CAST(:credits AS uuid[]),
                       CAST(:titles AS text[]), CAST(:shows AS text[]))
                AS given (id, number, credit, title, show)
           ON CONFLICT DO NOTHING""",
        ids=[id for id, _, _ in lines],
        numbers=[n for _, n, _ in lines],
        credits=[o.credit_id for _, _, o in lines],
        titles=[o.title for _, _, o in lines],
        shows=[orjson.dumps(o.must_show).decode() for _, _, o in lines],
    )


async def find_originals(work: Work, application_id: UUID) -> Sequence[Row]:
    """The checklist, in its order."""
    return await work.rows("SELECT * FROM original WHERE application_id = :id ORDER BY number", id=application_id)


async def find_unseen(work: Work, application_id: UUID) -> list[str]:
    """The titles of originals that nobody has ticked."""
    rows = await work.rows(
        "SELECT title FROM original WHERE application_id = :id AND seen_at IS NULL ORDER BY number", id=application_id
    )
    return [row.title for row in rows]


async def tick(
    work: Work, application_id: UUID, numbers: Sequence[int], *, by: UUID | None, name: str
) -> Sequence[Row]:
    """Ticks these originals (or, without `by`, takes the ticks away); returns those that it changed."""
    return await work.rows(
        """UPDATE original SET seen_by = CAST(:by AS uuid), seen_name = :name,
                              seen_at = CASE WHEN :ticks THEN CAST(:now AS timestamptz) END
           WHERE application_id = :id AND number = ANY(CAST(:numbers AS smallint[]))
                 AND (seen_at IS NULL) = :ticks
           RETURNING number, title""",
        by=by, name=name if by else "", ticks=by is not None, now=work.now, id=application_id, numbers=numbers,
    )  # fmt: skip


async def tick_all(work: Work, ids: Sequence[UUID], versions: Sequence[int], *, by: UUID, name: str) -> None:
    """Ticks every original of these applications that nobody has ticked, notes each, and counts the ticks anew."""
    await work.run(
        """WITH ticked AS (
               UPDATE original SET seen_by = :by, seen_name = :name, seen_at = :now
               WHERE application_id = ANY(CAST(:ids AS uuid[])) AND seen_at IS NULL
               RETURNING application_id, title)
           INSERT INTO history (application_id, at, what, who, who_id, detail)
           SELECT application_id, CAST(:now AS timestamptz), 'original-seen', :name, CAST(:by AS uuid), title
           FROM ticked""",
        ids=ids, by=by, name=name, now=work.now,
    )  # fmt: skip
    await work.run(
        """UPDATE application AS a SET version = given.version, seen = a.wanted
           FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[])) AS given (id, version)
           WHERE a.application_id = given.id AND a.application_id = ANY(CAST(:ids AS uuid[]))""",
        ids=ids, versions=versions,
    )  # fmt: skip


async def save_seen(work: Work, application_id: UUID, version: int) -> None:
    """Counts the ticks of a checklist anew."""
    await work.run(
        """UPDATE application SET version = :version,
                  seen = (SELECT count(*) FROM original WHERE application_id = :id AND seen_at IS NOT NULL)
           WHERE application_id = :id""",
        id=application_id, version=version,
    )  # fmt: skip


async def save_paper(work: Work, papers: Mapping[UUID, tuple[str, Any]]) -> None:
    """Writes what printing last said of each application's paper, and its print day where it named one."""
    await work.run(
        """UPDATE application AS a SET paper = given.paper, prints_on = coalesce(given.prints_on, a.prints_on)
           FROM unnest(CAST(:ids AS uuid[]), CAST(:papers AS text[]), CAST(:days AS date[]))
                AS given (id, paper, prints_on)
           WHERE a.application_id = given.id AND a.application_id = ANY(CAST(:ids AS uuid[]))""",
        ids=list(papers),
        papers=[paper for paper, _ in papers.values()],
        days=[day for _, day in papers.values()],
    )
