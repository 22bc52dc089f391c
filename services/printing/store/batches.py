"""Batches: their files, their lease, and the day's overview."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.printing.domain.errors import NoSuchBatch
from services.printing.domain.jobs import About
from services.printing.domain.pieces import Held
from services.printing.store.jobs import NEXT
from shared.ids import BatchId, PieceId
from shared.messaging.work import Work


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it now stands."""

    batch_id: BatchId
    number: int
    version: int
    shop: str
    due_on: date
    state: str
    pieces: int
    manifest: str
    lease: int
    holder: str
    lease_until: datetime | None

    @property
    def held(self) -> Held:
        return Held(self.lease, self.lease_until)


@dataclass(frozen=True, slots=True)
class File:
    """One PDF of a batch; `sha256` is empty until it is rendered."""

    batch_id: BatchId
    number: int
    sha256: str
    size: int
    pages: int

    @property
    def name(self) -> str:
        return f"licenses-{self.number + 1:03d}.pdf"


@dataclass(frozen=True, slots=True)
class Released(About):
    """A piece that goes to the shop now, and its job."""

    piece_id: PieceId
    copy: int
    version: int


@dataclass(frozen=True, slots=True)
class Release:
    """A batch that was released just now."""

    version: int
    pieces: list[Released]


COLUMNS = "batch_id, number, version, shop, due_on, state, pieces, manifest, lease, holder, lease_until"


async def get_batch(work: Work, batch_id: UUID, *, lock: bool = False) -> Batch:
    """The batch. Raises `NoSuchBatch`."""
    locking = "FOR UPDATE" if lock else ""
    row = await work.row(f"SELECT {COLUMNS} FROM batch WHERE batch_id = :id {locking}", id=batch_id)
    if row is None:
        raise NoSuchBatch
    return Batch(**row)


async def find_free(work: Work, real_now: datetime) -> Batch | None:
    """The oldest released batch with work left that nobody holds, locked."""
    row = await work.row(
        f"""SELECT {COLUMNS} FROM batch
            WHERE state = 'released' AND (lease_until IS NULL OR lease_until <= :real_now)
              AND EXISTS (SELECT FROM piece WHERE piece.batch_id = batch.batch_id
                          AND piece.state IN ('released', 'printed', 'inserted'))
            ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED""",
        real_now=real_now,
    )
    return Batch(**row) if row else None


async def save_lease(work: Work, batch_id: BatchId, lease: int, holder: str, until: datetime) -> None:
    await work.run(
        """UPDATE batch SET lease = :lease, holder = :holder, lease_until = :until WHERE batch_id = :id""",
        lease=lease, holder=holder, until=until, id=batch_id,
    )  # fmt: skip


async def touch(work: Work, batch_ids: Collection[BatchId]) -> dict[BatchId, int]:
    """The next version of each batch: something is said about it."""
    if not batch_ids:
        return {}
    rows = await work.rows(
        """UPDATE batch SET version = greatest(version + 1, :floor) WHERE batch_id = ANY(CAST(:ids AS uuid[]))
           RETURNING batch_id, version""",
        floor=work.next_version(), ids=sorted(batch_ids),
    )  # fmt: skip
    return {row.batch_id: row.version for row in rows}


async def find_unfinished(work: Work) -> Batch | None:
    """The oldest batch that is cut and not released."""
    row = await work.row(f"SELECT {COLUMNS} FROM batch WHERE state = 'cut' ORDER BY number LIMIT 1")
    return Batch(**row) if row else None


async def files_of(work: Work, batch_id: UUID) -> list[File]:
    """The files of a batch, in their order."""
    rows = await work.rows(
        """SELECT batch_id, number, coalesce(sha256, '') AS sha256, size, pages FROM batch_file
           WHERE batch_id = :id ORDER BY number""",
        id=batch_id,
    )
    return [File(**row) for row in rows]


async def save_file(work: Work, file: File, pieces: Sequence[PieceId]) -> bool:
    """A rendered file and the pages of its pieces. False: somebody saved it before."""
    saved = await work.run(
        """UPDATE batch_file SET sha256 = :sha256, size = :size, pages = :pages
           WHERE batch_id = :batch AND number = :number AND sha256 IS NULL""",
        sha256=file.sha256, size=file.size, pages=file.pages, batch=file.batch_id, number=file.number,
    )  # fmt: skip
    if saved:
        await work.run(
            """UPDATE piece SET page = given.page
               FROM unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS given (piece_id, page)
               WHERE piece.piece_id = given.piece_id""",
            ids=list(pieces),
        )
    return bool(saved)


async def drop_file(work: Work, file: File) -> None:
    """A file of which no piece is left."""
    await work.run(
        "DELETE FROM batch_file WHERE batch_id = :batch AND number = :number AND sha256 IS NULL",
        batch=file.batch_id, number=file.number,
    )  # fmt: skip


async def release(work: Work, batch: Batch, manifest: str) -> Release | None:
    """The batch and its pieces go to the shop, together. None: they did before."""
    moved = await work.row(
        """UPDATE batch SET version = greatest(version + 1, :floor), state = 'released', released_at = :now,
                  manifest = :manifest
           WHERE batch_id = :id AND state = 'cut' RETURNING version""",
        floor=work.next_version(), now=work.now, manifest=manifest, id=batch.batch_id,
    )  # fmt: skip
    if moved is None:
        return None
    await work.run(
        "UPDATE piece SET state = 'released', changed_at = :now WHERE batch_id = :id AND state = 'cut'",
        now=work.now, id=batch.batch_id,
    )  # fmt: skip
    rows = await work.rows(
        f"""UPDATE job SET {NEXT}, state = 'released' FROM piece
            WHERE piece.batch_id = :id AND piece.job_id = job.job_id AND piece.state = 'released' AND job.state = 'cut'
            RETURNING piece.piece_id, piece.copy, job.job_id, job.version, job.license_id, job.person_id,
                      job.application_id""",
        floor=work.next_version(), id=batch.batch_id,
    )  # fmt: skip
    return Release(moved.version, [Released(**row) for row in rows])


async def forget_empty(work: Work, batch: Batch) -> None:
    """A batch of which no piece could be printed: nobody hears of it."""
    await work.run("UPDATE batch SET state = 'empty' WHERE batch_id = :id AND state = 'cut'", id=batch.batch_id)
