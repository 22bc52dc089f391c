"""The naive chain's events and their topics: only the fields that are used are declared."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

APPLICATIONS, LICENSES, STATES, JOBS = (
    "renewals.facts.v1", "credentials.licenses.facts.v1", "credentials.licenses.state.v1", "printing.facts.v1",
)  # fmt: skip


class Period(BaseModel):
    effective_from: date
    valid_until: date


class RenewalApproved(BaseModel):
    application_id: UUID
    license_id: UUID
    person_id: UUID
    from_valid_until: date
    reservation_id: UUID
    filed_at: datetime
    approved_at: datetime
    approved_by: dict[str, Any]
    policy_version: str


class ApplicationCompleted(BaseModel):
    application_id: UUID
    license_id: UUID
    person_id: UUID
    period: Period


class LicenseRenewed(BaseModel):
    license_id: UUID
    person_id: UUID
    number: str
    application_id: UUID
    reservation_id: UUID
    previous_until: date
    period: Period
    approved_at: datetime
    policy_version: str


class LicenseState(BaseModel):
    license_id: UUID
    public_id: str
    number: str
    person_id: UUID
    license_class: str
    license_type: str
    endorsements: list[str]
    periods: list[Period]
    standing: str
    standing_until: date | None
    provisional: bool
    discipline: list[dict[str, Any]]


class PrintJobQueued(BaseModel):
    job_id: UUID
    application_id: UUID
    license_id: UUID
    person_id: UUID
    period: Period
    due_on: date
