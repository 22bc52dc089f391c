"""What is said of people and organizations after they changed."""

from collections.abc import Iterable, Sequence

from services.identity.domain.delegations import Staffing, days_of
from services.identity.domain.organizations import Organization
from services.identity.domain.person import Person
from services.identity.domain.roles import Role
from services.identity.store import organizations as store
from services.identity.store import people as people_store
from services.identity.store import roles as role_store
from shared.contracts import Event
from shared.contracts.identity import OrganizationState
from shared.contracts.values import Grant
from shared.ids import OrganizationId, PersonId
from shared.messaging.work import Work


def say_person(work: Work, person: Person, *facts: Event, because: Event | None = None) -> None:
    """The facts, then the person's state and mailing address as they now stand."""
    work.say(*facts, person.state(), person.mailing(), version=person.version, because=because)


async def say_organizations(work: Work, ids: Iterable[OrganizationId]) -> None:
    """Each organization as it now stands, under its next version, with who acts for it on which days."""
    wanted = sorted(set(ids))
    if not wanted:
        return
    versions = await store.bump_organizations(work, wanted)
    staffings = await role_store.find_staffings(work, wanted)
    names = await _names(work, staffings.values())
    for organization in await store.find_organizations(work, wanted):
        of = organization.organization_id
        work.say(_state(organization, staffings[of], names), version=versions[of])


async def _names(work: Work, staffings: Iterable[Staffing]) -> dict[PersonId, str]:
    ids = {g.person_id for s in staffings for g in s.grants} | {d.designee_id for s in staffings for d in s.delegations}
    people = await people_store.find_people(work, sorted(ids))
    return {person_id: person.name.full for person_id, person in people.items()}


def _state(organization: Organization, staffing: Staffing, names: dict[PersonId, str]) -> OrganizationState:
    return OrganizationState(
        organization_id=organization.organization_id,
        code=organization.code,
        name=organization.name,
        kind=organization.kind.value,
        schools=organization.schools,
        grants=tuple(_grants(staffing, names)),
        place=organization.place,
        hours=organization.hours,
        phone=organization.phone,
    )


def _grants(staffing: Staffing, names: dict[PersonId, str]) -> Sequence[Grant]:
    own = [
        Grant(
            person_id=g.person_id,
            name=names.get(g.person_id, ""),
            role=g.role.value,
            first_day=g.first_day,
            last_day=g.last_day,
        )
        for g in staffing.grants
        if g.organization_id == staffing.organization_id
    ]
    named = [
        Grant(
            person_id=d.designee_id,
            name=names.get(d.designee_id, ""),
            role=Role.DESIGNEE.value,
            first_day=first,
            last_day=last,
        )
        for d in staffing.delegations
        for first, last in days_of(d, staffing)
    ]
    return own + named
