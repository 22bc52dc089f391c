"""A bare ASGI program with the look-up's own statements: no framework, no models, no limits, no metrics, no ETag.

It answers with the rows as they are: no status is computed and no code is put into words.
"""

import os
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote_plus

import asyncpg
import orjson
import uvicorn
import uvloop

from services.lookup.domain.names import KeyRange, read_as_name, slips_of
from services.lookup.queries import licenses, search
from shared.database import SERVER_SETTINGS
from shared.process import keep_imports

NUMBER, NAME = "/licenses/{}", "/licenses?q={}"
MOST, PAGE, FEWEST = 250, 50, 3


def positional(sql: str) -> tuple[str, list[str]]:
    """A statement with `:named` parameters as asyncpg takes it, and the names in its order."""
    names = list(dict.fromkeys(re.findall(r":(\w+)", sql)))
    return re.sub(r":(\w+)", lambda found: f"${names.index(found[1]) + 1}", sql), names


BY_NUMBER, _ = positional(
    f"""SELECT {licenses.COLUMNS} FROM shown.license AS license
        WHERE license.number_key = :value ORDER BY license.version DESC LIMIT 1"""
)
BY_NAME, NAMES = positional(search.BY_NAME)
SIMILAR = "SELECT last FROM shown.surname WHERE slips && $1"


class App:
    """The two questions."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        query = scope["query_string"].decode()
        if query:
            rows = await self.by_name(unquote_plus(query.removeprefix("q=")))
        else:
            rows = await self.pool.fetch(BY_NUMBER, scope["path"].rpartition("/")[2])
        body = orjson.dumps({"licenses": [dict(row) for row in rows]}, default=str)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def by_name(self, typed: str) -> "list[asyncpg.Record]":
        """Those called so; where nobody is, those called nearly so."""
        ways = read_as_name(typed, FEWEST)
        async with self.pool.acquire() as connection:
            if found := await named(connection, [KeyRange.beginning(way) for way in ways], None):
                return found
            rows = await connection.fetch(SIMILAR, [slip for way in ways for slip in slips_of(way.last)])
            similar = search.called(ways, [row[0] for row in rows])
            return await named(connection, similar, MOST + 1) if similar else []


async def named(connection: Any, ways: Sequence[KeyRange], of_all: int | None) -> "list[asyncpg.Record]":
    """The first page of those whose names are in these ranges."""
    question = search.Question("", (), None, PAGE, search.FIRST)
    given = {"askers": search.askers({question: ways}), "of_all_ways": of_all, "most": MOST}
    found: list[asyncpg.Record] = await connection.fetch(BY_NAME, *(given[name] for name in NAMES))
    return found


async def main() -> None:
    pool = await asyncpg.create_pool(
        os.environ["ELMS_REGISTER"], min_size=6, max_size=6, server_settings=SERVER_SETTINGS
    )
    config = uvicorn.Config(
        App(pool), "127.0.0.1", int(os.environ["ELMS_PORT"]), log_config=None, access_log=False, lifespan="off"
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    keep_imports()
    uvloop.run(main())
