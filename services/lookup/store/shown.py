"""Every SQL statement that changes the read model: set-based, guarded by version, in the schema that is named.

Rows travel as one JSON value a statement: its cost is the database's, and half of what arrays cost in Python.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import orjson

from services.lookup.domain.names import NameKey, name_keys, number_key, slips_of
from services.lookup.store import settling
from services.lookup.tables import SHOWN
from shared.contracts.credentials import LicenseState
from shared.contracts.identity import OrganizationState, PersonState
from shared.messaging.erasure import Erased
from shared.messaging.work import Work


async def save_licenses(work: Work, states: Sequence[LicenseState], schema: str = SHOWN) -> None:
    """Each license as its state says, with its holder; one that is shown in a later version stays.

    Unchanged keys: a HOT update. What has a holder whom it had not is listed under their names.
    """
    await settling.hold_with_others(work, schema)
    rows = await work.rows(
        _SAVE_LICENSES.format(schema=schema),
        rows=_json([_license_row(state) for state in states]),
    )
    await settling.list_names(work, [row.license_id for row in rows], schema)


_SAVE_LICENSES = f"""
    WITH saved AS (
    INSERT INTO {{schema}}.license AS shown (license_id, version, public_id, number, number_key, person_id,
        license_type, license_class, endorsements, periods, standing, standing_until, provisional, discipline,
        holder_id, name, name_version, districts)
    SELECT license_id, own.version, public_id, number, number_key, own.person_id, license_type, license_class,
           endorsements, periods, standing, standing_until, provisional, discipline, {settling.OF_HOLDER}
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS own (
        license_id uuid, version bigint, public_id text, number text, number_key text, person_id uuid,
        license_type text, license_class text, endorsements jsonb, periods jsonb, standing text,
        standing_until date, provisional boolean, discipline jsonb) {settling.JOIN_HOLDER}
    ON CONFLICT (license_id) DO UPDATE SET version = excluded.version, public_id = excluded.public_id,
        number = excluded.number, number_key = excluded.number_key, person_id = excluded.person_id,
        license_type = excluded.license_type, license_class = excluded.license_class,
        endorsements = excluded.endorsements, periods = excluded.periods, standing = excluded.standing,
        standing_until = excluded.standing_until, provisional = excluded.provisional,
        discipline = excluded.discipline, holder_id = excluded.holder_id, name = excluded.name,
        name_version = excluded.name_version, districts = excluded.districts
    WHERE excluded.version > shown.version
    RETURNING license_id, holder_id)
    SELECT license_id FROM saved WHERE NOT EXISTS (
        SELECT FROM {{schema}}.license AS before
        WHERE before.license_id = saved.license_id AND before.holder_id = saved.holder_id)
