"""Who acts for an organization: grants, delegations, absences; of merged people, under the id they live on as."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.identity.domain.delegations import Absence, Delegation, Staffing
from services.identity.domain.roles import Role, RoleGrant
from shared.errors import NotFound
from shared.ids import OrganizationId, PersonId
from shared.messaging.work import Work

GRANTS = """
    SELECT g.id, coalesce(p.merged_into, p.id) AS person_id, g.role, g.organization_id, g.first_day, g.last_day,
           g.revoked_at IS NOT NULL AS revoked
    FROM role_grant g JOIN person p ON p.id = g.person_id
"""
DELEGATIONS = """
    SELECT d.id, d.organization_id, coalesce(s.merged_into, s.id) AS superintendent_id,
           coalesce(p.merged_into, p.id) AS designee_id, d.first_day, d.last_day, d.absence_cover,
           d.revoked_at IS NOT NULL AS revoked
    FROM delegation d JOIN person s ON s.id = d.superintendent_id JOIN person p ON p.id = d.designee_id
"""


class GrantUnknown(NotFound):
    """No role grant, delegation or absence has this id."""

    text = "Nothing is granted under this id."


async def find_staffings(work: Work, ids: Sequence[OrganizationId]) -> dict[OrganizationId, Staffing]:
    """Everything that decides who may act for these organizations; the state's officers reach each of them."""
    grants = await work.rows(
        GRANTS
        + """WHERE g.revoked_at IS NULL AND (g.organization_id = ANY(CAST(:ids AS uuid[]))
                    OR g.role = 'licensing_officer') ORDER BY g.first_day, g.id""",
        ids=list(ids),
    )
    delegations = await work.rows(
        DELEGATIONS
        + """WHERE d.revoked_at IS NULL AND d.organization_id = ANY(CAST(:ids AS uuid[]))
             ORDER BY d.first_day, d.id""",
        ids=list(ids),
    )
    involved = {row.person_id for row in grants} | {row.designee_id for row in delegations}
    absences = await find_absences(work, list(involved))
    return {found: _staffing(found, grants, delegations, absences) for found in ids}


async def find_absences(work: Work, people: Sequence[PersonId]) -> list[Absence]:
    """The days on which these people are away."""
    rows = await work.rows(
        """SELECT coalesce(p.merged_into, p.id) AS person_id, a.first_day, a.last_day
           FROM absence a JOIN person p ON p.id = a.person_id
           WHERE a.cancelled_at IS NULL AND coalesce(p.merged_into, p.id) = ANY(CAST(:people AS uuid[]))
           ORDER BY a.first_day""",
        people=list(people),
    )
    return [Absence(row.person_id, row.first_day, row.last_day) for row in rows]


async def find_grants_of(work: Work, people: Sequence[PersonId]) -> list[RoleGrant]:
    """All grants that these people hold now, or will; also by a record that was merged into theirs."""
    rows = await work.rows(
        GRANTS
        + """WHERE g.revoked_at IS NULL AND coalesce(p.merged_into, p.id) = ANY(CAST(:people AS uuid[]))
                    ORDER BY g.first_day, g.id""",
        people=list(people),
    )
    return [_grant(row) for row in rows]


async def find_grants(work: Work, role: Role) -> list[RoleGrant]:
    """All grants of one role that were not revoked."""
    rows = await work.rows(GRANTS + "WHERE g.revoked_at IS NULL AND g.role = :role", role=role.value)
    return [_grant(row) for row in rows]


async def find_delegations_to(work: Work, person_id: PersonId) -> list[Delegation]:
    """The delegations that name a person."""
    rows = await work.rows(
        DELEGATIONS
        + """WHERE d.revoked_at IS NULL AND coalesce(p.merged_into, p.id) = :id
                         ORDER BY d.first_day, d.id""",
        id=person_id,
    )
    return [_delegation(row) for row in rows]


async def insert_grants(work: Work, grants: Sequence[RoleGrant]) -> set[UUID]:
    """New grants, and their ids; one with the id of an earlier one changes nothing."""
    rows = await work.rows(
        """INSERT INTO role_grant (id, person_id, role, organization_id, first_day, last_day, granted_by, granted_at)
           SELECT id, person_id, role, organization_id, first_day, last_day, :by, :now
           FROM unnest(CAST(:ids AS uuid[]), CAST(:people AS uuid[]), CAST(:roles AS text[]),
                       CAST(:organizations AS uuid[]), CAST(:first_days AS date[]), CAST(:last_days AS date[]))
                AS given (id, person_id, role, organization_id, first_day, last_day)
           ON CONFLICT (id) DO NOTHING RETURNING id""",
        ids=[g.grant_id for g in grants], people=[g.person_id for g in grants],
        roles=[g.role.value for g in grants], organizations=[g.organization_id for g in grants],
        first_days=[g.first_day for g in grants], last_days=[g.last_day for g in grants],
        by=work.actor, now=work.now,
    )  # fmt: skip
    return {row.id for row in rows}


