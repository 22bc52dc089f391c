"""The migrations make exactly the tables that the code describes."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from services.renewals.tables import metadata
from shared.database import Database
from shared.migrations import has_migrations


async def test_migrations_lead_to_the_tables_of_the_code(fresh_database: Any) -> None:
    assert has_migrations("renewals")
    database = Database(await fresh_database("renewals"))

    def differences(connection: Connection) -> Any:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return compare_metadata(context, metadata)

    async with database.begin() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()
