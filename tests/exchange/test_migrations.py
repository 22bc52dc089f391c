"""The migrations make the tables that the code knows, and no other."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from services.exchange.tables import metadata
from shared.database import Database
from tests.conftest import FreshDatabase


async def test_the_migrations_make_the_tables_that_the_code_knows(fresh_database: FreshDatabase) -> None:
    database = Database(await fresh_database("exchange"))

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return [*compare_metadata(context, metadata)]

    async with database.begin() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()
