"""Organizations, and who acts for them: roles with their dates, delegations, absences."""

from collections.abc import Sequence
from uuid import UUID

from services.identity.commands.saying import say_organizations
from services.identity.domain.delegations import Absence, Delegation, check_absence, check_delegation
from services.identity.domain.organizations import Organization, check_organization
from services.identity.domain.roles import Role, RoleGrant, check_grant, check_revocation
from services.identity.store import organizations as store
from services.identity.store import people
from services.identity.store import roles as role_store
from shared.ids import PersonId, new_id
from shared.messaging.work import Work


async def save_organization(work: Work, organization: Organization) -> Organization:
    """A new organization, or by its code a changed one."""
    checked = check_organization(organization)
    saved = await store.save_organizations(work, [checked])
    await say_organizations(work, saved)
    work.audit("organization.save", saved[0], code=checked.code)
    return await store.get_organization(work, saved[0])


async def grant_role(work: Work, grant: RoleGrant, *, granter: PersonId) -> RoleGrant:
    """Gives a role for its days, when the granter may."""
    organization = await store.get_organization(work, grant.organization_id)
    await people.get_person(work, grant.person_id)
    held = await role_store.find_grants_of(work, [granter])
    check_grant(grant, organization, granter=granter, granters=held, on=work.today)
    await role_store.insert_grants(work, [grant])
    await say_organizations(work, [grant.organization_id])
    work.audit("role.grant", grant.person_id, role=grant.role, organization=organization.code, until=grant.last_day)
    return grant


async def revoke_role(work: Work, grant_id: UUID, *, revoker: PersonId) -> None:
    """Takes a role away, now; who may grant it may take it, and everybody may give up their own."""
    grant = await role_store.get_grant(work, grant_id)
    organization = await store.get_organization(work, grant.organization_id)
    held = await role_store.find_grants_of(work, [revoker])
    check_revocation(grant, organization, revoker=revoker, revokers=held, on=work.today)
    await role_store.revoke_grant(work, grant_id)
    await say_organizations(work, [grant.organization_id])
    work.audit("role.revoke", grant.person_id, role=grant.role, organization=organization.code)


async def delegate(work: Work, delegation: Delegation) -> Delegation:
    """A superintendent names a designee for dated days."""
    await store.get_organization(work, delegation.organization_id)
    await people.get_person(work, delegation.designee_id)
    staffing = (await role_store.find_staffings(work, [delegation.organization_id]))[delegation.organization_id]
    check_delegation(delegation, staffing, on=work.today)
    await role_store.insert_delegation(work, delegation)
    await say_organizations(work, [delegation.organization_id])
    work.audit("delegation.make", delegation.designee_id, until=delegation.last_day, cover=delegation.absence_cover)
    return delegation


async def end_delegation(work: Work, delegation_id: UUID, *, by: PersonId) -> None:
    """The superintendent takes it back, or the designee gives it up."""
    delegation = await role_store.get_delegation(work, delegation_id)
    if by not in (delegation.superintendent_id, delegation.designee_id):
        raise role_store.GrantUnknown("delegation_id")
    await role_store.revoke_delegation(work, delegation_id)
    await say_organizations(work, [delegation.organization_id])
    work.audit("delegation.end", delegation.designee_id)


async def note_absence(work: Work, absence: Absence) -> UUID:
    """Somebody is away: who covers them, does so on these days."""
    check_absence(absence, on=work.today)
    absence_id = new_id()
    await role_store.insert_absence(work, absence_id, absence)
    await say_organizations(work, await role_store.organizations_touched_by(work, [absence.person_id]))
    work.audit("absence.note", absence.person_id, first_day=absence.first_day, last_day=absence.last_day)
    return absence_id


async def cancel_absence(work: Work, absence_id: UUID, *, by: PersonId) -> None:
    """They are not away after all."""
    if not await role_store.cancel_absence(work, absence_id, by):
        raise role_store.GrantUnknown("absence_id")
    await say_organizations(work, await role_store.organizations_touched_by(work, [by]))


async def grant_without_asking(work: Work, grants: Sequence[RoleGrant]) -> int:
    """Roles of a predecessor system, or the first ones of an installation; how many are new. Only the import calls."""
    added = await role_store.insert_grants(work, grants)
    new = list({grant.grant_id: grant for grant in grants if grant.grant_id in added}.values())
    await say_organizations(work, {grant.organization_id for grant in new})
    for grant in new:
        if grant.role in (Role.LICENSING_OFFICER, Role.OPERATOR, Role.DIRECTORY_ADMINISTRATOR):
            work.audit("role.import", grant.person_id, role=grant.role)
    return len(new)
