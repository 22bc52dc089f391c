"""Scans that educators handed in. Each statement about a file's bytes stands behind the lock of its hash."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.errors import NotFound
from shared.messaging.work import Work

COLUMNS = "scan_id, person_id, credit_id, name, media_type, bytes, pages, sha256, state, note, uploaded_at"


class ScanUnknown(NotFound):
    """No scan has this id, or the person may not know of it."""

    text = "There is no such file."
    field = "scan_id"


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan. `state`: waiting (nobody reads it), released, refused (its bytes are gone); `note`: why."""

    scan_id: UUID
    person_id: UUID
    credit_id: UUID | None
    name: str
    media_type: str
    bytes: int
    pages: int
    sha256: str
    state: str
    note: str
    uploaded_at: datetime


async def lock_content(work: Work, sha256: str) -> None:
    """Keeps the same bytes from being kept and forgotten at once, until this transaction ends."""
    await work.row("SELECT pg_advisory_xact_lock(hashtextextended(:sha256, 0))", sha256=sha256)


async def insert(work: Work, scan: Scan) -> None:
    """Keeps a scan; the same one sent again is there already."""
    await work.run(
        f"""INSERT INTO scan ({COLUMNS})
            VALUES (:scan_id, :person_id, :credit_id, :name, :media_type, :bytes, :pages, :sha256, :state, :note,
                    :uploaded_at) ON CONFLICT (scan_id) DO NOTHING""",
        **{column: getattr(scan, column) for column in COLUMNS.split(", ")},
    )


async def find(work: Work, scan_id: UUID) -> Scan | None:
    """The scan, if there is one."""
    row = await work.row(f"SELECT {COLUMNS} FROM scan WHERE scan_id = :id", id=scan_id)
    return Scan(**row) if row else None


async def get(work: Work, scan_id: UUID) -> Scan:
    """The scan. Raises `ScanUnknown`."""
    found = await find(work, scan_id)
    if found is None:
        raise ScanUnknown
    return found


async def find_of_credits(work: Work, credits: Iterable[UUID]) -> dict[UUID, list[Scan]]:
    """The scans of each credit, the first one first."""
    rows = await work.rows(
        f"SELECT {COLUMNS} FROM scan WHERE credit_id = ANY(CAST(:ids AS uuid[])) ORDER BY uploaded_at, scan_id",
        ids=list(credits),
    )
    found: dict[UUID, list[Scan]] = {}
    for row in rows:
        found.setdefault(row.credit_id, []).append(Scan(**row))
    return found


async def count_loose(work: Work, people: Sequence[UUID], since: datetime) -> int:
    """How many scans these ids of a person have handed in since then that are no credit's."""
    row = await work.row(
        """SELECT count(*) AS n FROM scan
           WHERE person_id = ANY(CAST(:people AS uuid[])) AND credit_id IS NULL AND uploaded_at > :since""",
        people=people, since=since,
    )  # fmt: skip
    return int(row.n) if row else 0


async def give(work: Work, scan_id: UUID, credit_id: UUID) -> bool:
    """Makes a loose scan a credit's. False: another credit has it."""
    sql = "UPDATE scan SET credit_id = :credit WHERE scan_id = :id AND credit_id IS NULL"
    return await work.run(sql, id=scan_id, credit=credit_id) > 0


async def loosen(work: Work, credit_id: UUID) -> None:
    """Takes a credit's scans away from it, to be forgotten."""
    sql = "UPDATE scan SET credit_id = NULL, uploaded_at = :now WHERE credit_id = :credit"
    await work.run(sql, credit=credit_id, now=work.now)


async def note_outcome(work: Work, scan_id: UUID, state: str, note: str) -> None:
    """What became of a scan that waited."""
    sql = "UPDATE scan SET state = :state, note = :note WHERE scan_id = :id AND state = 'waiting'"
    await work.run(sql, id=scan_id, state=state, note=note)


async def delete_loose(work: Work, before: datetime, at_most: int) -> list[str]:
    """Forgets scans that became no credit's in time; the hashes of their bytes."""
    rows: Sequence[Any] = await work.rows(
        """DELETE FROM scan WHERE scan_id IN (
               SELECT scan_id FROM scan WHERE credit_id IS NULL AND uploaded_at < :before
               ORDER BY uploaded_at LIMIT :at_most FOR UPDATE SKIP LOCKED)
           RETURNING sha256""",
        before=before, at_most=at_most,
    )  # fmt: skip
    return [row.sha256 for row in rows]


async def is_wanted(work: Work, sha256: str) -> bool:
    """Whether some scan still has these bytes."""
    return await work.row("SELECT 1 FROM scan WHERE sha256 = :sha256 LIMIT 1", sha256=sha256) is not None
