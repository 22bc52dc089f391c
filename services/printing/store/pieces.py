"""Pieces of paper: what the shop reports on, and what is printed on each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.printing.documents import MAX_PIECES_IN_FILE
from services.printing.domain.pieces import AT_THE_SHOP, Held, Piece, PieceState, Sheet
from services.printing.store.batches import File
from services.printing.store.values import parsed
from shared.contracts.values import Reason
from shared.database import Row
from shared.ids import JobId, PieceId
from shared.messaging.work import Work


@dataclass(frozen=True, slots=True)
class Printable:
    """All that stands on a piece, as it was when it was cut."""

    piece_id: PieceId
    place: int
    page: int
    copy: int
    number: str
    state: PieceState
    name: str
    mail_to: tuple[str, ...]
    license_number: str
    license_type: str
    license_class: str
    endorsements: tuple[str, ...]
    public_id: str
    effective_from: date
    valid_until: date

    @property
    def file(self) -> int:
        """The number of the file that it stands in."""
        return self.place // MAX_PIECES_IN_FILE


PIECE = """SELECT piece.piece_id, piece.job_id, piece.batch_id, batch.shop, job.license_id, job.person_id,
                  job.application_id, job.valid_until, job.hold, piece.copy, piece.number, piece.state,
                  piece.reason_text AS why, batch.lease, batch.lease_until, piece.cleared_under
           FROM piece JOIN batch USING (batch_id) JOIN job USING (job_id)"""


async def pieces_locked(work: Work, ids: Sequence[UUID]) -> dict[PieceId, Piece]:
    """The pieces that there are of these, locked in the order of their ids."""
    rows = await work.rows(
        f"{PIECE} WHERE piece.piece_id = ANY(CAST(:ids AS uuid[])) ORDER BY piece.piece_id FOR UPDATE OF piece",
        ids=list(ids),
    )
    return {row.piece_id: _piece(row) for row in rows}


async def unmailed_pieces(work: Work, jobs: Sequence[JobId]) -> list[Piece]:
    """The pieces of these jobs that are not in the mail yet, locked in the order of their ids."""
    rows = await work.rows(
        f"""{PIECE} WHERE piece.job_id = ANY(CAST(:jobs AS uuid[])) AND piece.state = ANY(CAST(:states AS text[]))
            ORDER BY piece.piece_id FOR UPDATE OF piece""",
        jobs=list(jobs),
        states=sorted(AT_THE_SHOP),
    )
    return [_piece(row) for row in rows]


async def move_pieces(work: Work, states: Mapping[PieceId, tuple[PieceState, Reason | None]]) -> None:
    """Puts each piece into its state, with its reason."""
    if not states:
        return
    await work.run(
        """UPDATE piece SET state = given.state, reason_code = given.code, reason_text = given.words, changed_at = :now
           FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:codes AS text[]), CAST(:words AS text[]))
                AS given (piece_id, state, code, words)
           WHERE piece.piece_id = given.piece_id""",
        ids=list(states),
        states=[state for state, _ in states.values()],
        codes=[reason.code if reason else "" for _, reason in states.values()],
        words=[reason.text if reason else "" for _, reason in states.values()],
        now=work.now,
    )


async def save_clearances(work: Work, cleared: Mapping[PieceId, int]) -> None:
    """Each piece is cleared under a lease."""
    await work.run(
        """UPDATE piece SET cleared_under = given.lease, cleared_at = :now
           FROM unnest(CAST(:ids AS uuid[]), CAST(:leases AS int[])) AS given (piece_id, lease)
           WHERE piece.piece_id = given.piece_id""",
        ids=list(cleared),
        leases=list(cleared.values()),
        now=work.now,
    )


async def moved_away(work: Work, ids: Sequence[PieceId]) -> set[PieceId]:
    """Those of the pieces whose address is not the one that is known now."""
    rows = await work.rows(
        """SELECT piece.piece_id FROM piece JOIN job USING (job_id)
           LEFT JOIN person ON person.person_id = job.person_id
           JOIN mailing ON mailing.person_id = coalesce(person.merged_into, job.person_id)
           WHERE piece.piece_id = ANY(CAST(:ids AS uuid[])) AND mailing.lines <> piece.mail_to""",
        ids=list(ids),
    )
    return {row.piece_id for row in rows}


async def sheets_used(work: Work, serials: Sequence[str]) -> dict[str, PieceId]:
    """Which piece each of these sheets was used for."""
    rows = await work.rows(
        "SELECT serial, piece_id FROM sheet WHERE serial = ANY(CAST(:serials AS text[]))", serials=list(serials)
    )
    return {row.serial: row.piece_id for row in rows}


async def save_sheets(work: Work, used: Sequence[tuple[PieceId, Sheet]]) -> None:
    """Each sheet, good or spoiled; a spoiled piece spoils every sheet it was printed on."""
    if not used:
        return
    await work.run(
        """INSERT INTO sheet (serial, piece_id, spoiled, reason, used_at)
           SELECT given.*, :now FROM unnest(CAST(:serials AS text[]), CAST(:pieces AS uuid[]),
                                            CAST(:spoiled AS bool[]), CAST(:reasons AS text[])) AS given
           ON CONFLICT (serial) DO UPDATE SET spoiled = sheet.spoiled OR excluded.spoiled, reason = excluded.reason""",
        serials=[sheet.serial for _, sheet in used],
        pieces=[piece for piece, _ in used],
        spoiled=[sheet.spoiled for _, sheet in used],
        reasons=[sheet.reason for _, sheet in used],
        now=work.now,
    )


async def pieces_of_file(work: Work, file: File) -> list[Printable]:
    """What is on the pages of a file, in their order; without those that were stopped before it was rendered."""
    first = file.number * MAX_PIECES_IN_FILE
    return await _printable(
        work,
        "place >= :first AND place < :after AND piece.state = 'cut'",
        batch=file.batch_id,
        first=first,
        after=first + MAX_PIECES_IN_FILE,
    )


async def pieces_of_batch(work: Work, batch_id: UUID) -> list[Printable]:
    """Every piece that has a page in a batch, in the order of the pages."""
    return await _printable(work, "page > 0", batch=batch_id)


async def stopped_in(work: Work, batch_id: UUID) -> list[tuple[PieceId, Reason]]:
    """The pieces that have a page in a batch and must not be used, each with its reason."""
    rows = await work.rows(
        """SELECT piece_id, reason_code, reason_text FROM piece
           WHERE batch_id = :batch AND page > 0 AND state IN ('stopped', 'void') ORDER BY place""",
        batch=batch_id,
    )
    return [(row.piece_id, Reason(code=row.reason_code, text=row.reason_text)) for row in rows]


async def _printable(work: Work, condition: str, **parameters: Any) -> list[Printable]:
    rows = await work.rows(
        f"""SELECT piece_id, place, page, copy, number, piece.state, name, mail_to, license_number, license_type,
                   license_class, endorsements, public_id, effective_from, valid_until
            FROM piece JOIN job USING (job_id) WHERE batch_id = :batch AND {condition} ORDER BY place""",
        **parameters,
    )
    return [_printed(row) for row in rows]


def _printed(row: Row) -> Printable:
    lists = {name: tuple(parsed(getattr(row, name))) for name in ("mail_to", "endorsements")}
    return Printable(**(dict(row) | lists | {"state": PieceState(row.state)}))


def _piece(row: Row) -> Piece:
    fields = dict(row)
    held = Held(fields.pop("lease"), fields.pop("lease_until"))
    return Piece(**(fields | {"held": held, "state": PieceState(row.state)}))
