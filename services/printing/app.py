"""Wiring: what printing hears, says, answers, and does when time passes."""

from services.printing import api, handlers, tables
from services.printing.schedule import SCHEDULE
from services.printing.store.accounts import ACCOUNTS
from shared.contracts.printing import (
    BatchReleased,
    LicenseMailed,
    MailReturned,
    PieceHeld,
    PiecePrinted,
    PieceReleased,
    PieceSpoiled,
    PieceStopped,
    PrintJobQueued,
    PrintJobStopped,
)
from shared.service import Service

PUBLISHES = (
    PrintJobQueued,
    PieceHeld,
    PieceReleased,
    PiecePrinted,
    PieceSpoiled,
    LicenseMailed,
    MailReturned,
    PrintJobStopped,
    BatchReleased,
    PieceStopped,
)

service = Service(
    name="printing",
    about="Official documents: print jobs, the daily batch, mailing, returns and reprints, and the numbered paper.",
    metadata=tables.metadata,
    patient=True,
    handlers=handlers,
    publishes=PUBLISHES,
    routers=api.ROUTERS,
    schedule=SCHEDULE,
    accounts=ACCOUNTS,
)
