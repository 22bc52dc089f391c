"""Districts and other organizations: who they are, who works there, who may approve for them now."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from services.identity.api.context import DIRECTORY, OFFICER, SERVICES, officer_or_directory, secrets
from services.identity.api.inputs import Input, Line, NameInput, Short
from services.identity.commands import organizations as commands
from services.identity.commands import staff as staff_commands
from services.identity.domain.organizations import Organization, OrganizationKind
from services.identity.domain.roles import plain
from services.identity.queries import staff as queries
from services.identity.store import employment
from services.identity.store import organizations as store
from shared.contracts.values import Name
from shared.errors import Forbidden
from shared.ids import OrganizationId, PersonId, new_id
from shared.messaging.work import Work
from shared.web.asked import Asked, AskedRequest

router = APIRouter(tags=["organizations"])


class OrganizationShown(BaseModel):
    """An organization, as anybody may see it."""

    organization_id: OrganizationId
    kind: OrganizationKind
    code: str
    name: str
    schools: list[str]
    phone: str
    place: str
    hours: str


class Administrator(BaseModel):
    """A district's directory administrator: whom to call."""

    organization_id: OrganizationId
    organization: str
    name: str
    phone: str


class OrganizationInput(Input):
    """An organization; one with the same code is changed."""

    kind: OrganizationKind
    code: Short
    name: Line
    schools: Annotated[tuple[Line, ...], Field(max_length=500)] = ()
    phone: Short = ""
    place: Line = ""
    hours: Line = ""


class StaffInput(Input):
    """Somebody who works here from a day on. `is_none_of_these` after those alike were looked at."""

    name: NameInput
    first_day: date
    birth_date: date | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    is_none_of_these: bool = False


class Employment(Input):
    """A known person's first day here, or their last."""

    person_id: PersonId
    first_day: date | None = None
    last_day: date | None = None


class StaffShown(BaseModel):
    """One of an organization's people."""

    person_id: PersonId
    educator_number: str
    name: Name
    has_moved: bool = False


class AuthorityShown(BaseModel):
    """Whether somebody may approve at this moment, and by which right; `by` says it in words."""

    allowed: bool
    role: str | None = None
    name: str = ""
    organization_id: OrganizationId | None = None
    by: str | None = None


class HolderShown(BaseModel):
    """Whose a district's queue is today."""

    person_id: PersonId
    name: str
    role: str
    covered_by: PersonId | None = None
    covered_by_name: str = ""


@router.get("/organizations", summary="All organizations, by name")
async def list_organizations(asked: Asked, kind: OrganizationKind | None = None) -> list[OrganizationShown]:
    async with asked.reading() as work:
        found = await store.find_organizations(work)
    return [_shown(o) for o in found if kind is None or o.kind is kind]


@router.get("/organizations/{organization_id}", summary="One organization")
async def one_organization(organization_id: OrganizationId, asked: Asked) -> OrganizationShown:
    async with asked.reading() as work:
        return _shown(await store.get_organization(work, organization_id))


@router.post("/organizations", summary="Make an organization, or change it by its code")
async def save_organization(body: OrganizationInput, asked: Asked) -> Any:
    """Officers any; a directory administrator their own, and not what kind it is."""
    await asked.person()
    async with asked.reading() as work:
        known = await store.find_ids_by_code(work, [body.code])
        before = await store.get_organization(work, known[body.code]) if known else None
    actor = await officer_or_directory(asked, before.organization_id if before else None)
    if before and before.kind is not body.kind and not actor.holds(OFFICER, asked.today()):
        raise Forbidden("kind")
    of = before.organization_id if before else OrganizationId(new_id())
    given = Organization(**body.model_dump(), organization_id=of)

    async def save(work: Work) -> OrganizationShown:
        return _shown(await commands.save_organization(work, given))

    return await asked.once(save)


@router.get("/directory-administrators", summary="The public list of directory administrators, by district")
async def directory_administrators(asked: Asked) -> list[Administrator]:
    async with asked.reading() as work:
        return [Administrator(**row) for row in await queries.directory_administrators(work)]


