"""Whose a license is, and under which names it is found: settled when either is said, so that nobody who asks waits.

A license and its holder are said on two topics and shown in two transactions, which do not see each other. So whoever
shows people holds a lock alone, whoever shows licenses holds it with others of their kind, both from before they
write until they commit: the later one sees what the earlier one showed.
"""

from collections.abc import Collection
from uuid import UUID

from services.lookup.tables import SHOWN
from shared.messaging.work import Work

_LOCK = 0x484F4C44  # "HOLD"


async def hold_alone(work: Work, schema: str) -> None:
    """Nobody else shows people or licenses until this commits."""
    await work.run("SELECT pg_advisory_xact_lock(:lock, :model)", lock=_LOCK, model=_number(schema))


async def hold_with_others(work: Work, schema: str) -> None:
    """Nobody shows people until this commits."""
    await work.run("SELECT pg_advisory_xact_lock_shared(:lock, :model)", lock=_LOCK, model=_number(schema))


def _number(schema: str) -> int:
    """A lock for each read model: who builds the second keeps nobody waiting who shows in the first."""
    return 0 if schema == SHOWN else 1


async def holders_of(work: Work, people: Collection[UUID], schema: str) -> set[UUID]:
    """Who remains of these people after all merges."""
    sql = f"SELECT DISTINCT holder_id FROM {schema}.person WHERE person_id = ANY(CAST(:ids AS uuid[]))"
    return {row.holder_id for row in await work.rows(sql, ids=list(people))}


async def settle(work: Work, holders: Collection[UUID], schema: str) -> None:
    """Each license that one of these people held until now has its holder's name and districts, and is listed anew."""
    rows = await work.rows(_HOLDER.format(schema=schema), holders=list(holders))
    await list_names(work, [row.license_id for row in rows], schema)


async def list_names(work: Work, licenses: Collection[UUID], schema: str) -> None:
    """Each of these licenses is found under each name that its holder has, and under no other."""
    if licenses:
        await work.run(_LISTED.format(schema=schema), ids=list(licenses))


# What a license has of its holder, and where it is found, for a license that is called `own`.
OF_HOLDER = """
    coalesce(person.holder_id, own.person_id) AS holder_id, coalesce(holder.name, '') AS name,
    coalesce(holder.version, 0) AS name_version, coalesce(holder.districts, '{{}}') AS districts"""
JOIN_HOLDER = """
    LEFT JOIN {schema}.person AS person ON person.person_id = own.person_id
    LEFT JOIN {schema}.person AS holder ON holder.person_id = person.holder_id"""
_HOLDER = f"""
    UPDATE {{schema}}.license AS shown
    SET holder_id = now.holder_id, name = now.name, name_version = now.name_version, districts = now.districts
    FROM (SELECT own.license_id, {OF_HOLDER}
          FROM {{schema}}.license AS own {JOIN_HOLDER}
          WHERE own.holder_id = ANY(CAST(:holders AS uuid[]))) AS now
    WHERE shown.license_id = now.license_id
    RETURNING shown.license_id
"""

# A person merged into another is found under both names; the licenses of both are the one's who remains.
_LISTED = """
    WITH given AS (SELECT license_id FROM unnest(CAST(:ids AS uuid[])) AS given (license_id)),
    wanted AS (
        SELECT DISTINCT name.last, name.first, license.license_id
        FROM given JOIN {schema}.license AS license ON license.license_id = given.license_id
        CROSS JOIN LATERAL (
            SELECT license.holder_id AS person_id UNION ALL
            SELECT alias.person_id FROM {schema}.person AS alias
            WHERE alias.merged_into IS NOT NULL AND alias.holder_id = license.holder_id) AS called
        JOIN {schema}.name AS name ON name.person_id = called.person_id),
    gone AS (
        DELETE FROM {schema}.listed AS listed USING given
        WHERE listed.license_id = given.license_id AND NOT EXISTS (
            SELECT FROM wanted
            WHERE (wanted.license_id, wanted.last, wanted.first) = (listed.license_id, listed.last, listed.first)))
    INSERT INTO {schema}.listed (last, first, license_id)
    SELECT last, first, license_id FROM wanted ON CONFLICT DO NOTHING
"""
