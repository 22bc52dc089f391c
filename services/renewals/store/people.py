"""Whom renewals knows: people and organizations, as identity last said."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from shared.contracts.identity import OrganizationState, PersonState
from shared.contracts.values import Grant
from shared.database import Row
from shared.ids import OrganizationId, PersonId
from shared.messaging.work import Work

STATE_OFFICE = "state_office"


@dataclass(frozen=True, slots=True)
class Person:
    """A person as identity last said."""

    person_id: PersonId
    name: str
    educator_number: str
    districts: tuple[OrganizationId, ...]


@dataclass(frozen=True, slots=True)
class Organization:
    """A district or office, with who acts for it on which days."""

    organization_id: OrganizationId
    name: str
    kind: str
    place: str
    hours: str
    phone: str
    grants: tuple[Grant, ...]


async def save_people(work: Work, states: Sequence[PersonState]) -> dict[UUID, list[OrganizationId]]:
    """Writes the people whose state is later than what is known; for each of them, the districts known before."""
    rows = await work.rows(
        """WITH given AS (
               SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[]), CAST(:numbers AS text[]),
                                    CAST(:names AS text[]), CAST(:sort_names AS text[]), CAST(:districts AS text[]),
                                    CAST(:merged AS uuid[]))
                        AS given (id, version, number, name, sort_name, districts, merged_into)),
           before AS MATERIALIZED (
               SELECT person_id, districts FROM person WHERE person_id = ANY(CAST(:ids AS uuid[]))),
           saved AS (
               INSERT INTO person AS p (person_id, version, educator_number, name, sort_name, districts, merged_into)
               SELECT id, version, number, name, sort_name, CAST(string_to_array(districts, ',') AS uuid[]), merged_into
               FROM given
               ON CONFLICT (person_id) DO UPDATE
               SET version = excluded.version, educator_number = excluded.educator_number, name = excluded.name,
                   sort_name = excluded.sort_name, districts = excluded.districts, merged_into = excluded.merged_into
               WHERE excluded.version > p.version RETURNING person_id)
           SELECT saved.person_id, before.districts FROM saved LEFT JOIN before USING (person_id)""",
        ids=[s.person_id for s in states],
        versions=[s.said.version for s in states],
        numbers=[s.educator_number for s in states],
        names=[s.name.full for s in states],
        sort_names=[f"{s.name.last} {s.name.first}".casefold() for s in states],
        districts=[",".join(map(str, s.districts)) for s in states],
        merged=[s.merged_into for s in states],
    )
    return {row.person_id: list(row.districts or ()) for row in rows}


async def save_organizations(work: Work, states: Sequence[OrganizationState]) -> None:
    """Writes the organizations whose state is later than what is known."""
    await work.run(
        """INSERT INTO organization AS o (organization_id, version, code, name, kind, place, hours, phone, grants)
           SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[]), CAST(:codes AS text[]),
                                CAST(:names AS text[]), CAST(:kinds AS text[]), CAST(:places AS text[]),
                                CAST(:hours AS text[]), CAST(:phones AS text[]), CAST(:grants AS jsonb[]))
           ON CONFLICT (organization_id) DO UPDATE
           SET version = excluded.version, code = excluded.code, name = excluded.name, kind = excluded.kind,
               place = excluded.place, hours = excluded.hours, phone = excluded.phone, grants = excluded.grants
           WHERE excluded.version > o.version""",
        ids=[s.organization_id for s in states],
        versions=[s.said.version for s in states],
        codes=[s.code for s in states],
        names=[s.name for s in states],
        kinds=[s.kind for s in states],
        places=[s.place for s in states],
        hours=[s.hours for s in states],
        phones=[s.phone for s in states],
        grants=[orjson.dumps([g.model_dump(mode="json") for g in s.grants]).decode() for s in states],
    )


async def find_people(work: Work, ids: Collection[UUID]) -> dict[UUID, Person]:
    """Those of these people that are known."""
    rows = await work.rows("SELECT * FROM person WHERE person_id = ANY(CAST(:ids AS uuid[]))", ids=list(ids))
    return {row.person_id: Person(row.person_id, row.name, row.educator_number, tuple(row.districts)) for row in rows}


async def same_person(work: Work, person_id: UUID) -> frozenset[UUID]:
    """Every id of this person: their own, the one they were merged into, and all that were merged into that."""
    rows = await work.rows(
        """WITH main AS (SELECT coalesce((SELECT merged_into FROM person WHERE person_id = :id), :id) AS id)
           SELECT id FROM main UNION SELECT person_id FROM person WHERE merged_into = (SELECT id FROM main)""",
        id=person_id,
    )
    return frozenset({person_id, *(row.id for row in rows)})


async def find_organizations(work: Work, ids: Collection[UUID | None]) -> dict[UUID, Organization]:
    """Those of these organizations that are known."""
    rows = await work.rows(
        "SELECT * FROM organization WHERE organization_id = ANY(CAST(:ids AS uuid[]))", ids=[i for i in ids if i]
    )
    return {row.organization_id: _organization(row) for row in rows}


async def find_state_office(work: Work) -> Organization | None:
    """The state's office, once identity has said it."""
    row = await work.row(
        "SELECT * FROM organization WHERE kind = :kind ORDER BY organization_id LIMIT 1", kind=STATE_OFFICE
    )
    return _organization(row) if row else None


def _organization(row: Row) -> Organization:
    grants = tuple(Grant.model_validate(grant) for grant in row.grants)
    return Organization(row.organization_id, row.name, row.kind, row.place, row.hours, row.phone, grants)
