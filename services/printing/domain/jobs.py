"""Which license gets paper, and on which day."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from services.printing.documents import written
from shared.contracts.values import Address, Period, Reason
from shared.ids import ApplicationId, JobId, LicenseId, PersonId, derived_id
from shared.policies import Policy
from shared.policies.calendar import business_day_from, is_business_day, print_cut_off, print_day

SHOP = "printshop"
"""The agency that prints: batches are announced on its topic, `outbound.printshop.print-jobs.v1`."""

MOST_IN_BATCH = 10_000
"""Pieces in one batch; a day with more has several. Bounds the transaction that cuts and the shop's lease."""


class JobState(StrEnum):
    """Where a job is; while it is `released`, its piece says more."""

    QUEUED = "queued"
    HELD = "held"
    CUT = "cut"
    RELEASED = "released"
    MAILED = "mailed"
    RETURNED = "returned"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class About:
    """Whom a job is for: every event of it and of its pieces says so."""

    job_id: JobId
    license_id: LicenseId
    person_id: PersonId
    application_id: ApplicationId | None

    @property
    def about(self) -> dict[str, Any]:
        """The fields that all events of the job share."""
        return {
            "job_id": self.job_id,
            "application_id": self.application_id,
            "license_id": self.license_id,
            "person_id": self.person_id,
        }


NO_ADDRESS = Reason(code="no-address", text="No mailing address is known.")
NO_PERSON = Reason(code="person-unread", text="The holder's record has not arrived yet.")
NO_LICENSE = Reason(code="license-unread", text="The renewed license has not arrived yet.")
UNREAD = Reason(code="unread", text="Something about this person or license could not be read.")
NOT_STANDING = Reason(code="license-not-standing", text="The license is suspended or revoked.")
SUSPENDED = Reason(code="license-suspended", text="The license was suspended.")
REVOKED = Reason(code="license-revoked", text="The license was revoked.")
UNDONE = Reason(code="renewal-undone", text="The renewal was undone.")
MOVED = Reason(code="address-changed", text="The address changed; a new copy is made.")
MISSING = Reason(code="missing", text="The shop did not find this piece; a new copy is made.")
NOT_CLEARED = "not-cleared"

MENDED_BY_REINSTATEMENT = (NOT_STANDING.code, SUSPENDED.code, REVOKED.code, NOT_CLEARED)
"""A job that was stopped for one of these goes on when its license is reinstated."""


def job_of(license_id: LicenseId, period: Period) -> JobId:
    """The job of a license and period: the same one, however often it is asked for."""
    return JobId(derived_id(license_id, "print", period.valid_until.isoformat()))


def is_printed(policy: Policy) -> bool:
    """Whether a renewal brings paper by itself; otherwise the educator asks for it."""
    return policy.paper.mailed == "always"


def due_day(decided_at: datetime, policy: Policy) -> date:
    """The next business day after the decision. Source: the seed of Mississippi, point 8."""
    return print_day(decided_at, policy)


def cutting_day(now: datetime, policy: Policy) -> date | None:
    """The business day whose cut-off has passed today; None before it, and when the office is closed."""
    today = now.astimezone(policy.office.zone).date()
    if not is_business_day(today, policy) or now < print_cut_off(today, policy):
        return None
    return today


def next_cut_off(now: datetime, policy: Policy) -> datetime:
    """When the next batch is cut; what is in it can be undone or readdressed until then."""
    today = now.astimezone(policy.office.zone).date()
    day = business_day_from(today, policy)
    if day == today and now >= print_cut_off(today, policy):
        day = print_day(now, policy)
    return print_cut_off(day, policy)


def envelope(address: Address | None) -> list[str]:
    """The lines under the name on the envelope; none where no address is known."""
    if address is None:
        return []
    lines = (address.line1, address.line2, f"{address.city}, {address.state} {address.postal_code}")
    return [line for line in lines if line]


def status_sentence(standing: str, first_day: date, last_day: date, on: date) -> str:
    """What a reader is told of a license on a day: “Active until June 30, 2031”."""
    if standing != "good":
        return standing.capitalize()
    if on > last_day:
        return f"Expired {written(last_day)}"
    return f"Active until {written(last_day)}" if on >= first_day else f"Valid from {written(first_day)}"
