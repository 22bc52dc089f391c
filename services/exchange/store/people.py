"""Whom exchange knows: projections of people, licenses and organizations, and finding those whom messages name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.exchange.domain.people import Directory, License, Person, spoken
from shared.contracts.credentials import LicenseState
from shared.contracts.identity import OrganizationState, PersonState
from shared.ids import LicenseId, OrganizationId, PersonId
from shared.messaging.work import Work

MERGES = 8
"""Merges of merged people that are followed."""


async def save_people(work: Work, states: Sequence[PersonState]) -> None:
    """Keeps each person as said, unless a later version is kept already."""
    names = ["|".join(map(spoken, (state.name.last, *state.former_last_names))) for state in states]
    await work.run(
        """INSERT INTO person (person_id, educator_number, last_names, merged_into, version)
           SELECT id, number, string_to_array(names, '|'), merged, given.version
           FROM unnest(CAST(:ids AS uuid[]), CAST(:numbers AS text[]), CAST(:names AS text[]),
                       CAST(:merged AS uuid[]), CAST(:versions AS bigint[]))
                AS given (id, number, names, merged, version)
           ON CONFLICT (person_id) DO UPDATE SET educator_number = excluded.educator_number,
               last_names = excluded.last_names, merged_into = excluded.merged_into, version = excluded.version
           WHERE excluded.version > person.version""",
        ids=[s.person_id for s in states], numbers=[s.educator_number for s in states], names=names,
        merged=[s.merged_into for s in states], versions=[s.said.version for s in states],
    )  # fmt: skip


async def save_licenses(work: Work, states: Sequence[LicenseState]) -> None:
    """Keeps each license's number and holder, unless a later version is kept already."""
    await work.run(
        """INSERT INTO license (license_id, number, person_id, version)
           SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:numbers AS text[]), CAST(:people AS uuid[]),
                                CAST(:versions AS bigint[]))
           ON CONFLICT (license_id) DO UPDATE SET number = excluded.number, person_id = excluded.person_id,
               version = excluded.version
           WHERE excluded.version > license.version""",
        ids=[s.license_id for s in states], numbers=[s.number for s in states],
        people=[s.person_id for s in states], versions=[s.said.version for s in states],
    )  # fmt: skip


async def save_organizations(work: Work, states: Sequence[OrganizationState]) -> None:
    """Keeps each organization's code, unless a later version is kept already."""
    await work.run(
        """INSERT INTO organization (organization_id, code, version)
           SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:codes AS text[]), CAST(:versions AS bigint[]))
           ON CONFLICT (organization_id) DO UPDATE SET code = excluded.code, version = excluded.version
           WHERE excluded.version > organization.version""",
        ids=[s.organization_id for s in states], codes=[s.code for s in states],
        versions=[s.said.version for s in states],
    )  # fmt: skip


async def find_named(
    work: Work, numbers: Iterable[str], licenses: Iterable[str], people: Iterable[PersonId] = ()
) -> Directory:
    """Those whom these educator numbers, license numbers and ids name, after merges: one statement for all.

    LIMIT 1 makes each look-up one of an index: a join that the planner may choose freely reads the whole table.
    """
    rows = await work.rows(
        """WITH RECURSIVE named (kind, name, license_id, person_id, merged_into, last_names) AS (
               SELECT 'number', educator_number, CAST(NULL AS uuid), person_id, merged_into, last_names
               FROM person WHERE educator_number = ANY(CAST(:numbers AS text[]))
               UNION ALL
               SELECT 'license', number, license_id, license.person_id, merged_into, last_names
               FROM license LEFT JOIN LATERAL (
                   SELECT merged_into, last_names FROM person WHERE person_id = license.person_id LIMIT 1
               ) AS holder ON TRUE WHERE number = ANY(CAST(:licenses AS text[]))
               UNION ALL
               SELECT 'person', '', NULL, person_id, merged_into, last_names
               FROM person WHERE person_id = ANY(CAST(:people AS uuid[]))
           ), followed AS (
               SELECT named.*, CASE WHEN last_names IS NOT NULL THEN person_id END AS remaining, 0 AS merges FROM named
               UNION ALL
               SELECT kind, name, license_id, followed.person_id, next.merged_into,
                      followed.last_names || next.last_names, next.person_id, merges + 1
               FROM followed CROSS JOIN LATERAL (
                   SELECT * FROM person WHERE person.person_id = followed.merged_into LIMIT 1) AS next
               WHERE followed.merged_into IS NOT NULL AND merges < :merges
           ) SELECT kind, name, license_id, person_id, remaining, last_names FROM followed WHERE merged_into IS NULL""",
        numbers=list(numbers), licenses=list(licenses), people=list(people), merges=MERGES,
    )  # fmt: skip
    return Directory(
        by_number={row.name: _person(row) for row in rows if row.kind == "number"},
        by_license={row.name: _license(row) for row in rows if row.kind == "license"},
        remaining={PersonId(row.person_id): PersonId(row.remaining) for row in rows if row.remaining},
    )


def _person(row: Any) -> Person:
    return Person(PersonId(row.remaining), frozenset(row.last_names))


def _license(row: Any) -> License:
    holder = _person(row) if row.remaining else None
    return License(LicenseId(row.license_id), PersonId(row.person_id), holder)


async def find_organizations(work: Work, codes: Iterable[str]) -> Mapping[str, OrganizationId]:
    """The organizations of these codes."""
    if not (wanted := list(codes)):
        return {}
    rows = await work.rows(
        "SELECT code, organization_id FROM organization WHERE code = ANY(CAST(:codes AS text[]))", codes=wanted
    )
    return {row.code: OrganizationId(row.organization_id) for row in rows}


async def find_licenses_of(work: Work, people: Iterable[PersonId]) -> Mapping[PersonId, Sequence[LicenseId]]:
    """The licenses that these people hold, with those of whoever was merged into them."""
    if not (wanted := list(people)):
        return {}
    rows = await work.rows(
        """SELECT coalesce(person.merged_into, license.person_id) AS person_id, license_id
           FROM license LEFT JOIN person ON person.person_id = license.person_id
           WHERE license.person_id = ANY(CAST(:people AS uuid[])) OR license.person_id IN (
               SELECT person_id FROM person WHERE merged_into = ANY(CAST(:people AS uuid[])))
           ORDER BY number""",
        people=wanted,
    )
    found: dict[PersonId, list[LicenseId]] = {}
    for row in rows:
        found.setdefault(PersonId(row.person_id), []).append(LicenseId(row.license_id))
    return found
