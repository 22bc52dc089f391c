"""From the cut to the shop: each file is rendered, kept by its content's hash, and the batch released."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from services.printing.documents import DocumentError, PrintFile, manifest
from services.printing.documents import Piece as Page
from services.printing.domain.jobs import JobState
from services.printing.domain.pieces import PieceState
from services.printing.domain.sheet_texts import endorsements, kind_of_license
from services.printing.store import batches, jobs, pieces
from services.printing.store.batches import Batch, File
from services.printing.store.pieces import Printable
from shared.contracts.printing import BatchFile, BatchReleased, PieceHeld, PieceReleased, PieceStopped
from shared.contracts.values import Reason
from shared.ids import PieceId
from shared.messaging.work import Work
from shared.policies import Policy


def page_of(piece: Printable, issued_on: date, policy: Policy, public_address: str) -> Page:
    """What is printed for a piece. Raises `DocumentError` for what cannot be."""
    return Page(
        piece_id=str(piece.piece_id),
        name=piece.name,
        license_number=piece.license_number,
        license_class=kind_of_license(policy, piece.license_type, piece.license_class),
        endorsements=endorsements(policy, piece.endorsements),
        valid_from=piece.effective_from,
        valid_until=piece.valid_until,
        issued_on=issued_on,
        serial=piece.number,
        copy=piece.copy,
        address=f"{public_address}/v/{piece.public_id}",
        mail_to=(piece.name, *piece.mail_to),
    )


async def hold_unprintable(found: Mapping[PieceId, DocumentError], work: Work) -> None:
    """Holds what the press cannot set, with the text that it is about; the rest of the file goes on."""
    locked = await pieces.pieces_locked(work, list(found))
    cut = [piece for piece in locked.values() if piece.state is PieceState.CUT]
    reasons = [_reason(found[piece.piece_id]) for piece in cut]
    await pieces.move_pieces(
        work, {p.piece_id: (PieceState.VOID, reason) for p, reason in zip(cut, reasons, strict=True)}
    )
    versions = await jobs.move_jobs(work, [piece.job_id for piece in cut], JobState.HELD, reasons=reasons)
    for piece, reason in zip(cut, reasons, strict=True):
        work.say(PieceHeld(**piece.about, reason=reason), version=versions[piece.job_id])


def _reason(error: DocumentError) -> Reason:
    return Reason(code="unprintable", text=str(error), field=getattr(error, "field", None))


async def save_rendered(file: File, printed: Sequence[PieceId], work: Work) -> bool:
    """Records a rendered file, unless a piece of it was stopped meanwhile: then it is rendered again."""
    if not printed:
        await batches.drop_file(work, file)
        return True
    still = await pieces.pieces_locked(work, printed)
    if any(piece.state is not PieceState.CUT for piece in still.values()):
        return False
    return await batches.save_file(work, file, printed)


def manifest_of(batch: Batch, files: Sequence[File], printed: Sequence[Printable], pages: Sequence[Page]) -> bytes:
    """The manifest of a batch whose files are all rendered."""
    per_file = {file.number: [] for file in files}  # type: dict[int, list[Page]]
    for piece, page in zip(printed, pages, strict=True):
        per_file[piece.file].append(page)
    listed = [PrintFile(file.name, file.sha256, file.size, per_file[file.number]) for file in files]
    return manifest(str(batch.batch_id), listed)


async def release(batch: Batch, files: Sequence[File], manifest_sha256: str, address: str, work: Work) -> None:
    """Gives a batch to its shop: says so to the shop and, for each piece, to everybody."""
    if not files:
        await batches.forget_empty(work, batch)
        return
    released = await batches.release(work, batch, manifest_sha256)
    if released is None:
        return
    for piece in released.pieces:
        said = PieceReleased(**piece.about, piece_id=piece.piece_id, batch_id=batch.batch_id, copy_number=piece.copy)
        work.say(said, version=piece.version)
    work.say(_announced(batch, files, len(released.pieces), address), version=released.version)
    for piece_id, reason in await pieces.stopped_in(work, batch.batch_id):
        stopped = PieceStopped(agency=batch.shop, batch_id=batch.batch_id, piece_id=piece_id, reason=reason)
        work.say(stopped, version=released.version)


def _announced(batch: Batch, files: Sequence[File], count: int, address: str) -> BatchReleased:
    return BatchReleased(
        agency=batch.shop,
        batch_id=batch.batch_id,
        due_on=batch.due_on,
        pieces=count,
        address=f"{address}/batches/{batch.batch_id}",
        files=tuple(BatchFile(name=file.name, sha256=file.sha256, pages=file.pages) for file in files),
    )


def piece_id(page: Page) -> PieceId:
    """The piece that a page is."""
    return PieceId(UUID(page.piece_id))
