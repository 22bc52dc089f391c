"""Exchange, wired."""

from services.exchange import handlers, outside, schedule, tables
from services.exchange.api import ROUTERS
from shared.contracts import exchange as say
from shared.service import Scheduled, Service

PUBLISHES = (
    say.CreditAwarded,
    say.CreditTakenBack,
    say.StaffAssignmentReceived,
    say.DisciplinaryActionReceived,
    say.PieceReported,
    say.EventAccepted,
    say.EventParked,
    say.EventRefused,
)

service = Service(
    name="exchange",
    about="The door for other systems: checks, re-keys and receipts what agencies publish, send as files or post.",
    metadata=tables.metadata,
    patient=True,
    handlers=handlers,
    publishes=PUBLISHES,
    routers=ROUTERS,
    outside={"webhook": outside.deliver},
    schedule=(Scheduled(5, schedule.sweep_parked), Scheduled(0.5, schedule.work_loads)),
)
