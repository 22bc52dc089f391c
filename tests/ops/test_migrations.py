"""Each service's versions make the tables that its code means; two deployments that start at once do not collide."""

import asyncio
import importlib

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
