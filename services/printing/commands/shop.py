"""What the print shop does: take a batch, report on its pieces, ask for what has to be printed again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.printing.commands import cutting
from services.printing.commands.jobs import drop_pieces, requeue
from services.printing.domain import jobs as job_rules
from services.printing.domain import pieces as rules
from services.printing.domain.errors import BatchTaken, NoSuchPiece, NothingToTake, NotReleased, SheetUsed, UnknownSheet
from services.printing.domain.jobs import JobState
from services.printing.domain.pieces import Piece, PieceState, Report, Reported
from services.printing.store import batches, jobs, paper, pieces
from services.printing.store.batches import Batch
from shared.contracts import Event
from shared.contracts.printing import LicenseMailed, MailReturned, PiecePrinted, PieceSpoiled
from shared.errors import ElmsError
from shared.ids import JobId, PieceId
from shared.messaging.work import Work

LEASE = timedelta(hours=4)
"""How long a batch is somebody's; taking it again, while it is theirs, gives them as long again."""


async def take(batch_id: UUID | None, holder: str, work: Work, *, real_now: datetime) -> Batch:
    """Gives a batch (None: the next) to a holder, under a higher lease than anybody had before.

    Raises `BatchTaken` while it is somebody else's, `NotReleased`, `NothingToTake`.
    """
    if batch_id is None:
        found = await batches.find_free(work, real_now)
        if found is None:
            raise NothingToTake
        batch = found
    else:
        batch = await batches.get_batch(work, batch_id, lock=True)
    if batch.state != "released":
        raise NotReleased
    taken = batch.lease_until is not None and real_now < batch.lease_until
    if taken and batch.holder != holder:
        raise BatchTaken(holder=batch.holder, until=f"{batch.lease_until:%H:%M} UTC")
    lease = batch.lease if taken else batch.lease + 1
    await batches.save_lease(work, batch.batch_id, lease, holder, real_now + LEASE)
    work.audit("batch taken", batch.batch_id, lease=lease)
    return await batches.get_batch(work, batch.batch_id)


# ---- reports -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one report: `refused` says why it was not taken; a report that was known is taken again."""

    report: Report
    refused: ElmsError | None = None


@dataclass(slots=True)
class _Desk:
    """The reports at hand: the pieces as they change, what is to be saved and said."""

    found: dict[PieceId, Piece]
    ranges: list[Any]
    used: dict[str, PieceId]
    sheets: list[tuple[PieceId, rules.Sheet]]
    changes: list[tuple[Piece, PieceState, Report, int]]

    def hear(self, number: int, said: Report, real_now: datetime) -> None:
        """Takes a report. Raises what stands in its way."""
        piece = self.found.get(said.piece_id)
        if piece is None or (said.agency and said.agency != piece.shop):
            raise NoSuchPiece
        reported = rules.report(piece, said, real_now=real_now)
        self._use(piece, reported, said)
        if reported.state is not None:
            self.changes.append((piece, reported.state, said, number))
            self.found[said.piece_id] = rules.after(piece, reported)

    def _use(self, piece: Piece, reported: Reported, said: Report) -> None:
        if reported.sheet is None:
            return
        serial = reported.sheet.serial
        if self.used.setdefault(serial, piece.piece_id) != piece.piece_id:
            raise SheetUsed(serial=serial)
        if said.serial and self.ranges and not any(stock.holds(serial) for stock in self.ranges):
            raise UnknownSheet(serial=serial)
        self.sheets.append((piece.piece_id, reported.sheet))


async def report(
    reports: Sequence[Report], work: Work, *, real_now: datetime, because: Sequence[Event] = ()
) -> list[Answer]:
    """Takes reports in their order; each is taken or refused by itself. Hearing one again changes nothing."""
    found = await pieces.pieces_locked(work, [said.piece_id for said in reports])
    serials = {said.serial for said in reports if said.serial} | {piece.number for piece in found.values()}
    desk = _Desk(found, await paper.ranges(work), await pieces.sheets_used(work, sorted(serials)), [], [])
    answers = []
    for number, said in enumerate(reports):
        try:
            desk.hear(number, said, real_now)
        except ElmsError as refused:
            answers.append(Answer(said, refused))
        else:
            answers.append(Answer(said))
    await _save(desk, work, because)
    return answers


