"""Each service's versions make the tables that its code means; two deployments that start at once do not collide."""

import asyncio
import importlib
from datetime import date

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from ops.prepare import with_database
from services.lookup.app import service as lookup
from services.lookup.queries.search import Question, find
from shared.migrations import has_migrations, migrate
from shared.runtime import Runtime
from shared.settings import Settings
from tests.conftest import FreshDatabase


def differences(connection: Connection, metadata: MetaData) -> list[object]:
    """What Alembic would still change."""
    schemas = {table.schema for table in metadata.tables.values()}
    options = {
        "include_schemas": True,
        "include_name": lambda name, kind, _: kind != "schema" or name in schemas,
        "compare_type": True,
        "compare_server_default": True,
    }
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


@pytest.mark.parametrize("service", with_database())
async def test_the_newest_version_is_what_the_code_means(service: str, fresh_database: FreshDatabase) -> None:
    assert has_migrations(service)
    metadata: MetaData = importlib.import_module(f"services.{service}.tables").metadata
    url = make_url(await fresh_database(service)).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences, metadata) == []


async def test_two_that_migrate_at_once_wait_for_each_other(fresh_database: FreshDatabase) -> None:
    url = await fresh_database()
    applied = await asyncio.gather(*(migrate("lookup", url) for _ in range(3)))
    assert sorted(map(len, applied))[:2] == [0, 0]
    assert max(map(len, applied)) >= 1
    assert await migrate("lookup", url) == []


async def test_places_that_are_held_already_learn_what_queues_count(fresh_database: FreshDatabase) -> None:
    url = await fresh_database("renewals")
    connection = await asyncpg.connect(url)
    await connection.execute(
        """ALTER TABLE open_application DROP COLUMN state, DROP COLUMN claimed_by, DROP COLUMN from_valid_until;
           UPDATE alembic_version SET version_num = '0002';
           INSERT INTO application (application_id, version, state, reference, kind, person_id, license_id, option,
                                    filed_at, due_on, claimed_by, from_valid_until)
           VALUES (md5('a')::uuid, 3, 'waiting', 'R-1', 'renewal', md5('p')::uuid, md5('l')::uuid, 'AA-CEU', now(),
                   '2026-07-01', md5('c')::uuid, '2026-06-30');
           INSERT INTO open_application (license_id, application_id, person_id, to_state, due_on)
           VALUES (md5('l')::uuid, md5('a')::uuid, md5('p')::uuid, false, '2026-07-01')"""
    )
    assert await migrate("renewals", url) == ["0003", "0004"]
    place = await connection.fetchrow("SELECT state, claimed_by, from_valid_until FROM open_application")
    assert place == ("waiting", await connection.fetchval("SELECT md5('c')::uuid"), date(2026, 6, 30))
    await connection.close()


async def test_licenses_that_are_shown_already_have_their_holders_and_are_found_by_name(
    fresh_database: FreshDatabase,
) -> None:
    url = await fresh_database("lookup")
    connection = await asyncpg.connect(url)
    await connection.execute(
        """DROP TABLE shown.listed;
           ALTER TABLE shown.license DROP COLUMN holder_id, DROP COLUMN name, DROP COLUMN name_version,
               DROP COLUMN districts;
           CREATE INDEX ix_license_person_id ON shown.license (person_id);
           CREATE INDEX ix_person_holder ON shown.person (person_id);
           CREATE INDEX ix_name_search ON shown.name (last, first, person_id);
           ALTER TABLE shown.surname DROP COLUMN slips;
           CREATE INDEX ix_surname_similar ON shown.surname USING gin (last gin_trgm_ops);
           UPDATE alembic_version SET version_num = '0003';
           INSERT INTO shown.license (license_id, version, public_id, number, number_key, person_id, license_type,
                                      license_class, endorsements, periods, standing, provisional, discipline)
           SELECT md5('license' || n)::uuid, 1, n::text, n::text, n::text, md5('person' || n)::uuid, 'standard', 'A',
                  '[]', '[]', 'good', false, '[]' FROM generate_series(1, 3) AS n;
           INSERT INTO shown.person (person_id, version, name, districts, merged_into, holder_id)
           VALUES (md5('person1')::uuid, 4, 'Ann Lee', ARRAY[md5('d')::uuid], NULL, md5('person1')::uuid),
                  (md5('person2')::uuid, 2, 'Ann Leigh', '{}', md5('person1')::uuid, md5('person1')::uuid);
           INSERT INTO shown.name VALUES (md5('person1')::uuid, 'lee', 'ann'), (md5('person2')::uuid, 'leigh', 'ann');
           INSERT INTO shown.surname VALUES ('lee'), ('leigh')"""
    )
    assert await migrate("lookup", url) == ["0004", "0005"]
    rows = await connection.fetch("SELECT number, name, name_version, cardinality(districts) FROM shown.license")
    assert sorted(map(tuple, rows)) == [("1", "Ann Lee", 4, 1), ("2", "Ann Lee", 4, 1), ("3", "", 0, 0)]
    runtime = Runtime(lookup, Settings(database=url))
    async with runtime.reading(actor="test") as work:
        questions = [Question.read(query, work.policy, 50) for query in ("lee", "leigh", "liegh")]
        pages = await find(work, questions)
    assert [sorted(row["number"] for row in pages[q]["licenses"]) for q in questions] == [["1", "2"]] * 3
    await runtime.close()
    await connection.close()
