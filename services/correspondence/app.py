"""Wiring of correspondence."""

from services.correspondence import api, handlers, outside, schedule, tables
from services.correspondence.commands import MAIL
from shared.service import Scheduled, Service

service = Service(
    name="correspondence",
    about="Letters to educators: what happened, what it means, what to do by when; and the inbox that keeps them.",
    metadata=tables.metadata,
    patient=True,
    handlers=handlers,
    routers=(api.router,),
    schedule=(
        Scheduled(60, schedule.note_starts),
        Scheduled(5, schedule.mail_late),
        Scheduled(60, schedule.mail_later),
    ),
    outside={MAIL: outside.mail},
)
