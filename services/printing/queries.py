"""What can be asked: the print desk's day, batches and pieces, the stock, an application's paper."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.printing.documents import UnofficialCopy
from services.printing.domain import jobs as rules
from services.printing.domain.errors import NoPaperHere, NoSuchBatch, NoSuchPiece
from services.printing.domain.sheet_texts import endorsements, kind_of_license
from services.printing.store import batches as batches_store
from services.printing.store import paper, views
from services.printing.store.values import parsed
from services.printing.store.views import KnownLicense
from shared.database import Row
from shared.errors import NotFound
from shared.messaging.work import Work

Answer = dict[str, Any]


async def desk(work: Work) -> Answer:
    """The day at a glance: what waits and why, the next cut-off, the newest batches, the paper."""
    return {
        "now": work.now,
        "next_cut_off": rules.next_cut_off(work.now, work.policy),
        "waiting": [_plain(row) for row in await views.waiting(work)],
        "held": [_plain(row) for row in await views.held_jobs(work, 100)],
        "batches": await batches(work, 20),
        "stock": await stock(work),
    }


async def batches(work: Work, limit: int, before: int | None = None) -> list[Answer]:
    """Batches, newest first; page with the last `number` as `before`."""
    return [_plain(row) | {"counts": parsed(row.counts)} for row in await views.batches(work, limit, before)]


async def batch(work: Work, batch_id: UUID) -> Answer:
    """One batch with its files. Raises `NoSuchBatch`."""
    found = [_plain(row) | {"counts": parsed(row.counts)} for row in await views.batches(work, 1, None, batch_id)]
    if not found:
        raise NoSuchBatch
    files = await batches_store.files_of(work, batch_id)
    return found[0] | {
        "files": [{"name": f.name, "sha256": f.sha256, "bytes": f.size, "pages": f.pages} for f in files]
    }


async def pieces(work: Work, batch_id: UUID, state: str, after: int, limit: int) -> list[Answer]:
    """A batch's pieces in the order of their pages; page with the last `place` as `after`."""
    return [_plain(row) for row in await views.pieces(work, batch_id, state, after, limit)]


async def piece(work: Work, key: str) -> Answer:
    """The piece with this id, or with this number printed on it. Raises `NoSuchPiece`."""
    row = await views.find_piece(work, key)
    if row is None:
        raise NoSuchPiece
    return _plain(row)


async def jobs(work: Work, column: str, value: UUID | str) -> list[Answer]:
    """The jobs of an application, a license or a person, with their pieces."""
    rows = await views.jobs(work, column, value)
    copies = await views.pieces_of_jobs(work, [row.job_id for row in rows])
    return [_job(row, [piece for piece in copies if piece.job_id == row.job_id]) for row in rows]


def _job(row: Row, copies: Sequence[Row]) -> Answer:
    """A job; its `stage` is what people want to know: queued, held, released, printed, inserted, mailed, …."""
    last = copies[0] if copies else None
    waits = row.state in ("queued", "held")
    stage = "held" if row.hold and row.state != "mailed" else row.state
    if not waits and last is not None and row.state == "released" and not row.hold:
        stage = last.state
    return _plain(row) | {"stage": stage, "pieces": [_plain(piece) for piece in copies]}


async def stock(work: Work) -> Answer:
    """The ledger of numbered paper, with its sum as a sentence and what the last count was off by."""
    ledger, counted_at = await paper.ledger(work)
    return {
        "received": ledger.received,
        "good": ledger.good,
        "spoiled": ledger.spoiled,
        "remaining": ledger.remaining,
        "sentence": ledger.sentence,
        "last_count_off_by": ledger.last_off_by,
        "last_counted_at": counted_at,
    }


async def get_license(work: Work, license_id: UUID) -> KnownLicense:
    """The license as printing knows it. Raises `NotFound`."""
    found = await views.find_license(work, license_id)
    if found is None:
        raise NotFound
    return found


def unofficial(found: KnownLicense, work: Work, public_address: str) -> UnofficialCopy:
    """What the unofficial copy shows today: the last period that has begun, or the first to come."""
    if not found.periods:
        raise NoPaperHere(why="it has no period")
    begun = [period for period in found.periods if period[0] <= work.today] or [min(found.periods)]
    first_day, last_day = max(begun, key=lambda period: period[1])
    return UnofficialCopy(
        name=found.name,
        license_number=found.number,
        license_class=kind_of_license(work.policy, found.license_type, found.license_class),
        endorsements=endorsements(work.policy, found.endorsements),
        valid_from=first_day,
        valid_until=last_day,
        status=rules.status_sentence(found.standing, first_day, last_day, work.today),
        as_of=work.today,
        address=f"{public_address}/v/{found.public_id}",
    )


def _plain(row: Row) -> Answer:
    return {name: value for name, value in row.items() if name != "counts"}
