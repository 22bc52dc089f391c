"""PostgreSQL: one engine a process, and which of its errors mean “try again”.

Every connection plans each statement for the values at hand: a plan prepared on an empty table would be kept
when the table is full (docs/decisions/003). A transaction that a frozen process leaves open is ended by the
server after five seconds, so that nobody waits for its locks; where it froze between preparing a statement and
sending it, the server does not call that idle, and ends it after a minute.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any

import asyncpg
from sqlalchemy import Executable, Row, TextClause, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

SERVER_SETTINGS = {
    "plan_cache_mode": "force_custom_plan",
    "idle_in_transaction_session_timeout": "5s",
    "transaction_timeout": "60s",
    "deadlock_timeout": "200ms",
    "jit": "off",
    "timezone": "UTC",
}

_TRANSIENT_CLASSES = ("08", "53", "57P", "58")
_TRANSIENT_STATES = {"40001", "40P01", "55P03", "25P03", "25P04", "25006", "57014"}
_NOT_KEPT = {"22001", "22003", "22008", "22021", "54000"}
_AWAY = (OSError, TimeoutError, PoolTimeout, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""The last is asyncpg's for a connection that was cut amid an operation: it asks for a new one."""


class Database:
    """The database of one service, as one process reaches it."""

    def __init__(self, url: str, connections: int = 6, name: str = "elms") -> None:
        self.url = make_url(url).set(drivername="postgresql")
        self.engine = create_async_engine(
            self.url.set(drivername="postgresql+asyncpg"),
            pool_size=connections,
            max_overflow=0,
            pool_timeout=10,
            pool_use_lifo=True,  # the connection that has the statements prepared and its memory warm
            hide_parameters=True,  # they may be private, and an error's text is kept in logs and dead letters
            connect_args={"server_settings": SERVER_SETTINGS | {"application_name": name}, "timeout": 5},
        )

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A connection in a transaction: committed at the end, rolled back on any exception."""
        async with self.engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection for statements that each stand alone: half the round trips of a transaction around one."""
        async with self.engine.connect() as connection:
            yield await connection.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def session(self, **settings: str) -> AsyncIterator[asyncpg.Connection]:
        """A connection of its own outside the pool, for locks and notifications that live with it."""
        dsn = self.url.render_as_string(hide_password=False)
        connection = await asyncpg.connect(dsn, server_settings=settings, timeout=5)
        try:
            yield connection
        finally:
            connection.terminate()

    async def close(self) -> None:
        """Closes the pool."""
        await self.engine.dispose()


@lru_cache(maxsize=2048)
def statement(sql: str) -> TextClause:
    """The SQL as a statement with `:named` parameters; cast them with CAST(:ids AS uuid[])."""
    return text(sql)


async def fetch(connection: AsyncConnection, sql: str | Executable, /, **parameters: Any) -> Sequence[Row[Any]]:
    """All rows of a statement."""
    result = await connection.execute(statement(sql) if isinstance(sql, str) else sql, parameters)
    return result.all() if result.returns_rows else ()


async def run(connection: AsyncConnection, sql: str | Executable, /, **parameters: Any) -> int:
    """Runs a statement and returns how many rows it touched."""
    result = await connection.execute(statement(sql) if isinstance(sql, str) else sql, parameters)
    return int(getattr(result, "rowcount", 0))


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came from."""
    while error is not None:
        yield error
        error = getattr(error, "orig", None) or error.__cause__ or error.__context__


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's code of the error; empty when it is not PostgreSQL's."""
    return next((state for e in causes(error) if (state := getattr(e, "sqlstate", None))), "")


def is_transient(error: BaseException) -> bool:
    """Whether doing the same again later may succeed: the database is away, or two were in each other's way."""
    state = sqlstate(error)
    if state:
        return state in _TRANSIENT_STATES or state.startswith(_TRANSIENT_CLASSES)
    if isinstance(error, InterfaceError) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return True
    return any(isinstance(e, _AWAY) for e in causes(error))


def cannot_be_kept(error: BaseException) -> bool:
    """Whether a value was the obstacle: too large or too long for its column, or a character that no text may have."""
    state = sqlstate(error)
    if state == "22000":  # the driver refused it; where the type is wrong, the mistake is ours
        return any(isinstance(e, OverflowError | UnicodeEncodeError) for e in causes(error))
    return state in _NOT_KEPT


def is_duplicate(error: BaseException, table: str) -> bool:
    """Whether a unique rule of `table` was violated."""
    return sqlstate(error) == "23505" and any(getattr(e, "table_name", "") == table for e in causes(error))
