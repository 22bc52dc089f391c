"""PostgreSQL: one pool a process, how statements are asked, and which errors mean “try again”.

SQLAlchemy describes the tables and translates `:named` parameters; asyncpg asks by itself, for half of what a
statement costs in Python is SQLAlchemy's way around it (docs/decisions/010).

A statement that was asked five times keeps its plan where that is no dearer than one for the values at hand, until
the table's statistics change: PostgreSQL's own way (docs/decisions/017). A transaction that a frozen process leaves
open is ended by the server after five seconds (`ELMS_FROZEN_AFTER`), so that nobody waits for its locks; where it
froze between preparing a statement and sending it, the server does not call that idle, and ends it after twelve times
as long.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import lru_cache
from operator import itemgetter
from types import SimpleNamespace
from typing import Any, NamedTuple, TypeAlias

import asyncpg
import orjson
from asyncpg.pool import PoolConnectionProxy
from sqlalchemy import MetaData, create_mock_engine, text
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.engine import make_url

SERVER_SETTINGS = {
    "deadlock_timeout": "200ms",
    "jit": "off",
    "cpu_operator_cost": "0.02",  # by it the server reckons what a plan costs: eight times its default is nearer to it
    "random_page_cost": "1.1",  # what is asked for often is in memory, and the rest on a disk that does not seek
    "timezone": "UTC",
}

HOLDING = {"idle_session_timeout": "5s", "transaction_timeout": "5s", "tcp_keepalives_idle": "2"}
"""For a session that holds a lock: the server ends it five seconds after its process froze, between two questions or
amid one. Between preparing a question and asking it, it is not idle to the server: that is a transaction's time."""

_TRANSIENT_CLASSES = ("08", "53", "57P", "58")
_TRANSIENT_STATES = {"40001", "40P01", "55P03", "25P03", "25P04", "25006", "57014"}
_NOT_KEPT = {"22001", "22003", "22008", "22021", "54000"}
_AWAY = (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""The last is asyncpg's for a connection that was cut amid an operation: it asks for a new one."""


class Row(asyncpg.Record):
    """A row of a result. Its columns are attributes, too."""

    __slots__ = ()

    def __getattr__(self, column: str) -> Any:
        """Called for each column once: from then on it is a property of all rows, which C looks up (0.9 → 0.2 µs)."""
        if column not in self:
            raise AttributeError(column)
        setattr(Row, column, property(itemgetter(column)))
        return self[column]


Connection: TypeAlias = "asyncpg.Connection[Any] | PoolConnectionProxy[Any]"


def limits(frozen_after: float) -> dict[str, str]:
    """The server's settings by which a frozen process loses its locks, in seconds; nothing of ours works that long."""
    return {
        "idle_in_transaction_session_timeout": f"{frozen_after * 1000:.0f}ms",
        "transaction_timeout": f"{frozen_after * 12_000:.0f}ms",
    }


class Database:
    """The database of one service, as one process reaches it."""

    def __init__(self, url: str, connections: int = 6, name: str = "elms", frozen_after: float = 5.0) -> None:
        self.url = make_url(url).set(drivername="postgresql")
        self._connections = connections
        self._settings = SERVER_SETTINGS | limits(frozen_after) | {"application_name": name}
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Connection]:
        """A connection in a transaction: committed at the end, rolled back on any exception."""
        async with self.reading() as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                yield connection
            except BaseException:
                with suppress(Exception):  # it may be closed by now, and what came first is what counts
                    await transaction.rollback()
                raise
            await transaction.commit()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """A connection for statements that each stand alone: half the round trips of a transaction around one."""
        pool = self._pool or await self._open()
        waits = None if pool.get_idle_size() else 10  # to take an idle one costs less than a timer beside it
        connection = await pool.acquire(timeout=waits)
        try:
            yield connection
        finally:
            with suppress(Exception):  # a connection that cannot be given back is closed, and replaced
                await pool.release(connection, timeout=5)

    async def _open(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._dsn, min_size=0, max_size=self._connections, timeout=5, init=_read_json,
                    connection_class=_Pooled, record_class=Row, server_settings=self._settings,
                )  # fmt: skip
        return self._pool

    @property
    def _dsn(self) -> str:
        return self.url.render_as_string(hide_password=False)

    @asynccontextmanager
    async def session(self, **settings: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """A connection of its own outside the pool, for locks and notifications that live with it."""
        connection = await asyncpg.connect(self._dsn, server_settings=settings, timeout=5)
        try:
            yield connection
        finally:
            connection.terminate()

    async def close(self) -> None:
        """Closes the pool; what does not come back to it is cut."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        try:
            async with asyncio.timeout(2):
                await pool.close()
        except TimeoutError:
            pool.terminate()


_FIRST_OF_OURS = 16_384
"""The server's own types have lower numbers, the same in every database."""
_TYPES: dict[frozenset[int], Any] = {}


class _Pooled(asyncpg.Connection):
    """Nothing is set on it that outlives a transaction, so giving it back asks the server nothing.

    What one connection has learnt of the server's own types, another need not ask: a new one costs 15 ms a question.
    """

    def get_reset_query(self) -> str:
        return ""

    async def _introspect_types(self, typeoids: Iterable[int], timeout: float) -> tuple[Any, Any]:
        asked = frozenset(typeoids)
        if asked in _TYPES:
            return _TYPES[asked], _NOTHING_ASKED
        types, statement = await super()._introspect_types(asked, timeout)  # type: ignore[misc]
        if max(asked) < _FIRST_OF_OURS:
            _TYPES[asked] = types
        return types, statement


_NOTHING_ASKED = SimpleNamespace(name="nothing")
"""The driver prepares an unnamed statement again after a question about types; there was none."""


async def _read_json(connection: Any) -> None:
    """JSON columns are read as what they say, and written as text."""
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", format="binary",
        encoder=lambda text: b"\1" + text.encode(), decoder=lambda value: orjson.loads(value[1:]),
    )  # fmt: skip


