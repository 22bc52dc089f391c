"""Wiring of the look-up."""

from services.lookup import api, handlers, schedule, tables
from shared.service import Scheduled, Service

service = Service(
    name="lookup",
    about="The public License Look-up: what everybody may know of every license, as it stands now.",
    metadata=tables.metadata,
    handlers=handlers,
    routers=(api.router,),
    schedule=(Scheduled(1, schedule.note_freshness),),
)
