"""Clearing a piece for its envelope: the license must stand at this moment, and the address be the one known now.

`peers.py` asks credentials before the transaction; what it answered comes here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.printing.commands.jobs import drop_pieces, requeue, stop_jobs
from services.printing.domain import jobs as job_rules
from services.printing.domain import pieces as rules
from services.printing.domain.errors import NoSuchPiece, PieceIsStopped
from services.printing.domain.pieces import Piece, PieceState
from services.printing.store import jobs, pieces
from shared.contracts.values import Reason
from shared.errors import ElmsError
from shared.ids import JobId, PieceId
from shared.messaging.work import Work


async def clearable(ids: Sequence[PieceId], lease: int, work: Work, *, real_now: datetime) -> list[Piece | ElmsError]:
    """For each piece: itself, if it may be asked for now; else what stands in its way."""
    found = await pieces.pieces_locked(work, ids)
    return [_clearable(found.get(piece_id), lease, real_now) for piece_id in ids]


def _clearable(piece: Piece | None, lease: int, real_now: datetime) -> Piece | ElmsError:
    try:
        if piece is None:
            raise NoSuchPiece
        rules.check_clearable(piece, lease, real_now=real_now)
    except ElmsError as refused:
        return refused
    return piece


async def clear(
    answers: Mapping[PieceId, Reason | None], lease: int, work: Work, *, real_now: datetime
) -> dict[PieceId, ElmsError | None]:
    """Clears each piece for which credentials said yes (None); stops those for which it gave a reason.

    Returns for each piece None, or why it must not go into an envelope.
    """
    asked = await clearable(list(answers), lease, work, real_now=real_now)
    outcome: dict[PieceId, ElmsError | None] = {}
    yes: list[Piece] = []
    refused: list[tuple[Piece, Reason]] = []
    for piece_id, piece in zip(answers, asked, strict=True):
        reason = answers[piece_id]
        if isinstance(piece, ElmsError):
            outcome[piece_id] = piece
        elif reason is not None:
            refused.append((piece, reason))
            outcome[piece_id] = PieceIsStopped(why=reason.text)
        else:
            yes.append(piece)
    await _stop(refused, work)
    return outcome | await _clear_unmoved(yes, lease, work)


async def _stop(refused: Sequence[tuple[Piece, Reason]], work: Work) -> None:
    told: dict[JobId, Reason] = {
        piece.job_id: Reason(code=job_rules.NOT_CLEARED, text=reason.text) for piece, reason in refused
    }
    found = await jobs.jobs_where(work, "job.job_id = ANY(CAST(:ids AS uuid[]))", ids=list(told)) if told else []
    await stop_jobs(found, [told[job.job_id] for job in found], work, [None] * len(found))


async def _clear_unmoved(yes: Sequence[Piece], lease: int, work: Work) -> dict[PieceId, ElmsError | None]:
    """Clears the pieces whose address still holds; the others are void, and a new copy is made of each."""
    if not yes:
        return {}
    moved = await pieces.moved_away(work, [piece.piece_id for piece in yes])
    gone = [piece for piece in yes if piece.piece_id in moved]
    await drop_pieces([(piece, PieceState.VOID, job_rules.MOVED, None) for piece in gone], work)
    if gone:
        again = await jobs.jobs_where(work, "job.job_id = ANY(CAST(:ids AS uuid[]))", ids=[p.job_id for p in gone])
        await requeue(again, work)
    await pieces.save_clearances(work, {p.piece_id: lease for p in yes if p.piece_id not in moved})
    return {p.piece_id: PieceIsStopped(why=job_rules.MOVED.text) if p.piece_id in moved else None for p in yes}
