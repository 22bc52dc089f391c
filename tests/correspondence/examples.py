"""Example facts and states, as other services would say them."""

from datetime import UTC, date, datetime
from typing import Any

from shared.contracts.credentials import LicenseRenewed
from shared.contracts.identity import MailingState
from shared.contracts.values import Authority, Name, Period
from shared.ids import ApplicationId, LicenseId, PersonId, ReservationId, new_id

NEXT = Period(effective_from=date(2026, 7, 1), valid_until=date(2031, 6, 30))
NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)


def renewed(**changes: Any) -> LicenseRenewed:
    """A license that is renewed until 30 June 2031."""
    values: dict[str, Any] = {
        "license_id": LicenseId(new_id()),
        "person_id": PersonId(new_id()),
        "number": "MS-204417",
        "application_id": ApplicationId(new_id()),
        "reservation_id": ReservationId(new_id()),
        "previous_until": date(2026, 6, 30),
        "period": NEXT,
        "approved_at": NOW,
        "policy_version": "ms-2025-07",
    }
    return LicenseRenewed(**values | changes)


def mailing(person_id: PersonId, **changes: Any) -> MailingState:
    """Maria Lopez, who reads English."""
    values: dict[str, Any] = {"name": Name(first="Maria", last="Lopez"), "email": "maria@example.org"}
    return MailingState(person_id=person_id, **values | changes)


def authority() -> Authority:
    """A superintendent."""
    return Authority(person_id=PersonId(new_id()), name="Dr. Lee", role="superintendent")
