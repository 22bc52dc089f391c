"""Wiring: what identity hears, says, answers, does when time passes, and does outside."""

from services.identity import handlers, outside, schedule, tables
from services.identity.api import ROUTERS
from services.identity.store.people import lock_people
from shared.contracts.identity import (
    ContactChanged,
    MailingState,
    NameChanged,
    OrganizationState,
    PeopleMerged,
    PeopleUnmerged,
    PersonRegistered,
    PersonState,
)
from shared.service import Scheduled, Service

PUBLISHES = (
    PersonRegistered,
    ContactChanged,
    NameChanged,
    PeopleMerged,
    PeopleUnmerged,
    PersonState,
    MailingState,
    OrganizationState,
)

service = Service(
    name="identity",
    about="Who people are: profiles, matching, accounts, sign-in, organizations, roles; who may approve, now.",
    metadata=tables.metadata,
    handlers=handlers,
    publishes=PUBLISHES,
    routers=ROUTERS,
    schedule=(Scheduled(3600, schedule.renew_signing_key), Scheduled(600, schedule.sweep)),
    outside={"mail": outside.mail},
    locks=lock_people,
)
