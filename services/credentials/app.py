"""Wiring: what credentials hears, says, answers and does when time passes."""

from services.credentials import handlers, store, tables
from services.credentials.api import ROUTERS
from services.credentials.outside import OUTSIDE
from services.credentials.schedule import SCHEDULE
from services.credentials.store.accounts import ACCOUNTS
from shared.contracts.credentials import (
    CreditRecalled,
    CreditRecorded,
    CreditRefused,
    CreditsReserved,
    FilingRefused,
    LicenseChanged,
    LicenseExpired,
    LicenseIssued,
    LicenseReinstated,
    LicenseRenewed,
    LicenseRevoked,
    LicenseState,
    LicenseSuspended,
    RenewalRefused,
    RenewalUndone,
)
from shared.service import Service

PUBLISHES = (
    LicenseState,
    LicenseIssued,
    LicenseRenewed,
    LicenseChanged,
    LicenseExpired,
    LicenseSuspended,
    LicenseRevoked,
    LicenseReinstated,
    RenewalRefused,
    RenewalUndone,
    CreditRecorded,
    CreditRefused,
    CreditRecalled,
    CreditsReserved,
    FilingRefused,
)

service = Service(
    name="credentials",
    about="Licenses and professional development: periods, standing, credits; has the renewal been earned?",
    metadata=tables.metadata,
    handlers=handlers,
    publishes=PUBLISHES,
    routers=ROUTERS,
    schedule=SCHEDULE,
    outside=OUTSIDE,
    locks=store.lock_rows,
    accounts=ACCOUNTS,
)
