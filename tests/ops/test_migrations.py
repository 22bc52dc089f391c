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
from shared.migrations import has_migrations, migrate
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
    assert await migrate("renewals", url) == ["0003"]
    place = await connection.fetchrow("SELECT state, claimed_by, from_valid_until FROM open_application")
    assert place == ("waiting", await connection.fetchval("SELECT md5('c')::uuid"), date(2026, 6, 30))
    await connection.close()
