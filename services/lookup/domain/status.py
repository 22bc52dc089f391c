"""What the public is told of a license, computed on the day somebody asks."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from shared.contracts.values import Period


class Status(StrEnum):
    """What the public is told of a license on a day."""

    ACTIVE = "active"
    PROVISIONAL = "provisional"
    NOT_BEGUN = "not_begun"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


def status_on(
    day: date, periods: Sequence[Period], standing: str, standing_until: date | None, provisional: bool
) -> Status:
    """The status on a day, from periods and standing: nobody is valid on 1 July because a sweep was late.

    A suspension with a last day is over on the day after. A standing that is unknown here is told as suspended:
    a reader must not call valid what it does not understand.
    """
    over = standing == Status.SUSPENDED and standing_until is not None and day > standing_until
    if standing != "good" and not over:
        return Status.REVOKED if standing == Status.REVOKED else Status.SUSPENDED
    if periods and day < periods[0].effective_from:
        return Status.NOT_BEGUN
    if not any(period.effective_from <= day <= period.valid_until for period in periods):
        return Status.EXPIRED
    return Status.PROVISIONAL if provisional else Status.ACTIVE


def current_period(periods: Sequence[Period], day: date) -> Period | None:
    """The period that a day is in, or else the last one."""
    within = (period for period in periods if period.effective_from <= day <= period.valid_until)
    return next(within, periods[-1] if periods else None)