class Statement(NamedTuple):
    """SQL as PostgreSQL takes it, and the names of its parameters in their order."""

    sql: str
    names: tuple[str, ...]


@lru_cache(maxsize=2048)
def statement(sql: str) -> Statement:
    """The SQL with `:named` parameters as a statement; cast them with CAST(:ids AS uuid[])."""
    compiled = text(sql).compile(dialect=_DIALECT)
    return Statement(compiled.string, tuple(compiled.positiontup or ()))


_DIALECT = dialect()  # type: ignore[no-untyped-call]


async def fetch(connection: Connection, sql: str, /, **parameters: Any) -> Sequence[Row]:
    """All rows of a statement."""
    asked, names = statement(sql)
    return await connection.fetch(asked, *[parameters[name] for name in names])


async def run(connection: Connection, sql: str, /, **parameters: Any) -> int:
    """Runs a statement and returns how many rows it touched."""
    asked, names = statement(sql)
    status = await connection.execute(asked, *[parameters[name] for name in names])
    count = status.rpartition(" ")[2]
    return int(count) if count.isdecimal() else 0


async def create_all(connection: Connection, metadata: MetaData) -> None:
    """Makes all tables."""
    made: list[Any] = []
    engine = create_mock_engine("postgresql+asyncpg://", lambda definition, *_: made.append(definition))
    metadata.create_all(engine, checkfirst=False)
    for definition in made:
        await connection.execute(str(definition.compile(dialect=_DIALECT)))


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's code of the error; empty when it is not PostgreSQL's."""
    return next((state for e in causes(error) if (state := getattr(e, "sqlstate", None))), "")


def is_transient(error: BaseException) -> bool:
    """Whether doing the same again later may succeed: the database is away, or two were in each other's way."""
    state = sqlstate(error)
    if state:
        return state in _TRANSIENT_STATES or state.startswith(_TRANSIENT_CLASSES)
    return any(isinstance(e, _AWAY) for e in causes(error))


def cannot_be_kept(error: BaseException) -> bool:
    """Whether a value was the obstacle: too large or too long for its column, or a character that no text may have."""
    state = sqlstate(error)
    if state == "22000":  # the driver refused it; where the type is wrong, the mistake is ours
        return any(isinstance(e, OverflowError | UnicodeEncodeError) for e in causes(error))
    return state in _NOT_KEPT


def is_duplicate(error: BaseException, table: str = "") -> bool:
    """Whether a unique rule was violated; of this table, where one is named."""
    tables = {getattr(each, "table_name", "") for each in causes(error)}
    return sqlstate(error) == "23505" and (not table or table in tables)
