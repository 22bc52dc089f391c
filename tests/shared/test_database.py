"""Which of PostgreSQL's errors, and of its driver's, mean “try again”."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import date
from typing import Any

import asyncpg
import pytest

from shared.database import HOLDING, SERVER_SETTINGS, Database, fetch, is_transient, limits
from tests.conftest import FreshDatabase

CUT = asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress")
"""As seen where connections were cut amid an operation."""


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (CUT, True),
        (asyncpg.ProtocolError("cannot process message 'Z'"), True),
        (asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"), True),
        (asyncpg.InterfaceError("connection is closed"), True),
        (asyncpg.DeadlockDetectedError("deadlock detected"), True),
        (asyncpg.AdminShutdownError("terminating connection"), True),
        (ConnectionResetError(), True),
        (TimeoutError(), True),
        (asyncpg.UniqueViolationError("duplicate key"), False),
        (asyncpg.DataError("invalid input for query argument $1"), False),
        (asyncpg.UndefinedTableError("no such table"), False),
        (ValueError("ours"), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_new_connection_or_another_try_mends_is_transient(error: Exception, transient: bool) -> None:
    assert is_transient(error) is transient


async def test_a_process_that_froze_between_preparing_a_statement_and_sending_it_loses_its_locks(
    fresh_database: FreshDatabase,
) -> None:
    """The server waits for it in the state `active`, and its limits for what is idle do not count."""
    url = await fresh_database()
    assert limits(5.0)["transaction_timeout"] == "60000ms"
    settings = SERVER_SETTINGS | limits(0.2)
    frozen, other = await asyncpg.connect(url, server_settings=settings), await asyncpg.connect(url)
    await other.execute("CREATE TABLE held (n int); INSERT INTO held VALUES (1)")
    await frozen.execute("BEGIN")
    await frozen.execute("UPDATE held SET n = 2")
    await frozen.prepare("SELECT n FROM held")
    async with asyncio.timeout(30):
        await other.execute("UPDATE held SET n = 3")
    any_of_these = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
    with pytest.raises(any_of_these) as ended:
        await frozen.fetchval("SELECT 1")
    assert is_transient(ended.value)
    frozen.terminate()
    await other.close()


async def test_a_process_that_froze_amid_a_question_leads_no_longer(database: Database) -> None:
    async with database.session(**HOLDING) as frozen, database.session() as other:
        assert await frozen.fetchval("SELECT pg_try_advisory_lock(1)")
        await frozen.prepare("SELECT 1")
        async with asyncio.timeout(30):
            while not await other.fetchval("SELECT pg_try_advisory_lock(1)"):  # noqa: ASYNC110
                await asyncio.sleep(0.2)


@pytest.fixture
async def database(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    made = Database(await fresh_database())
    yield made
    await made.close()


CUT_ITSELF = "SELECT pg_terminate_backend(pg_backend_pid())"


@pytest.mark.parametrize("first", ["", CUT_ITSELF])
async def test_who_is_cancelled_amid_a_statement_ends_and_the_pool_goes_on(database: Database, first: str) -> None:
    """A schedule that took the broken transaction for the reason would begin anew, and its process never stop."""
    begun = asyncio.Event()

    async def wait() -> None:
        async with database.begin() as connection:
            begun.set()
            try:
                await fetch(connection, first or "SELECT pg_sleep(30)")
            finally:
                await asyncio.sleep(30 if first else 0)

    task = asyncio.create_task(wait())
    await begun.wait()
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.begin() as connection:
        assert [row.one for row in await fetch(connection, "SELECT 1 AS one")] == [1]


async def test_the_first_error_is_told_even_where_the_connection_is_gone_by_then(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.begin() as connection:
            with pytest.raises(asyncpg.PostgresError):
                await fetch(connection, CUT_ITSELF)
            raise ZeroDivisionError


async def test_what_one_connection_learnt_of_the_servers_types_no_other_asks(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A type of a database's own may be another one elsewhere: of that each connection asks."""
    asked: list[set[int]] = []
    ask = asyncpg.Connection._introspect_types

    async def counted(self: asyncpg.Connection, types: Iterable[int], timeout: float) -> Any:
        asked.append(set(types))
        return await ask(self, types, timeout)

    monkeypatch.setattr(asyncpg.Connection, "_introspect_types", counted)
    monkeypatch.setattr("shared.database._TYPES", {})
    today = date(2026, 6, 30)
    async with database.begin() as connection:
        await connection.execute("CREATE TYPE grade AS ENUM ('A', 'AA')")
    async with database.reading() as first, database.reading() as second:
        for connection in (first, second):
            [row] = await fetch(connection, "SELECT CAST(:days AS date[]) AS days", days=[today])
            assert row.days == [today]
        assert len(asked) == 1
        for connection in (first, second):
            [row] = await fetch(connection, "SELECT CAST('AA' AS grade) AS grade")
            assert row.grade == "AA"
        assert len(asked) == 3