async def get_grant(work: Work, grant_id: UUID) -> RoleGrant:
    """One grant that was not revoked. Raises GrantUnknown."""
    row = await work.row(GRANTS + "WHERE g.id = :id AND g.revoked_at IS NULL", id=grant_id)
    if row is None:
        raise GrantUnknown("grant_id")
    return _grant(row)


async def revoke_grant(work: Work, grant_id: UUID) -> None:
    """The role ends now."""
    await work.run(
        "UPDATE role_grant SET revoked_at = :now, revoked_by = :by WHERE id = :id",
        id=grant_id, now=work.now, by=work.actor,
    )  # fmt: skip


async def insert_delegation(work: Work, delegation: Delegation) -> None:
    """A superintendent names a designee."""
    await work.run(
        """INSERT INTO delegation (id, organization_id, superintendent_id, designee_id, first_day, last_day,
               absence_cover, made_at)
           VALUES (:delegation_id, :organization_id, :superintendent_id, :designee_id, :first_day, :last_day,
               :absence_cover, :now)""",
        **{name: value for name, value in vars(delegation).items() if name != "revoked"}, now=work.now,
    )  # fmt: skip


async def get_delegation(work: Work, delegation_id: UUID) -> Delegation:
    """One delegation that was not taken back. Raises GrantUnknown."""
    row = await work.row(DELEGATIONS + "WHERE d.id = :id AND d.revoked_at IS NULL", id=delegation_id)
    if row is None:
        raise GrantUnknown("delegation_id")
    return _delegation(row)


async def revoke_delegation(work: Work, delegation_id: UUID) -> None:
    """The delegation ends now."""
    await work.run("UPDATE delegation SET revoked_at = :now WHERE id = :id", id=delegation_id, now=work.now)


async def insert_absence(work: Work, absence_id: UUID, absence: Absence) -> None:
    """Somebody is away."""
    await work.run(
        "INSERT INTO absence (id, person_id, first_day, last_day) VALUES (:id, :person_id, :first_day, :last_day)",
        id=absence_id, **vars(absence),
    )  # fmt: skip


async def cancel_absence(work: Work, absence_id: UUID, person_id: PersonId) -> int:
    """Somebody is not away after all."""
    return await work.run(
        "UPDATE absence SET cancelled_at = :now WHERE id = :id AND person_id = :person_id AND cancelled_at IS NULL",
        id=absence_id, person_id=person_id, now=work.now,
    )  # fmt: skip


async def organizations_touched_by(work: Work, people: Sequence[PersonId]) -> list[OrganizationId]:
    """The organizations whose published staff names these people."""
    rows = await work.rows(
        """SELECT organization_id FROM role_grant
           WHERE revoked_at IS NULL AND person_id = ANY(CAST(:people AS uuid[]))
           UNION SELECT organization_id FROM delegation
           WHERE revoked_at IS NULL AND (superintendent_id = ANY(CAST(:people AS uuid[]))
                 OR designee_id = ANY(CAST(:people AS uuid[]))) ORDER BY 1""",
        people=list(people),
    )
    return [OrganizationId(row.organization_id) for row in rows]


def _staffing(
    organization_id: OrganizationId, grants: Sequence[Any], delegations: Sequence[Any], absences: list[Absence]
) -> Staffing:
    here: Mapping[OrganizationId, list[Delegation]] = _by_organization(delegations)
    reaching = [g for g in grants if g.organization_id == organization_id or g.role == Role.LICENSING_OFFICER]
    return Staffing(organization_id, [_grant(row) for row in reaching], here[organization_id], absences)


def _by_organization(rows: Sequence[Any]) -> defaultdict[OrganizationId, list[Delegation]]:
    found: defaultdict[OrganizationId, list[Delegation]] = defaultdict(list)
    for row in rows:
        found[row.organization_id].append(_delegation(row))
    return found


def _grant(row: Any) -> RoleGrant:
    last: date | None = row.last_day
    return RoleGrant(row.id, row.person_id, Role(row.role), row.organization_id, row.first_day, last, row.revoked)


def _delegation(row: Any) -> Delegation:
    return Delegation(
        delegation_id=row.id,
        organization_id=row.organization_id,
        superintendent_id=row.superintendent_id,
        designee_id=row.designee_id,
        first_day=row.first_day,
        last_day=row.last_day,
        absence_cover=row.absence_cover,
        revoked=row.revoked,
    )
