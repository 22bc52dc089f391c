"""Which of PostgreSQL's errors, and of its driver's, mean “try again”."""

import asyncpg
import pytest
from sqlalchemy.exc import InternalError

from shared.database import is_transient

CUT = asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress")
"""As seen where connections were cut amid an operation."""


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (CUT, True),
        (InternalError("SELECT 1", None, CUT), True),
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
