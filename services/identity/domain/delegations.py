"""Who may approve for a district at this moment, and by which authority; delegation and cover for absence.

Source: the seed of Mississippi, point 7 (the superintendent, the personnel administrator, or the person whom
the superintendent designates); domain.md. Deny is the default: what is not granted for the day does not
count.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.identity.domain.errors import (
    DelegationNotYours,
    DelegationOver,
    DelegationToOneself,
    EndsBeforeItBegins,
)
from services.identity.domain.roles import Role, RoleGrant, held_on
from shared.ids import OrganizationId, PersonId


@dataclass(frozen=True)
class Delegation:
    """A superintendent names a designee for dated days.

    `absence_cover` limits it to days on which they are away.
    """

    delegation_id: UUID
    organization_id: OrganizationId
    superintendent_id: PersonId
    designee_id: PersonId
    first_day: date
    last_day: date
    absence_cover: bool = False
    revoked: bool = False

    def covers(self, day: date) -> bool:
        """Whether the day is one of its days and it was not taken back."""
        return not self.revoked and self.first_day <= day <= self.last_day


@dataclass(frozen=True)
class Absence:
    """Days on which somebody is away, both included."""

    person_id: PersonId
    first_day: date
    last_day: date

    def covers(self, day: date) -> bool:
        """Whether the person is away that day."""
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True)
class Staffing:
    """Everything about one district (and the state's office) that decides who may approve."""

    organization_id: OrganizationId
    grants: Sequence[RoleGrant] = ()
    delegations: Sequence[Delegation] = ()
    absences: Sequence[Absence] = field(default=())


@dataclass(frozen=True)
class ApprovingAuthority:
    """By what right somebody approves: their role, the district, and for a designee who named them."""

    person_id: PersonId
    role: Role
    organization_id: OrganizationId
    delegation_id: UUID | None = None
    named_by: PersonId | None = None


@dataclass(frozen=True)
class Holder:
    """Whose the district's queue is today: `covered_by` is set while they are away."""

    person_id: PersonId
    role: Role
    covered_by: PersonId | None = None


def approving_authority(
    person_id: PersonId, staffing: Staffing, *, on: date, applicant_id: PersonId | None = None
) -> ApprovingAuthority | None:
    """By which authority this person may approve for the district on this day; None: they may not.

    The strongest right is named first: an own role, then a delegation, then the state's office. Nobody
    approves their own.
    """
    if person_id == applicant_id:
        return None
    for role in (Role.SUPERINTENDENT, Role.PERSONNEL_ADMINISTRATOR):
        if _holds(person_id, role, staffing, on):
            return ApprovingAuthority(person_id, role, staffing.organization_id)
    for delegation in staffing.delegations:
        if delegation.designee_id == person_id and is_effective(delegation, staffing, on=on):
            return ApprovingAuthority(
                person_id,
                Role.DESIGNEE,
                staffing.organization_id,
                delegation.delegation_id,
                delegation.superintendent_id,
            )
    if any(
        g.role is Role.LICENSING_OFFICER and g.person_id == person_id and g.holds_on(on) for g in staffing.grants
    ):
        return ApprovingAuthority(person_id, Role.LICENSING_OFFICER, staffing.organization_id)
    return None


def is_effective(delegation: Delegation, staffing: Staffing, *, on: date) -> bool:
    """Whether a delegation gives power today.

    Within its days, its superintendent still in office, and away if it is for cover.
    """
    if delegation.organization_id != staffing.organization_id or not delegation.covers(on):
        return False
    if not _holds(delegation.superintendent_id, Role.SUPERINTENDENT, staffing, on):
        return False
    return not delegation.absence_cover or is_away(delegation.superintendent_id, staffing, on=on)


def is_away(person_id: PersonId, staffing: Staffing, *, on: date) -> bool:
    """Whether the person has said that they are away today."""
    return any(absence.person_id == person_id and absence.covers(on) for absence in staffing.absences)


def queue_holder(staffing: Staffing, *, on: date) -> Holder | None:
    """Whose queue it is today, so that every wait can name somebody; None: nobody's, the state's office steps in.

    An absent superintendent is covered by a designee who is not away; without one, by a personnel
    administrator who is not.
    """
    superintendents = held_on(on, staffing.grants, Role.SUPERINTENDENT, staffing.organization_id)
    administrators = held_on(on, staffing.grants, Role.PERSONNEL_ADMINISTRATOR, staffing.organization_id)
    present = [g for g in (*superintendents, *administrators) if not is_away(g.person_id, staffing, on=on)]
    if superintendents and present[:1] != superintendents[:1]:
        superintendent = superintendents[0]
        cover = _designees_present(superintendent.person_id, staffing, on) + [g.person_id for g in present]
        return Holder(superintendent.person_id, superintendent.role, cover[0]) if cover else None
    return Holder(present[0].person_id, present[0].role) if present else None


def check_delegation(delegation: Delegation, staffing: Staffing, *, on: date) -> Delegation:
    """The delegation itself when its superintendent may make it today, else the reason.

    A designee cannot delegate further, and a delegation for days that are over would rewrite who was allowed
    what.
    """
    if delegation.last_day < delegation.first_day:
        raise EndsBeforeItBegins(first_day=delegation.first_day, last_day=delegation.last_day)
    if delegation.last_day < on:
        raise DelegationOver(last_day=delegation.last_day)
    if delegation.designee_id == delegation.superintendent_id:
        raise DelegationToOneself
    if not _holds(delegation.superintendent_id, Role.SUPERINTENDENT, staffing, on):
        raise DelegationNotYours
    return delegation


def _designees_present(superintendent_id: PersonId, staffing: Staffing, on: date) -> list[PersonId]:
    return [
        d.designee_id
        for d in staffing.delegations
        if d.superintendent_id == superintendent_id
        and is_effective(d, staffing, on=on)
        and not is_away(d.designee_id, staffing, on=on)
    ]


def _holds(person_id: PersonId, role: Role, staffing: Staffing, on: date) -> bool:
    return any(g.person_id == person_id for g in held_on(on, staffing.grants, role, staffing.organization_id))
