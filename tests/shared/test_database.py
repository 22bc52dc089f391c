"""Which of PostgreSQL's errors, and of its driver's, mean “try again”."""

import asyncio

import asyncpg
import pytest

from shared.database import SERVER_SETTINGS, is_transient
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
    assert SERVER_SETTINGS["transaction_timeout"] == "60s"
    settings = SERVER_SETTINGS | {"transaction_timeout": "2s", "idle_in_transaction_session_timeout": "1s"}
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
