"""Wiring: what renewals hears, says, answers, and does when time passes."""

from services.renewals import api, handlers, tables
from services.renewals.schedule import SCHEDULE
from services.renewals.store import applications
from services.renewals.store.accounts import ACCOUNTS
from shared.contracts.renewals import (
    ApplicationBlocked,
    ApplicationCompleted,
    ApplicationDenied,
    ApplicationFiled,
    ApplicationReturned,
    ApplicationWithdrawn,
    RenewalApproved,
    RenewalReversed,
)
from shared.service import Service

PUBLISHES = (
    ApplicationFiled,
    RenewalApproved,
    RenewalReversed,
    ApplicationReturned,
    ApplicationDenied,
    ApplicationWithdrawn,
    ApplicationCompleted,
    ApplicationBlocked,
)

service = Service(
    name="renewals",
    about="Applications for renewal: filing, the districts' queues, decisions, and where each one is.",
    metadata=tables.metadata,
    handlers=handlers,
    publishes=PUBLISHES,
    routers=api.ROUTERS,
    schedule=SCHEDULE,
    locks=applications.lock,
    accounts=ACCOUNTS,
)
