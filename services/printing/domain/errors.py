"""What stands in the way of paper, by name."""

from shared.contracts.values import Reason
from shared.errors import Conflict, ElmsError, NotFound, Refused


class NoSuchBatch(NotFound):
    text = "There is no such batch."


class NoSuchPiece(NotFound):
    text = "This piece is not in the batch. Set it aside."


class NoSuchJob(NotFound):
    text = "There is no such print job."


class NothingToTake(NotFound):
    text = "No batch waits to be printed."


class BatchTaken(Conflict):
    text = "{holder} has taken this batch until {until}."


class LeaseLost(Conflict):
    """The report comes from somebody who no longer holds the batch: its token is old, or its time is over."""

    text = "You no longer hold this batch: lease {lease} has ended. Take the batch again."
    field = "lease"


class NotReleased(Conflict):
    text = "This batch is still being made."


class OutOfOrder(Refused):
    """A piece goes from step to step; none is left out."""

    text = "This piece is {state}; it cannot be {outcome} now."
    field = "outcome"


class NotCleared(Refused):
    text = "Ask for this piece's clearance before it goes into an envelope."
    field = "outcome"


class PieceIsStopped(Refused):
    text = "Stopped: {why} Do not insert it; mark it spoiled."
    field = "piece_id"


class PieceIsHeld(Conflict):
    text = "Held: {why}. Set it aside."
    field = "piece_id"


class ReportRefused(Refused):
    """A report that came as an event and cannot take effect."""

    text = "{why}"


class UnknownOutcome(Refused):
    text = "{outcome!r} is not an outcome of a piece."
    field = "outcome"


class SheetUsed(Refused):
    text = "Sheet {serial} was used for another piece."
    field = "serial"


class UnknownSheet(Refused):
    text = "Sheet {serial} is in none of the stock that was received."
    field = "serial"


class BadRange(Refused):
    text = "{problem}"


class StockOverlaps(Refused):
    text = "Sheets {first} to {last} were received before."
    field = "first"


class CannotStop(Conflict):
    text = "This license is already in the mail."


class NoPaperHere(Refused):
    """The license cannot be printed: it has no period, or does not stand."""

    text = "This license cannot be printed: {why}."
    field = "license_id"


def reason_of(error: ElmsError) -> Reason:
    """The error as a reason in an event."""
    return Reason(code=error.code, text=str(error), field=error.field)
