"""A licensing officer's face: standing, holds, changes, new licenses, cases. Each decision is audited."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from services.credentials.commands import officers
from services.credentials.domain.license import Hold, License
from services.credentials.queries import cases, licenses
from services.credentials.queries.answers import CaseShown, LicenseShown
from shared.contracts.values import Discipline
from shared.ids import LicenseId, PersonId
from shared.messaging.work import Work
from shared.web.asked import Asked, AskedRequest
from shared.web.given import Given

router = APIRouter(tags=["officers"])
OFFICER = "licensing_officer"

Note = Annotated[str, Field(min_length=3, max_length=500)]
Codes = Annotated[list[str], Field(max_length=40)]


class Input(Given):
    """What an officer sends; an unknown field is refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Suspension(Input):
    """A suspension by an order; `until` is its last day, None: until it is reinstated. The note is public."""

    note: Note = Field(description="The order, as the public will read it")
    on: date | None = Field(None, description="None: today")
    until: date | None = None


class Revocation(Input):
    """A revocation by an order. The note is public."""

    note: Note = Field(description="The order, as the public will read it")
    on: date | None = Field(None, description="None: today")


class Reinstated(Input):
    """Good standing again; or, for a license that has ended, one of the state's ways back."""

    note: str = Field("", max_length=500)
    way: str | None = Field(None, max_length=40)


class Held(Input):
    """A private hold on renewing, advancing and extending."""

    reason: Note
    until: date | None = None


class Changed(Input):
    """What is to change; what is left out stays."""

    license_class: str | None = None
    license_type: str | None = None
    endorsements: Codes | None = None
    person_id: UUID | None = None


class Issue(Input):
    """A new license."""

    person_id: UUID
    license_type: str
    license_class: str = ""
    endorsements: Codes = Field(default_factory=list)
    application_id: UUID | None = None


class EmploymentEnded(Input):
    """The last day of the last year of employment that counts."""

    last_day: date


class Outcome(Input):
    """What was decided of a case."""

    outcome: Note


@router.post("/licenses", status_code=201, summary="Issue a license from today on")
async def issue(given: Issue, asked: Asked) -> LicenseShown:
    async def decide(work: Work) -> License:
        return await officers.issue_license(
            work,
            person_id=given.person_id,
            license_type=given.license_type,
            license_class=given.license_class,
            endorsements=given.endorsements,
            application_id=given.application_id,
        )

    return await _decide(asked, decide, status=201)


@router.post("/licenses/{license_id}/suspend", summary="Suspend; unmailed paper stops")
async def suspend(license_id: LicenseId, given: Suspension, asked: Asked) -> LicenseShown:
    action = Discipline(kind="suspension", on=given.on or asked.today(), until=given.until, note=given.note)
    return await _decide(asked, lambda work: officers.suspend_license(work, license_id, action))


@router.post("/licenses/{license_id}/revoke", summary="Revoke; unmailed paper stops")
async def revoke(license_id: LicenseId, given: Revocation, asked: Asked) -> LicenseShown:
    action = Discipline(kind="revocation", on=given.on or asked.today(), note=given.note)
    return await _decide(asked, lambda work: officers.revoke_license(work, license_id, action))


@router.post("/licenses/{license_id}/reinstate", summary="Good standing again, or a way back for an ended license")
async def reinstate(license_id: LicenseId, given: Reinstated, asked: Asked) -> LicenseShown:
    way = given.way
    if way is not None:
        return await _decide(asked, lambda work: officers.restore_license(work, license_id, way))
    return await _decide(asked, lambda work: officers.reinstate_license(work, license_id, note=given.note))


@router.post("/licenses/{license_id}/hold", summary="Hold renewing, for a private reason")
async def hold(license_id: LicenseId, given: Held, asked: Asked) -> LicenseShown:
    held = Hold(given.reason, given.until)
    return await _decide(asked, lambda work: officers.hold_license(work, license_id, held))


@router.post("/licenses/{license_id}/release-hold", summary="Renewing is free again")
async def release_hold(license_id: LicenseId, asked: Asked) -> LicenseShown:
    return await _decide(asked, lambda work: officers.hold_license(work, license_id, None))


@router.post("/licenses/{license_id}/change", summary="Change class, type, endorsements or holder")
async def change(license_id: LicenseId, given: Changed, asked: Asked) -> LicenseShown:
    changes = given.model_dump(exclude_none=True)
    if "endorsements" in changes:
        changes["endorsements"] = tuple(changes["endorsements"])
    return await _decide(asked, lambda work: officers.change_license(work, license_id, **changes))


@router.post("/licenses/{license_id}/extend", summary="Extend the validity without a renewal, where the type allows it")
async def extend(license_id: LicenseId, asked: Asked) -> LicenseShown:
    return await _decide(asked, lambda work: officers.extend_license(work, license_id))


@router.post("/licenses/{license_id}/end-employment", summary="The years of employment under it are used up")
async def end_employment(license_id: LicenseId, given: EmploymentEnded, asked: Asked) -> LicenseShown:
    return await _decide(asked, lambda work: officers.end_employment(work, license_id, given.last_day))


@router.get("/people/{person_id}/licenses", summary="Somebody's licenses")
async def licenses_of(person_id: PersonId, asked: Asked) -> list[LicenseShown]:
    await asked.with_role(OFFICER)
    async with asked.reading() as work:
        work.audit("licenses read", person_id)
        return await licenses.my_licenses(work, person_id)


@router.get("/cases", summary="What waits for an officer: recalls after an approval, actions of other agencies")
async def open_cases(asked: Asked) -> list[CaseShown]:
    await asked.with_role(OFFICER)
    async with asked.reading() as work:
        return await cases.open_cases(work)


@router.post("/cases/{case_id}/close", summary="Close a case with what was decided")
async def close_case(case_id: UUID, given: Outcome, asked: Asked) -> CaseShown:
    actor = await asked.with_role(OFFICER)

    async def decide(work: Work) -> CaseShown:
        return cases.shown(await officers.close_case(work, case_id, outcome=given.outcome, by=actor.name))

    return await asked.once(decide)  # type: ignore[no-any-return]


async def _decide(
    asked: AskedRequest, decide: Callable[[Work], Awaitable[License]], *, status: int = 200
) -> LicenseShown:
    """Runs an officer's decision once, and shows the license as it stands then."""
    await asked.with_role(OFFICER)

    async def command(work: Work) -> LicenseShown:
        return licenses.shown(await decide(work), on=work.today, policy=work.policy)

    return await asked.once(command, status=status)  # type: ignore[no-any-return]
