"""Who may approve for a district at this moment, and by which authority; delegation and cover for absence.

Source: the seed of Mississippi, point 7 (the superintendent, the personnel administrator, or the person whom
the superintendent designates); domain.md. Deny is the default: what is not granted for the day does not
count.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.identity.domain.errors import (
    AbsenceOver,
    DelegationNotYours,
    DelegationOver,
    DelegationToOneself,
    EndsBeforeItBegins,
)
from services.identity.domain.roles import Role, RoleGrant, held_on
from shared.ids import OrganizationId, PersonId

Days = tuple[date, date]
DISTRICT_ROLES: frozenset[str] = frozenset({Role.SUPERINTENDENT, Role.PERSONNEL_ADMINISTRATOR, Role.DESIGNEE})


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
    person_id: PersonId,
    staffing: Staffing,
    *,
    on: date,
    district_roles: Collection[str] = DISTRICT_ROLES,
    applicant_id: PersonId | None = None,
) -> ApprovingAuthority | None:
    """By which authority this person may approve for the district on this day; None: they may not.

    The strongest right is named first: an own role, then a delegation, then the state's office. `district_roles` are
    those that the state's policy lets decide. Nobody approves their own.
    """
    if person_id == applicant_id:
        return None
    for role in (Role.SUPERINTENDENT, Role.PERSONNEL_ADMINISTRATOR):
        if role in district_roles and _holds(person_id, role, staffing, on):
            return ApprovingAuthority(person_id, role, staffing.organization_id)
    if Role.DESIGNEE in district_roles:
        for given in staffing.delegations:
            if given.designee_id == person_id and is_effective(given, staffing, on=on):
                named_by = given.superintendent_id
                return ApprovingAuthority(
                    person_id, Role.DESIGNEE, staffing.organization_id, given.delegation_id, named_by
                )
    if any(g.role is Role.LICENSING_OFFICER and g.person_id == person_id and g.holds_on(on) for g in staffing.grants):
        return ApprovingAuthority(person_id, Role.LICENSING_OFFICER, staffing.organization_id)
    return None


def days_of(delegation: Delegation, staffing: Staffing) -> list[Days]:
    """The spans of days, both ends included, on which a delegation gives power.

    Within its own days, while its superintendent is in office, and only while they are away if it is for cover.
    """
    if delegation.revoked or delegation.organization_id != staffing.organization_id:
        return []
    named_by = delegation.superintendent_id
    spans = _overlaps(
        [(delegation.first_day, delegation.last_day)],
        [
            (g.first_day, g.last_day or date.max)
            for g in staffing.grants
            if g.role is Role.SUPERINTENDENT
            and (g.person_id, g.organization_id, g.revoked) == (named_by, staffing.organization_id, False)
        ],
    )
    if not delegation.absence_cover:
        return spans
    return _overlaps(spans, [(a.first_day, a.last_day) for a in staffing.absences if a.person_id == named_by])


def is_effective(delegation: Delegation, staffing: Staffing, *, on: date) -> bool:
    """Whether a delegation gives power today."""
    return any(first <= on <= last for first, last in days_of(delegation, staffing))


def check_absence(absence: Absence, *, on: date) -> Absence:
    """The absence itself when its days make sense, else the reason."""
    if absence.last_day < absence.first_day:
        raise EndsBeforeItBegins(first_day=absence.first_day, last_day=absence.last_day)
    if absence.last_day < on:
        raise AbsenceOver(last_day=absence.last_day)
    return absence


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


def _overlaps(some: Sequence[Days], others: Sequence[Days]) -> list[Days]:
    """The days that lie in a span of each kind."""
    pairs = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    return [(first, last) for first, last in pairs if first <= last]


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
