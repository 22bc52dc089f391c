"""What may happen to a piece of paper: released → printed → inserted → mailed → returned, or spoiled.

A piece goes from step to step and leaves none out; a report that was heard before changes nothing; a piece that
is stopped or void never goes into an envelope.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.printing.domain.errors import (
    LeaseLost,
    NotCleared,
    OutOfOrder,
    PieceIsHeld,
    PieceIsStopped,
    UnknownOutcome,
)
from services.printing.domain.jobs import About
from shared.ids import BatchId, PieceId


class PieceState(StrEnum):
    """Where a piece is. `cut` is chosen for a batch that is not rendered yet; `void` is replaced by another."""

    CUT = "cut"
    RELEASED = "released"
    PRINTED = "printed"
    INSERTED = "inserted"
    MAILED = "mailed"
    RETURNED = "returned"
    SPOILED = "spoiled"
    STOPPED = "stopped"
    VOID = "void"


LINE = (PieceState.RELEASED, PieceState.PRINTED, PieceState.INSERTED, PieceState.MAILED, PieceState.RETURNED)
"""The way of a piece that nothing happens to."""

AT_THE_SHOP = frozenset({PieceState.CUT, PieceState.RELEASED, PieceState.PRINTED, PieceState.INSERTED})
"""Not in the mail yet: it can still be stopped."""

OUTCOMES = frozenset({PieceState.PRINTED, PieceState.INSERTED, PieceState.MAILED, PieceState.RETURNED})
DEAD = frozenset({PieceState.STOPPED, PieceState.VOID})


@dataclass(frozen=True, slots=True)
class Held:
    """Who holds the piece's batch: the fencing token of the last taking, and until when (real time)."""

    lease: int
    until: datetime | None

    def check(self, lease: int, *, now: datetime) -> None:
        """Raises `LeaseLost` unless this lease is the last and its time is not over."""
        if lease != self.lease or self.until is None or now >= self.until:
            raise LeaseLost(lease=lease)


@dataclass(frozen=True, slots=True)
class Piece(About):
    """A piece as reports find it, with its job and the lease of its batch."""

    piece_id: PieceId
    batch_id: BatchId
    shop: str
    valid_until: date
    copy: int
    number: str
    state: PieceState
    why: str
    hold: str
    held: Held
    cleared_under: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """What the print shop says of a piece. `serial` is the sheet's number, where sheets bear one.

    `agency` is who said it on its own topic; empty for a person at the HTTP face.
    """

    piece_id: PieceId
    outcome: str
    lease: int
    at: datetime
    serial: str = ""
    note: str = ""
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of numbered paper that was used."""

    serial: str
    spoiled: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reported:
    """What a report changes: the piece's new state (None: it was known), and the sheet that it used (None: none)."""

    state: PieceState | None
    sheet: Sheet | None = None


KNOWN = Reported(None)


def report(piece: Piece, said: Report, *, real_now: datetime) -> Reported:
    """What a report changes. Raises what stands in its way; hearing it again changes nothing."""
    if said.outcome != PieceState.RETURNED:  # mail comes back long after the batch is done
        piece.held.check(said.lease, now=real_now)
    if said.outcome == PieceState.SPOILED:
        return _spoiled(piece, said)
    if said.outcome not in OUTCOMES:
        raise UnknownOutcome(outcome=said.outcome)
    outcome = PieceState(said.outcome)
    if piece.state in DEAD:
        return _too_late(piece, said, outcome)
    if piece.state not in LINE or LINE.index(outcome) > LINE.index(piece.state) + 1:
        raise OutOfOrder(state=piece.state, outcome=outcome)
    if LINE.index(outcome) <= LINE.index(piece.state):
        return KNOWN
    if outcome is PieceState.INSERTED:
        _check_cleared(piece)
    sheet = Sheet(said.serial or piece.number, spoiled=False) if outcome is PieceState.PRINTED else None
    return Reported(outcome, sheet)


def _spoiled(piece: Piece, said: Report) -> Reported:
    """The sheet is waste. The piece is too, unless it was stopped or replaced before."""
    sheet = Sheet(said.serial or piece.number, spoiled=True, reason=said.note)
    if piece.state is PieceState.SPOILED or piece.state in DEAD:
        return Reported(None, sheet)
    if piece.state not in AT_THE_SHOP or piece.state is PieceState.CUT:
        raise OutOfOrder(state=piece.state, outcome=PieceState.SPOILED)
    return Reported(PieceState.SPOILED, sheet)


def _too_late(piece: Piece, said: Report, outcome: PieceState) -> Reported:
    """A stopped piece that was printed all the same wasted its sheet; it goes no further."""
    if outcome is PieceState.PRINTED:
        return Reported(None, Sheet(said.serial or piece.number, spoiled=True, reason=f"stopped: {piece.why}"))
    raise PieceIsStopped(why=piece.why)


def _check_cleared(piece: Piece) -> None:
    """Only what was cleared under this very lease goes into an envelope."""
    if piece.hold:
        raise PieceIsHeld(why=piece.hold)
    if piece.cleared_under != piece.held.lease:
        raise NotCleared


def check_clearable(piece: Piece, lease: int, *, real_now: datetime) -> None:
    """Whether it makes sense to ask for this piece's clearance now. Raises what stands in its way."""
    piece.held.check(lease, now=real_now)
    if piece.state in DEAD:
        raise PieceIsStopped(why=piece.why)
    if piece.hold:
        raise PieceIsHeld(why=piece.hold)
    if piece.state is not PieceState.PRINTED:
        raise OutOfOrder(state=piece.state, outcome="cleared")


def after(piece: Piece, reported: Reported) -> Piece:
    """The piece as the next report finds it."""
    return replace(piece, state=reported.state or piece.state)
