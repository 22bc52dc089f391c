"""Who acts for an organization on a day: approvers, holders of a queue, directory administrators."""

from dataclasses import dataclass, replace

from services.identity.domain.delegations import (
    ApprovingAuthority,
    Staffing,
    approving_authority,
    days_of,
    queue_holder,
)
from services.identity.domain.organizations import OrganizationKind
from services.identity.domain.profile import Referral
from services.identity.domain.roles import Role, held_on
from services.identity.store import organizations, people
from services.identity.store import roles as role_store
from shared.errors import Forbidden
from shared.ids import OrganizationId, PersonId
from shared.messaging.work import Work
from shared.tokens import Role as HeldRole


class MayNotApprove(Forbidden):
    """This person may not approve for this district at this moment."""

    text = "{name} may not decide for {organization} today."


@dataclass(frozen=True)
class Answer:
    """By which authority somebody may approve, with the names that the event will carry."""

    authority: ApprovingAuthority
    name: str
    organization: str


@dataclass(frozen=True)
class QueueHolder:
    """Who holds a district's queue today, by name."""

    person_id: PersonId
    name: str
    role: str
    covered_by: PersonId | None = None
    covered_by_name: str = ""


async def get_authority(
    work: Work, person_id: PersonId, district_id: OrganizationId | None, *, applicant_id: PersonId | None
) -> Answer:
    """By which authority the person may approve now; no district means the state's office. Raises MayNotApprove."""
    person_id = await people.find_resolved(work, person_id) or person_id
    applicant = await people.find_resolved(work, applicant_id) if applicant_id else None
    of = district_id or await state_office(work)
    organization = await organizations.get_organization(work, of)
    staffing = (await role_store.find_staffings(work, [of]))[of]
    name = (await people.get_person(work, person_id)).name.full
    allowed = work.policy.review.district_roles
    found = approving_authority(
        person_id, staffing, on=work.today, district_roles=allowed, applicant_id=applicant or applicant_id
    )
    if found is None:
        raise MayNotApprove(name=name, organization=organization.name)
    return Answer(found, name, organization.name)


async def find_queue_holder(work: Work, district_id: OrganizationId) -> QueueHolder | None:
    """Whose the district's queue is today; None: nobody's, the state's office steps in."""
    staffing = (await role_store.find_staffings(work, [district_id]))[district_id]
    holder = queue_holder(staffing, on=work.today)
    if holder is None:
        return None
    named = await people.find_people(work, [p for p in (holder.person_id, holder.covered_by) if p])
    cover = holder.covered_by
    return QueueHolder(
        holder.person_id,
        named[holder.person_id].name.full,
        holder.role.value,
        cover,
        named[cover].name.full if cover else "",
    )


async def roles_of(work: Work, person_id: PersonId) -> list[HeldRole]:
    """Every role that the person holds from today on, with its days; what a token carries."""
    grants = await role_store.find_grants_of(work, [person_id])
    own = [HeldRole(g.role.value, g.organization_id, g.first_day, g.last_day) for g in grants]
    delegations = await role_store.find_delegations_to(work, person_id)
    staffings = await role_store.find_staffings(work, sorted({d.organization_id for d in delegations}))
    named = [
        HeldRole(Role.DESIGNEE.value, d.organization_id, first, last)
        for d in delegations
        for first, last in days_of(d, staffings[d.organization_id])
    ]
    return [role for role in own + named if role.last_day is None or role.last_day >= work.today]


async def staffing_with_names(work: Work, organization_id: OrganizationId) -> tuple[Staffing, dict[PersonId, str]]:
    """Who acts for an organization from today on, and what they are called. Raises OrganizationUnknown."""
    await organizations.get_organization(work, organization_id)
    found = (await role_store.find_staffings(work, [organization_id]))[organization_id]
    staffing = replace(
        found,
        grants=[g for g in found.grants if g.last_day is None or g.last_day >= work.today],
        delegations=[d for d in found.delegations if d.last_day >= work.today],
    )
    ids = {g.person_id for g in staffing.grants} | {d.designee_id for d in staffing.delegations}
    named = await people.find_people(work, sorted(ids))
    return staffing, {person_id: person.name.full for person_id, person in named.items()}


async def directory_administrators(work: Work) -> list[dict[str, object]]:
    """Who is directory administrator of which organization today, with its phone; for everybody to see."""
    known = {o.organization_id: o for o in await organizations.find_organizations(work)}
    grants = [g for g in await role_store.find_grants(work, Role.DIRECTORY_ADMINISTRATOR) if g.holds_on(work.today)]
    named = await people.find_people(work, sorted({g.person_id for g in grants}))
    rows = [
        {
            "organization_id": g.organization_id,
            "organization": known[g.organization_id].name,
            "name": named[g.person_id].name.full,
            "phone": known[g.organization_id].phone,
        }
        for g in grants
    ]
    return sorted(rows, key=lambda row: (str(row["organization"]), str(row["name"])))


async def referral(work: Work, district_id: OrganizationId | None) -> Referral:
    """Whom to call about a doubtful profile: the district's directory administrator, else the state's office."""
    if district_id is not None:
        staffing = (await role_store.find_staffings(work, [district_id]))[district_id]
        held = held_on(work.today, staffing.grants, Role.DIRECTORY_ADMINISTRATOR, district_id)
        if held:
            organization = await organizations.get_organization(work, district_id)
            administrator = await people.get_person(work, held[0].person_id)
            return Referral(administrator.name.full, organization.name, organization.phone)
    contact = work.policy.agency.contacts[0]
    return Referral(contact.name, work.policy.agency.office, contact.phone)


async def state_office(work: Work) -> OrganizationId:
    """The state's own office. Raises OrganizationUnknown."""
    offices = [o for o in await organizations.find_organizations(work) if o.kind is OrganizationKind.STATE_OFFICE]
    if not offices:
        raise organizations.OrganizationUnknown
    return offices[0].organization_id
