"""Organizations: districts, the state's office, agencies, print shops."""

from collections.abc import Sequence
from typing import Any

from services.identity.domain.organizations import Organization, OrganizationKind
from shared.errors import NotFound
from shared.ids import OrganizationId
from shared.messaging.work import Work

COLUMNS = "id, version, kind, code, name, schools, phone, place, hours"


class OrganizationUnknown(NotFound):
    """No organization has this id."""

    text = "No organization has this id."
    field = "organization_id"


async def find_organizations(work: Work, ids: Sequence[OrganizationId] | None = None) -> list[Organization]:
    """These organizations, or all, by name."""
    rows = await work.rows(
        f"""SELECT {COLUMNS} FROM organization
            WHERE CAST(:ids AS uuid[]) IS NULL OR id = ANY(CAST(:ids AS uuid[])) ORDER BY name, id""",
        ids=None if ids is None else list(ids),
    )
    return [_organization(row) for row in rows]


async def get_organization(work: Work, organization_id: OrganizationId) -> Organization:
    """One organization. Raises OrganizationUnknown."""
    found = await find_organizations(work, [organization_id])
    if not found:
        raise OrganizationUnknown
    return found[0]


async def find_ids_by_code(work: Work, codes: Sequence[str]) -> dict[str, OrganizationId]:
    """The organizations with these codes."""
    rows = await work.rows(
        "SELECT code, id FROM organization WHERE code = ANY(CAST(:codes AS text[]))", codes=list(codes)
    )
    return {row.code: OrganizationId(row.id) for row in rows}


async def bump_organizations(work: Work, ids: Sequence[OrganizationId]) -> dict[OrganizationId, int]:
    """Locks the organizations, in order, and gives each its next version."""
    rows = await work.rows(
        """WITH locked AS (SELECT id FROM organization WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR UPDATE)
           UPDATE organization o SET version = greatest(o.version + 1, :floor) FROM locked
           WHERE o.id = locked.id RETURNING o.id, o.version""",
        ids=list(ids), floor=work.next_version(),
    )  # fmt: skip
    return {OrganizationId(row.id): row.version for row in rows}


async def save_organizations(work: Work, organizations: Sequence[Organization]) -> list[OrganizationId]:
    """New organizations, and changed ones by their code; the ids under which they stand, in the given order."""
    rows = await work.rows(
        """INSERT INTO organization (id, version, kind, code, name, schools, phone, place, hours)
           SELECT id, 0, kind, code, name, coalesce(string_to_array(nullif(schools, ''), chr(31)), '{}'), phone,
                  place, hours
           FROM unnest(CAST(:ids AS uuid[]), CAST(:kinds AS text[]), CAST(:codes AS text[]), CAST(:names AS text[]),
                       CAST(:schools AS text[]), CAST(:phones AS text[]), CAST(:places AS text[]),
                       CAST(:hours AS text[])) AS given (id, kind, code, name, schools, phone, place, hours)
           ON CONFLICT (code) DO UPDATE SET kind = excluded.kind, name = excluded.name, schools = excluded.schools,
               phone = excluded.phone, place = excluded.place, hours = excluded.hours
           RETURNING id, code""",
        ids=[o.organization_id for o in organizations], kinds=[o.kind.value for o in organizations],
        codes=[o.code for o in organizations], names=[o.name for o in organizations],
        schools=["\x1f".join(o.schools) for o in organizations], phones=[o.phone for o in organizations],
        places=[o.place for o in organizations], hours=[o.hours for o in organizations],
    )  # fmt: skip
    by_code = {row.code: OrganizationId(row.id) for row in rows}
    return [by_code[organization.code] for organization in organizations]


def _organization(row: Any) -> Organization:
    return Organization(
        organization_id=OrganizationId(row.id),
        kind=OrganizationKind(row.kind),
        name=row.name,
        code=row.code,
        schools=tuple(row.schools),
        phone=row.phone,
        place=row.place,
        hours=row.hours,
    )
