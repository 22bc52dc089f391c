"""Wiring of the look-up."""

from services.lookup import api, handlers, tables
from services.lookup.schedule.freshness import note_freshness
from services.lookup.schedule.rebuild import rebuild_when_asked
from services.lookup.store.accounts import ACCOUNTS
from shared.service import Scheduled, Service

service = Service(
    name="lookup",
    about="The public License Look-up: what everybody may know of every license, as it stands now.",
    metadata=tables.metadata,
    handlers=handlers,
    routers=(api.router, api.operations),
    schedule=(Scheduled(1, note_freshness), Scheduled(1, rebuild_when_asked)),
    accounts=ACCOUNTS,
    lean=api.LEAN,
)
