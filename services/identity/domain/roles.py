"""Dated roles: who may do what for which organization on which day, and who may grant it.

Source: domain.md, "Who uses it"; the seed of Mississippi, point 7. Days are the jurisdiction's calendar days,
both ends included; an open end means until revoked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.identity.domain.errors import EndsBeforeItBegins, OwnRole, RoleNotHere, RoleNotYoursToGrant
from services.identity.domain.organizations import Organization, OrganizationKind
from shared.ids import OrganizationId, PersonId


class Role(StrEnum):
    """What somebody may be for an organization.

    Being an educator needs no role: everybody with a profile is one.
    """

    SUPERINTENDENT = "superintendent"
    PERSONNEL_ADMINISTRATOR = "personnel_administrator"
    DESIGNEE = "designee"
    DIRECTORY_ADMINISTRATOR = "directory_administrator"
    LICENSING_OFFICER = "licensing_officer"
    LOADER = "loader"
    PRINT_SHOP = "print_shop"
    OPERATOR = "operator"


@dataclass(frozen=True)
class RoleRule:
    """In which kinds of organization a role can be held, and holders of which roles may grant it there."""

    kinds: frozenset[OrganizationKind]
    granted_by: frozenset[Role]


_D, _S, _A, _P = (
    OrganizationKind.DISTRICT,
    OrganizationKind.STATE_OFFICE,
    OrganizationKind.AGENCY,
    OrganizationKind.PRINT_SHOP,
)
_OFFICER, _DIRECTORY, _OPERATOR = Role.LICENSING_OFFICER, Role.DIRECTORY_ADMINISTRATOR, Role.OPERATOR

# A designee is named by delegation alone (delegations.py), so nobody grants that role here.
RULES: dict[Role, RoleRule] = {
    Role.SUPERINTENDENT: RoleRule(frozenset({_D}), frozenset({_DIRECTORY, _OFFICER})),
    Role.PERSONNEL_ADMINISTRATOR: RoleRule(frozenset({_D}), frozenset({_DIRECTORY, _OFFICER})),
    Role.DESIGNEE: RoleRule(frozenset({_D}), frozenset()),
    Role.DIRECTORY_ADMINISTRATOR: RoleRule(frozenset({_D, _S, _A, _P}), frozenset({_OFFICER})),
    Role.LICENSING_OFFICER: RoleRule(frozenset({_S}), frozenset({_DIRECTORY, _OPERATOR})),
    Role.LOADER: RoleRule(frozenset({_S, _A}), frozenset({_DIRECTORY, _OFFICER})),
    Role.PRINT_SHOP: RoleRule(frozenset({_S, _P}), frozenset({_DIRECTORY, _OFFICER})),
    Role.OPERATOR: RoleRule(frozenset({_S}), frozenset({_OPERATOR, _OFFICER})),
}
# Held at the state's office, these reach every organization; every other role ends at its own.
STATEWIDE: frozenset[Role] = frozenset({Role.LICENSING_OFFICER, Role.OPERATOR})


@dataclass(frozen=True)
class RoleGrant:
    """One person's role for one organization on the days from `first_day` to `last_day`."""

    grant_id: UUID
    person_id: PersonId
    role: Role
    organization_id: OrganizationId
    first_day: date
    last_day: date | None = None
    revoked: bool = False

    def holds_on(self, day: date) -> bool:
        """Whether the role is held on that day."""
        return not self.revoked and self.first_day <= day and (self.last_day is None or day <= self.last_day)


def held_on(day: date, grants: Iterable[RoleGrant], role: Role, organization_id: OrganizationId) -> list[RoleGrant]:
    """The grants of one role at one organization that hold on a day."""
    return [g for g in grants if g.role is role and g.organization_id == organization_id and g.holds_on(day)]


def check_grant(
    grant: RoleGrant, organization: Organization, *, granter: PersonId, granters: Iterable[RoleGrant], on: date
) -> RoleGrant:
    """The grant itself when `granter`, who holds the grants `granters`, may give it on that day; else the reason.

    Nobody grants a role to themselves, and nobody beyond their own organization except from the state's office.
    """
    rule, named = RULES[grant.role], {"role": plain(grant.role), "organization": organization.name}
    if grant.last_day is not None and grant.last_day < grant.first_day:
        raise EndsBeforeItBegins(first_day=grant.first_day, last_day=grant.last_day)
    if organization.kind not in rule.kinds:
        raise RoleNotHere(**named)
    if granter == grant.person_id:
        raise OwnRole
    if not any(_may_grant(held, rule, organization, on) for held in granters if held.person_id == granter):
        raise RoleNotYoursToGrant(**named)
    return grant


def check_revocation(
    grant: RoleGrant, organization: Organization, *, revoker: PersonId, revokers: Iterable[RoleGrant], on: date
) -> None:
    """Pass when `revoker` may take the role away: as whoever may grant it, or as its holder giving it up."""
    if revoker == grant.person_id:
        return
    rule = RULES[grant.role]
    if not any(_may_grant(held, rule, organization, on) for held in revokers if held.person_id == revoker):
        raise RoleNotYoursToGrant(role=plain(grant.role), organization=organization.name)


def _may_grant(held: RoleGrant, rule: RoleRule, organization: Organization, on: date) -> bool:
    reaches = held.organization_id == organization.organization_id or held.role in STATEWIDE
    return held.role in rule.granted_by and reaches and held.holds_on(on)


def plain(role: Role) -> str:
    """The role in words."""
    return role.value.replace("_", " ")
