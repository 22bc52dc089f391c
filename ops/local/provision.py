"""Databases and roles: one of each per service, the role shut out of every database but its own."""

from collections.abc import Mapping

import asyncpg

EXTENSIONS = ("pg_trgm", "unaccent")  # of the look-up's first version; only a superuser may create them


def grants(role: str) -> str:
    """What a service's role may do beyond any other: choose how soon two in each other's way are noticed."""
    return f"GRANT SET ON PARAMETER deadlock_timeout TO {role}"


async def provision(superuser_url: str, passwords: Mapping[str, str]) -> None:
    """Make a database and an equally named role for each name; doing it again sets the passwords and no more.

    Names come from the topology and passwords are URL-safe tokens, so neither needs quoting.
    """
    connection = await asyncpg.connect(superuser_url)
    try:
        for database in ("postgres", "template1"):
            await connection.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
        for name, password in passwords.items():
            await _provision_one(connection, name, password)
    finally:
        await connection.close()
    for name in passwords:
        await _extend(_with_database(superuser_url, name))


async def _provision_one(connection: asyncpg.Connection, name: str, password: str) -> None:
    known = await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", name)
    await connection.execute(f"{'ALTER' if known else 'CREATE'} ROLE {name} LOGIN PASSWORD '{password}'")
    await connection.execute(grants(name))
    if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
        await connection.execute(f"CREATE DATABASE {name} OWNER {name}")
    await connection.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")


async def _extend(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for extension in EXTENSIONS:
            await connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    finally:
        await connection.close()


def _with_database(url: str, database: str) -> str:
    return f"{url.rsplit('/', 1)[0]}/{database}"
