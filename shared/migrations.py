"""Database migrations: forward only, one chain of versions per service in `services/<name>/migrations/versions`.

Alembic is driven from here, so a service has version files and no environment of its own. Whoever migrates holds an
advisory lock of that database: two deployments that start at once wait for each other.
"""

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

_SERVICES = Path(__file__).resolve().parents[1] / "services"
_LOCK = 0x656C6D73  # "elms"; locks are per database, so one number serves every service


def has_migrations(service: str) -> bool:
    """Whether the service keeps a database at all."""
    return any((_SERVICES / service / "migrations" / "versions").glob("*.py"))


async def migrate(service: str, url: str) -> list[str]:
    """Bring the service's database to its newest version; the versions that were applied, oldest first.

    Raises what a version raises; that version is rolled back, those before it stay.
    """
    engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_upgrade, _scripts(service))
    finally:
        await engine.dispose()


def _scripts(service: str) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(_SERVICES / service / "migrations"))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def _upgrade(connection: Connection, scripts: ScriptDirectory) -> list[str]:
    applied: list[str] = []

    def steps(revision: Any, context: MigrationContext) -> list[RevisionStep]:
        found: list[RevisionStep] = scripts._upgrade_revs("heads", revision)
        applied.extend(str(step.revision.revision) for step in found if step.revision)
        return found

    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
    connection.commit()  # the lock is the session's and ends with it; each version has a transaction of its own
    with EnvironmentContext(Config(), scripts, fn=steps) as environment:
        environment.configure(connection=connection, transaction_per_migration=True)
        environment.run_migrations()
    connection.commit()
    return applied