@router.get("/organizations/{organization_id}/staff", summary="Who works here")
async def list_staff(
    organization_id: OrganizationId,
    asked: Asked,
    after: Annotated[str, Query(max_length=20, description="The last educator number of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[StaffShown]:
    """For its superintendent, personnel administrator, designees and directory administrator, and for officers."""
    await _insider(asked, organization_id)
    async with asked.reading() as work:
        found = await employment.find_staff(work, organization_id, after=after, most=limit)
    return [StaffShown(person_id=p.person_id, educator_number=p.educator_number, name=p.name) for p in found]


@router.post("/organizations/{organization_id}/staff", status_code=201, summary="Enter somebody new")
async def add_staff(organization_id: OrganizationId, body: StaffInput, asked: Asked) -> Any:
    """A conflict names those on file who are alike; employ one of them, or say that it is none of these."""
    await officer_or_directory(asked, organization_id)
    given = staff_commands.NewStaff(organization_id, body.name.value(), body.first_day, body.birth_date, body.email)
    vault = secrets(asked).vault

    async def add(work: Work) -> StaffShown:
        made = await staff_commands.add_staff(work, given, is_none_of_these=body.is_none_of_these, vault=vault)
        return StaffShown(person_id=made.person_id, educator_number=made.educator_number, name=made.name)

    return await asked.once(add, status=201)


@router.post("/organizations/{organization_id}/employment", summary="A known person comes, or goes")
async def change_employment(organization_id: OrganizationId, body: Employment, asked: Asked) -> Any:
    await officer_or_directory(asked, organization_id)

    async def change(work: Work) -> StaffShown:
        if body.last_day is not None:
            moved = await staff_commands.release(work, body.person_id, organization_id, body.last_day)
        else:
            first_day = body.first_day or work.today
            moved = await staff_commands.employ(work, body.person_id, organization_id, first_day)
        return StaffShown(person_id=moved.person_id, educator_number=moved.educator_number, name=moved.name)

    return await asked.once(change)


@router.get("/organizations/{organization_id}/holder", summary="Whose its queue is today, and who covers")
async def queue_holder(organization_id: OrganizationId, asked: Asked) -> HolderShown | None:
    """None: nobody's today, the state's office steps in."""
    await _person_or_service(asked)
    async with asked.reading() as work:
        holder = await queries.find_queue_holder(work, organization_id)
    return HolderShown(**vars(holder)) if holder else None


@router.get("/authority", summary="May this person approve for this organization at this moment?")
async def authority(
    asked: Asked,
    person_id: PersonId,
    organization_id: OrganizationId | None = None,
    applicant_id: PersonId | None = None,
    role: Annotated[str, Query(pattern="^approve$")] = "approve",
) -> AuthorityShown:
    """Asked by services there and then; no answer is a no. No organization: the state's office."""
    asked.peer(*SERVICES)
    async with asked.reading() as work:
        try:
            found = await queries.get_authority(work, person_id, organization_id, applicant_id=applicant_id)
        except queries.MayNotApprove as refusal:
            return AuthorityShown(allowed=False, by=str(refusal))
    given = found.authority
    return AuthorityShown(
        allowed=True,
        role=given.role.value,
        name=found.name,
        organization_id=given.organization_id,
        by=f"{plain(given.role)} of {found.organization}",
    )


async def _insider(asked: AskedRequest, organization_id: OrganizationId) -> None:
    actor, today = await asked.person(), asked.today()
    district = ("superintendent", "personnel_administrator", "designee", DIRECTORY)
    if not (actor.holds(OFFICER, today) or any(actor.holds(role, today, organization_id) for role in district)):
        raise Forbidden


async def _person_or_service(asked: AskedRequest) -> None:
    if "authorization" in asked.request.headers:
        await asked.person()
    else:
        asked.peer(*SERVICES)


def _shown(organization: Organization) -> OrganizationShown:
    return OrganizationShown(**{**vars(organization), "schools": list(organization.schools)})