"""


def _license_row(state: LicenseState) -> dict[str, Any]:
    """What of a license is public: of its periods the days alone."""
    return {
        "license_id": state.license_id,
        "version": state.said.version,
        "public_id": state.public_id,
        "number": state.number,
        "number_key": number_key(state.number),
        "person_id": state.person_id,
        "license_type": state.license_type,
        "license_class": state.license_class,
        "endorsements": state.endorsements,
        "periods": [{"effective_from": p.effective_from, "valid_until": p.valid_until} for p in state.periods],
        "standing": state.standing,
        "standing_until": state.standing_until,
        "provisional": state.provisional,
        "discipline": [action.model_dump() for action in state.discipline],
    }


async def save_people(work: Work, states: Sequence[PersonState], schema: str = SHOWN) -> None:
    """Each person with every key they are found under, unless a later version is shown; and so their licenses."""
    await settling.hold_alone(work, schema)
    before = await settling.holders_of(work, [state.person_id for state in states], schema)
    rows = await work.rows(
        f"""INSERT INTO {schema}.person AS shown (person_id, version, name, districts, merged_into, holder_id)
            SELECT person_id, version, name, districts, merged_into, coalesce(merged_into, person_id)
            FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (
                person_id uuid, version bigint, name text, districts uuid[], merged_into uuid)
            ON CONFLICT (person_id) DO UPDATE SET version = excluded.version, name = excluded.name,
                districts = excluded.districts, merged_into = excluded.merged_into, holder_id = excluded.holder_id
            WHERE excluded.version > shown.version
            RETURNING person_id""",
        rows=_json([_person_row(state) for state in states]),
    )
    changed = {row.person_id for row in rows}
    await _save_names(work, {s.person_id: name_keys(s) for s in states if s.person_id in changed}, schema)
    if any(state.merged_into for state in states) or await _any_merged_into(work, changed, schema):
        await _settle_merges(work, schema)
    now = await settling.holders_of(work, changed, schema)
    await settling.settle(work, before | changed | now, schema)


def _person_row(state: PersonState) -> dict[str, Any]:
    return {
        "person_id": state.person_id,
        "version": state.said.version,
        "name": state.name.full,
        "districts": _array(state.districts),
        "merged_into": state.merged_into,
    }


async def _save_names(work: Work, keys: dict[Any, frozenset[NameKey]], schema: str) -> None:
    """The keys of these people become exactly the ones given; nothing is written for a name that stays."""
    wanted = _json([{"person_id": i, "last": k.last, "first": k.first} for i, found in keys.items() for k in found])
    await work.run(
        f"""DELETE FROM {schema}.name AS shown WHERE person_id = ANY(CAST(:ids AS uuid[])) AND NOT EXISTS (
                SELECT FROM jsonb_to_recordset(CAST(:wanted AS jsonb)) AS given (person_id uuid, last text, first text)
                WHERE (given.person_id, given.last, given.first) = (shown.person_id, shown.last, shown.first))""",
        ids=list(keys), wanted=wanted,
    )  # fmt: skip
    await work.run(
        f"""INSERT INTO {schema}.name (person_id, last, first)
            SELECT * FROM jsonb_to_recordset(CAST(:wanted AS jsonb)) AS given (person_id uuid, last text, first text)
            ON CONFLICT DO NOTHING""",
        wanted=wanted,
    )
    await save_surnames(work, {key.last for found in keys.values() for key in found}, schema)


async def save_surnames(work: Work, lasts: Collection[str], schema: str) -> None:
    """These surnames can be found by who misspells them."""
    unknown = await work.rows(
        f"""SELECT last FROM unnest(CAST(:lasts AS text[])) AS given (last)
            WHERE NOT EXISTS (SELECT FROM {schema}.surname AS known WHERE known.last = given.last COLLATE "C")""",
        lasts=list(lasts),
    )
    if unknown:
        await work.run(
            f"""INSERT INTO {schema}.surname (last, slips)
                SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (last text, slips int[])
                ON CONFLICT DO NOTHING""",
            rows=_json([{"last": row.last, "slips": _array(slips_of(row.last))} for row in unknown]),
        )


async def _any_merged_into(work: Work, people: Collection[UUID], schema: str) -> bool:
    """Whether others were merged into one of these: they may have a new holder now."""
    sql = f"""SELECT 1 FROM {schema}.person
              WHERE merged_into IS NOT NULL AND merged_into = ANY(CAST(:ids AS uuid[])) LIMIT 1"""
    return await work.row(sql, ids=list(people)) is not None


async def _settle_merges(work: Work, schema: str) -> None:
    """Gives every merged person the one who remains, through any number of merges. Rare, so all of them at once."""
    await work.run(
        f"""WITH RECURSIVE chain AS (
                SELECT person_id, merged_into AS at, 1 AS hops FROM {schema}.person WHERE merged_into IS NOT NULL
                UNION ALL
                SELECT chain.person_id, person.merged_into, hops + 1
                FROM chain JOIN {schema}.person ON person.person_id = chain.at
                WHERE person.merged_into IS NOT NULL AND hops < 10),
            last AS (SELECT DISTINCT ON (person_id) person_id, at FROM chain ORDER BY person_id, hops DESC)
            UPDATE {schema}.person SET holder_id = last.at FROM last
            WHERE person.person_id = last.person_id AND person.holder_id <> last.at"""
    )


async def save_organizations(work: Work, states: Sequence[OrganizationState], schema: str = SHOWN) -> None:
    """Each organization's name, unless a later version is shown."""
    await work.run(
        f"""INSERT INTO {schema}.organization AS shown (organization_id, version, code, name, kind)
            SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (
                organization_id uuid, version bigint, code text, name text, kind text)
            ON CONFLICT (organization_id) DO UPDATE SET version = excluded.version, code = excluded.code,
                name = excluded.name, kind = excluded.kind
            WHERE excluded.version > shown.version""",
        rows=_json([s.model_dump(include={"organization_id", "code", "name", "kind"}) | {"version": s.said.version}
                    for s in states]),
    )  # fmt: skip


async def forget_licenses(work: Work, erased: Sequence[Erased], schema: str = SHOWN) -> None:
    """These licenses are shown no more, under no name."""
    await settling.hold_with_others(work, schema)
    await _forget(work, erased, f"{schema}.license", "license_id")
    await work.run(
        f"""DELETE FROM {schema}.listed WHERE license_id = ANY(CAST(:ids AS uuid[])) AND NOT EXISTS (
                SELECT FROM {schema}.license WHERE license.license_id = listed.license_id)""",
        ids=[each.erased_id for each in erased],
    )


async def forget_people(work: Work, erased: Sequence[Erased], schema: str = SHOWN) -> None:
    """These people are shown no more, under no name."""
    await settling.hold_alone(work, schema)
    ids = [each.erased_id for each in erased]
    holders = await settling.holders_of(work, ids, schema)
    await _forget(work, erased, f"{schema}.person", "person_id")
    await work.run(
        f"""DELETE FROM {schema}.name WHERE person_id = ANY(CAST(:ids AS uuid[])) AND NOT EXISTS (
                SELECT FROM {schema}.person WHERE person.person_id = name.person_id)""",
        ids=ids,
    )
    await settling.settle(work, holders.union(ids), schema)


async def forget_organizations(work: Work, erased: Sequence[Erased], schema: str = SHOWN) -> None:
    """These organizations are shown no more."""
    await _forget(work, erased, f"{schema}.organization", "organization_id")


async def _forget(work: Work, erased: Sequence[Erased], table: str, key: str) -> None:
    """Deletes the rows; one that is known in a later version than its tombstone's stays."""
    await work.run(
        f"""DELETE FROM {table} AS shown
            USING unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[])) AS given (erased_id, version)
            WHERE shown.{key} = given.erased_id AND (given.version = 0 OR shown.version <= given.version)""",
        ids=[each.erased_id for each in erased],
        versions=[each.said.version for each in erased],
    )


def _array(values: Sequence[UUID] | Sequence[int]) -> str:
    """PostgreSQL's text of an array of ids or numbers."""
    return "{" + ",".join(map(str, values)) + "}"


def _json(rows: Sequence[dict[str, Any]]) -> str:
    return orjson.dumps(rows).decode()
