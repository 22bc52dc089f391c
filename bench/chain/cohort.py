"""Renewals that are ready to be approved: in every service's database what it would know by then."""

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import UUID

import asyncpg

from shared.contracts.values import Authority
from shared.ids import OrganizationId, PersonId
from shared.policies import Policy, load

SERVICES = ("renewals", "credentials", "lookup", "printing", "correspondence")
YEARS = 5


@cache
def policy() -> Policy:
    """The rules that all contenders apply."""
    return load("mississippi")


def ends_on(today: date) -> date:
    """The last day of the period that is renewed: the next 30 June."""
    return date(today.year + (today.month > 6), 6, 30)


def id_of(kind: str, number: int | str = "") -> UUID:
    """The id of the cohort's n-th license, person, application or reservation; as PostgreSQL's md5() makes it."""
    return UUID(hashlib.md5(f"{kind}{number}".encode(), usedforsecurity=False).hexdigest())


CHIEF = Authority(
    person_id=PersonId(id_of("chief")), name="Ada Moss", role="superintendent",
    organization_id=OrganizationId(id_of("district")),
)  # fmt: skip
"""Who approves them all: they wait in one district's queue. Nobody has an e-mail address: no letter is sent out."""

_LICENSE, _PERSON, _APPLICATION, _RESERVATION = (
    f"md5('{kind}' || n)::uuid" for kind in ("license", "person", "application", "reservation")
)
_NUMBER = "'B' || lpad(n::text, 7, '0')"
_CODES = """'["116", "120"]'"""


def credentials(begun: str, until: str, filed: str) -> tuple[str, ...]:
    """Licenses in the last year of their period, each with credits set aside for its renewal."""
    return (
        f"""INSERT INTO license (license_id, version, public_id, number, person_id, license_type, license_class,
                endorsements, periods, valid_until, standing, provisional)
            SELECT {_LICENSE}, 1, md5('public' || n), {_NUMBER}, {_PERSON}, 'standard', 'AA', ARRAY['116', '120'],
                jsonb_build_array(jsonb_build_object(
                    'effective_from', {begun}, 'valid_until', {until}, 'earning_from', {begun})),
                {until}, 'good', false""",
        f"""INSERT INTO reservation (reservation_id, application_id, license_id, person_id, option, from_valid_until,
                filed_on, policy_version, made_at, state)
            SELECT {_RESERVATION}, {_APPLICATION}, {_LICENSE}, {_PERSON}, 'AA-CEU', {until}, {filed}::date,
                '{policy().version}', {filed}, 'held'""",
    )


def renewals(begun: str, until: str, filed: str) -> tuple[str, ...]:
    """Applications that wait in a district's queue, their one original seen."""
    return (
        f"""INSERT INTO application (application_id, version, state, reference, kind, person_id, license_id,
                license_number, option, filed_at, district_id, due_on, wanted, seen, reservation_id, from_valid_until,
                new_valid_until, policy_version)
            SELECT {_APPLICATION}, 1, 'waiting', 'R-' || n, 'renewal', {_PERSON}, {_LICENSE}, {_NUMBER}, 'AA-CEU',
                {filed}, '{CHIEF.organization_id}', {until}, 1, 1, {_RESERVATION}, {until},
                ({until} + interval '{YEARS} years')::date, '{policy().version}'""",
        f"""INSERT INTO open_application (license_id, application_id, person_id, district_id, to_state, due_on, state,
                from_valid_until)
            SELECT {_LICENSE}, {_APPLICATION}, {_PERSON}, '{CHIEF.organization_id}', false, {until}, 'waiting',
                {until}""",
        f"""INSERT INTO original (application_id, number, title, must_show, seen_by, seen_name, seen_at)
            SELECT {_APPLICATION}, 1, 'Certificate', '[]', '{CHIEF.person_id}', '{CHIEF.name}', {filed}""",
    )


def lookup(begun: str, until: str, filed: str) -> tuple[str, ...]:
    """What the public sees before the renewal."""
    return (
        f"""INSERT INTO shown.license (license_id, version, public_id, number, number_key, person_id, license_type,
                license_class, endorsements, periods, standing, provisional, discipline, holder_id, name,
                name_version, districts)
            SELECT {_LICENSE}, 1, md5('public' || n), {_NUMBER}, {_NUMBER}, {_PERSON}, 'standard', 'AA', {_CODES},
                jsonb_build_array(jsonb_build_object('effective_from', {begun}, 'valid_until', {until})), 'good',
                false, '[]', {_PERSON}, 'Educator ' || n, 1, '{{}}'""",
        f"""INSERT INTO shown.person (person_id, version, name, districts, holder_id)
            SELECT {_PERSON}, 1, 'Educator ' || n, '{{}}', {_PERSON}""",
    )


def printing(begun: str, until: str, filed: str) -> tuple[str, ...]:
    """The licenses as printing has heard of them."""
    return (
        f"""INSERT INTO license (license_id, version, number, person_id, public_id, license_type, license_class,
                endorsements, standing, periods, ends)
            SELECT {_LICENSE}, 1, {_NUMBER}, {_PERSON}, md5('public' || n), 'standard', 'AA', {_CODES}, 'good',
                jsonb_build_array(jsonb_build_array({begun}, {until})), jsonb_build_array({until})""",
    )


def correspondence(begun: str, until: str, filed: str) -> tuple[str, ...]:
    """Whom letters go to."""
    return (
        f"""INSERT INTO recipient (person_id, version, name, language)
            SELECT {_PERSON}, 1, 'Educator ' || n, 'en'""",
    )


FILLS = {fill.__name__: fill for fill in (credentials, renewals, lookup, printing, correspondence)}


async def fill(databases: Mapping[str, str], first: int, last: int, *, past: bool = False) -> None:
    """Makes the renewals `first` to `last` in the databases given, and lets PostgreSQL know its tables.

    Those of the past are completed: they wait in no queue, and nothing of this bench was done to them.
    """
    now = datetime.now(UTC)
    until = ends_on(now.date())
    begun = date(until.year - YEARS, 7, 1)
    given = f"date '{begun}'", f"date '{until}'", f"timestamptz '{now - timedelta(days=1)}'"

    async def fill_one(service: str) -> None:
        connection = await asyncpg.connect(databases[service])
        for statement in FILLS[service](*given):
            if past and "INSERT INTO open_application" in statement:
                continue
            told = statement.replace("'waiting'", "'completed'") if past else statement
            await connection.execute(f"{told} FROM generate_series({first}, {last}) AS n")
        await connection.execute("VACUUM ANALYZE")
        await connection.close()

    await asyncio.gather(*(fill_one(service) for service in databases if service in FILLS))
