"""The migrations make the tables that the code speaks of."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from services.lookup.tables import metadata
from shared.database import Database
from tests.conftest import FreshDatabase


async def test_the_migrations_make_what_the_tables_say(fresh_database: FreshDatabase) -> None:
    database = Database(await fresh_database("lookup"))

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"include_schemas": True, "compare_type": True})
        return [found for found in compare_metadata(context, metadata) if "alembic_version" not in str(found)]

    async with database.begin() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()