async def _save(desk: _Desk, work: Work, because: Sequence[Event]) -> None:
    """The pieces, sheets and jobs after the reports; and what happened is said."""
    final = {piece.piece_id: (state, None) for piece, state, _, _ in desk.changes}
    await pieces.move_pieces(work, final)
    await pieces.save_sheets(work, desk.sheets)
    versions = await _move_jobs(desk, work)
    for piece, state, said, number in desk.changes:
        fact = _fact(piece, state, said)
        if fact is not None:
            cause = because[number] if because else None
            work.say(fact, version=versions[piece.job_id], because=cause)
    spoiled = [piece.job_id for piece, state, _, _ in desk.changes if state is PieceState.SPOILED]
    if spoiled:
        again = await jobs.jobs_where(work, "job.job_id = ANY(CAST(:ids AS uuid[]))", ids=spoiled)
        await requeue(again, work)


async def _move_jobs(desk: _Desk, work: Work) -> dict[JobId, int]:
    """Each job whose piece changed: on to mailed or returned, or as it was with a new version."""
    last = {piece.job_id: (state, said) for piece, state, said, _ in desk.changes}
    versions: dict[JobId, int] = {}
    for state in (JobState.MAILED, JobState.RETURNED, JobState.RELEASED):
        some = {job: said for job, (reached, said) in last.items() if _job_state(reached) is state}
        if some:
            mailed = [said.at if state is JobState.MAILED else None for said in some.values()]
            versions |= await jobs.move_jobs(work, list(some), state, mailed_at=mailed)
    return versions


def _job_state(piece: PieceState) -> JobState:
    return JobState(piece) if piece in (PieceState.MAILED, PieceState.RETURNED) else JobState.RELEASED


def _fact(piece: Piece, state: PieceState, said: Report) -> Event | None:
    """What everybody is told of a report; that a piece is in its envelope is the shop's own business."""
    about = piece.about | {"piece_id": piece.piece_id}
    if state is PieceState.PRINTED:
        return PiecePrinted(**about, serial=said.serial or piece.number)
    if state is PieceState.SPOILED:
        return PieceSpoiled(**about, serial=said.serial or piece.number, reason=said.note)
    if state is PieceState.MAILED:
        return LicenseMailed(**about, mailed_at=said.at)
    return MailReturned(**about, reason=said.note) if state is PieceState.RETURNED else None


# ---- printing again ------------------------------------------------------------------------------------------


async def reprint(batch_id: UUID, lease: int, missing: Sequence[PieceId], work: Work, *, real_now: datetime) -> int:
    """Has the spoiled and the missing pieces of a batch made again, at once, and nothing else. Returns how many."""
    batch = await batches.get_batch(work, batch_id, lock=True)
    batch.held.check(lease, now=real_now)
    await _void_missing(batch, missing, work)
    again = await jobs.jobs_where(
        work,
        """job.state IN ('queued', 'held') AND job.job_id IN (
               SELECT piece.job_id FROM piece WHERE piece.batch_id = :batch AND piece.copy = job.copies
               AND (piece.state = 'spoiled' OR piece.reason_code = :missing))""",
        batch=batch.batch_id, missing=job_rules.MISSING.code,
    )  # fmt: skip
    if again:
        await cutting.open_asked(work, jobs_only=[job.job_id for job in again], why="reprint")
    return len(again)


async def _void_missing(batch: Batch, missing: Sequence[PieceId], work: Work) -> None:
    """Pieces that the shop does not find: their pages are void, should they turn up."""
    found = await pieces.pieces_locked(work, missing)
    lost = [
        found[piece_id]
        for piece_id in missing
        if piece_id in found
        and found[piece_id].batch_id == batch.batch_id
        and found[piece_id].state in (PieceState.RELEASED, PieceState.PRINTED)
    ]
    if len(lost) != len(set(missing)):
        raise NoSuchPiece
    await drop_pieces([(piece, PieceState.VOID, job_rules.MISSING, None) for piece in lost], work)
    await requeue(
        await jobs.jobs_where(work, "job.job_id = ANY(CAST(:ids AS uuid[]))", ids=[p.job_id for p in lost]), work
    )
