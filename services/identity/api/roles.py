"""Dated roles, delegations and absences."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.identity.api.context import myself
from services.identity.api.inputs import Input
from services.identity.commands import organizations as commands
from services.identity.domain.delegations import Absence, Delegation
from services.identity.domain.roles import Role, RoleGrant
from services.identity.queries import staff as queries
from shared.ids import OrganizationId, PersonId, new_id
from shared.messaging.work import Work
from shared.web.asked import Asked

router = APIRouter(tags=["roles"])


class GrantInput(Input):
    """A role for somebody, from its first day to its last; an open end lasts until it is revoked."""

    person_id: PersonId
    role: Role
    first_day: date
    last_day: date | None = None


class DelegationInput(Input):
    """Whom the superintendent names, for which days; `absence_cover` only while they are away."""

    designee_id: PersonId
    first_day: date
    last_day: date
    absence_cover: bool = False


class AbsenceInput(Input):
    """Days on which one is away, both included."""

    first_day: date
    last_day: date


class GrantShown(BaseModel):
    """A role that somebody holds or will hold."""

    grant_id: UUID
    person_id: PersonId
    name: str = ""
    role: str
    organization_id: OrganizationId
    first_day: date
    last_day: date | None


class DelegationShown(BaseModel):
    """A delegation."""

    delegation_id: UUID
    organization_id: OrganizationId
    superintendent_id: PersonId
    designee_id: PersonId
    name: str = ""
    first_day: date
    last_day: date
    absence_cover: bool


class StaffingShown(BaseModel):
    """Who acts for an organization: roles and delegations that have not ended."""

    grants: list[GrantShown]
    delegations: list[DelegationShown]


@router.get("/organizations/{organization_id}/roles", summary="Who acts for this organization, and until when")
async def list_roles(organization_id: OrganizationId, asked: Asked) -> StaffingShown:
    await asked.person()
    async with asked.reading() as work:
        staffing, names = await queries.staffing_with_names(work, organization_id)
    grants = [
        GrantShown(**_grant(g), name=names.get(g.person_id, ""))
        for g in staffing.grants
        if g.organization_id == organization_id
    ]
    delegations = [DelegationShown(**vars(d), name=names.get(d.designee_id, "")) for d in staffing.delegations]
    return StaffingShown(grants=grants, delegations=delegations)


@router.post("/organizations/{organization_id}/roles", status_code=201, summary="Grant a dated role")
async def grant_role(organization_id: OrganizationId, body: GrantInput, asked: Asked) -> Any:
    """Decided by the grants as they stand now, not by those in the token."""
    granter = myself(await asked.person())
    wish = RoleGrant(new_id(), body.person_id, body.role, organization_id, body.first_day, body.last_day)

    async def grant(work: Work) -> GrantShown:
        return GrantShown(**_grant(await commands.grant_role(work, wish, granter=granter)))

    return await asked.once(grant, status=201)


@router.post("/roles/{grant_id}/revoke", summary="Take a role away, or give up one's own")
async def revoke_role(grant_id: UUID, asked: Asked) -> Any:
    revoker = myself(await asked.person())
    await asked.once(lambda work: commands.revoke_role(work, grant_id, revoker=revoker))
    return {"grant_id": grant_id, "revoked": True}


@router.post("/organizations/{organization_id}/delegations", status_code=201, summary="Name a designee")
async def delegate(organization_id: OrganizationId, body: DelegationInput, asked: Asked) -> Any:
    """Only the district's superintendent does, for dated days."""
    superintendent = myself(await asked.person())
    wish = Delegation(
        delegation_id=new_id(),
        organization_id=organization_id,
        superintendent_id=superintendent,
        designee_id=body.designee_id,
        first_day=body.first_day,
        last_day=body.last_day,
        absence_cover=body.absence_cover,
    )

    async def make(work: Work) -> DelegationShown:
        return DelegationShown(**vars(await commands.delegate(work, wish)))

    return await asked.once(make, status=201)


@router.post("/delegations/{delegation_id}/end", summary="Take a delegation back, or give it up")
async def end_delegation(delegation_id: UUID, asked: Asked) -> Any:
    by = myself(await asked.person())
    await asked.once(lambda work: commands.end_delegation(work, delegation_id, by=by))
    return {"delegation_id": delegation_id, "ended": True}


@router.post("/me/absences", status_code=201, summary="Say that one is away; who covers, does so on these days")
async def note_absence(body: AbsenceInput, asked: Asked) -> Any:
    absence = Absence(myself(await asked.person()), body.first_day, body.last_day)

    async def note(work: Work) -> dict[str, UUID]:
        return {"absence_id": await commands.note_absence(work, absence)}

    return await asked.once(note, status=201)


@router.post("/me/absences/{absence_id}/cancel", summary="One is not away after all")
async def cancel_absence(absence_id: UUID, asked: Asked) -> Any:
    by = myself(await asked.person())
    await asked.once(lambda work: commands.cancel_absence(work, absence_id, by=by))
    return {"absence_id": absence_id, "cancelled": True}


def _grant(grant: RoleGrant) -> dict[str, Any]:
    return {name: value for name, value in vars(grant).items() if name != "revoked"}
