"""Applications that were filed before this system, or on paper: many at once, each with its outcome."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field

from services.renewals.api.applications import Code
from services.renewals.api.common import Answered, Input
from services.renewals.commands import filing
from services.renewals.commands.filing import Filed, Filing
from shared.errors import ElmsError, Invalid
from shared.ids import ApplicationId, LicenseId, OrganizationId, PersonId
from shared.messaging.work import Work
from shared.web.asked import Asked

router = APIRouter(prefix="/import", tags=["import"])

MOST_AT_ONCE = 1000


class Imported(Input):
    """One application as it was filed."""

    person_id: PersonId
    license_id: LicenseId
    option: Code
    district_id: OrganizationId | None = None
    attested: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    filed_at: AwareDatetime | None = None
    license_number: Annotated[str, Field(max_length=40)] = ""


class ImportInput(Input):
    """At most 1,000 of them."""

    applications: Annotated[tuple[Imported, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]


class ImportedShown(BaseModel):
    """What became of one row: `filed`, or the error's code with its sentence."""

    row: int
    outcome: str
    application_id: ApplicationId | None = None
    reference: str = ""
    text: str = ""
    field: str | None = None


class ImportShown(BaseModel):
    """One outcome a row, in the order given."""

    filed: int
    rows: list[ImportedShown]


@router.post("/applications", summary="File for many educators: for licensing officers and loaders")
async def import_applications(given: ImportInput, asked: Asked) -> ImportShown:
    """Credentials decides each by event, as of any other; the time limit to decide begins today."""
    actor = await asked.staff("licensing_officer", "loader")
    if actor.person_id in {row.person_id for row in given.applications}:
        raise Invalid(field="applications", problem="Nobody files for themselves here.")

    async def file_them(work: Work) -> ImportShown:
        for number, row in enumerate(given.applications):
            _check_past(row.filed_at, work.now, number)
        work.audit("applications imported", actor.id, rows=len(given.applications))
        filings = [Filing(**row.model_dump()) for row in given.applications]
        outcomes = await filing.file_many(work, filings)
        rows = [_shown(number, outcome) for number, outcome in enumerate(outcomes, start=1)]
        return ImportShown(filed=sum(row.outcome == "filed" for row in rows), rows=rows)

    answer: Answered = await asked.once(file_them, actor=actor)
    return answer  # type: ignore[no-any-return]


def _check_past(filed_at: datetime | None, now: datetime, place: int) -> None:
    if filed_at is not None and filed_at > now:
        raise Invalid(field=f"applications.{place}.filed_at", problem="This is in the future.")


def _shown(row: int, outcome: Filed) -> ImportedShown:
    if isinstance(outcome, ElmsError):
        return ImportedShown(row=row, outcome=outcome.code, text=str(outcome), field=outcome.field)
    return ImportedShown(row=row, outcome="filed", application_id=outcome.application_id, reference=outcome.reference)
