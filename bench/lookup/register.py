"""The register that is searched: as many licenses as asked for, in the look-up's own tables and in an SQLite file.

Some 19,000 surnames of three syllables; a misspelt one has two letters exchanged.
"""

import contextlib
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import asyncpg

from bench.servers import Servers
from services.lookup.domain.names import slips_of

SYLLABLES = (
    "bar", "ben", "cal", "cor", "dan", "del", "fen", "gar", "hol", "jan", "kel", "lan", "mar", "mor", "nel", "par",
    "quin", "ral", "sel", "tan", "tor", "ver", "vin", "wal", "wen", "yor", "zan",
)  # fmt: skip
FIRST = ("ada", "ben", "carla", "dan", "eve", "frank", "grace", "hugo", "ines", "jack", "kim", "leo", "mia", "noah")
_SOME = "array['" + "','".join(SYLLABLES) + "']"
_LAST = " || ".join(f"({_SOME})[1 + (hashint8(n * 3 + {k}) & 2147483647) % {len(SYLLABLES)}]" for k in range(3))
_FIRST = "(array['" + "','".join(FIRST) + f"'])[1 + (hashint8(n * 7) & 2147483647) % {len(FIRST)}]"
_FULL = f"initcap({_FIRST} || ' ' || {_LAST})"
_PERSON, _LICENSE = "md5('person' || n)::uuid", "md5('license' || n)::uuid"

FILL = (
    f"""INSERT INTO shown.person (person_id, version, name, districts, holder_id)
        SELECT {_PERSON}, 1, {_FULL}, '{{}}', {_PERSON}
        FROM generate_series($1::int, $2) n""",
    f"""INSERT INTO shown.name (person_id, last, first)
        SELECT {_PERSON}, {_LAST}, {_FIRST} FROM generate_series($1::int, $2) n""",
    f"""INSERT INTO shown.listed (last, first, license_id)
        SELECT {_LAST}, {_FIRST}, {_LICENSE} FROM generate_series($1::int, $2) n""",
    f"""INSERT INTO shown.license (license_id, version, public_id, number, number_key, person_id, license_type,
            license_class, endorsements, periods, standing, provisional, discipline, holder_id, name,
            name_version, districts)
        SELECT {_LICENSE}, 1, md5('public' || n), (1000000 + n)::text, (1000000 + n)::text, {_PERSON}, 'standard',
               'AA', '["116", "120"]',
               '[{{"effective_from": "2023-07-01", "valid_until": "2028-06-30"}}]', 'good', false, '[]',
               {_PERSON}, {_FULL}, 1, '{{}}'
        FROM generate_series($1::int, $2) n""",
)
SURNAMES = "SELECT DISTINCT last FROM shown.name ORDER BY last"
ALL = """
    SELECT license.number, license.name, name.last, name.first, license.license_type, license.license_class,
           license.endorsements::text, license.periods::text, license.standing, license.public_id
    FROM shown.license JOIN shown.name USING (person_id)"""
SQLITE = """
    CREATE TABLE license (number TEXT, name TEXT, last TEXT, first TEXT, license_type TEXT, license_class TEXT,
                          endorsements TEXT, periods TEXT, standing TEXT, public_id TEXT)"""
SQLITE_INDEXES = """
    CREATE INDEX license_number ON license (number);
    CREATE INDEX license_name ON license (last, first);
    CREATE VIRTUAL TABLE surname USING fts5(last, tokenize = 'trigram', detail = 'full');
    INSERT INTO surname (last) SELECT DISTINCT last FROM license ORDER BY last;
    ANALYZE;
    VACUUM"""
BITE = 50_000


@dataclass(frozen=True)
class Register:
    """Where it is, how large it is, and what is asked of it."""

    database: str
    sqlite: Path
    size: int
    surnames: Sequence[str]

    def numbers(self, count: int) -> Iterator[str]:
        """Numbers of licenses, drawn at random; the same in every run."""
        random = Random(8)
        return (str(1_000_001 + random.randrange(self.size)) for _ in range(count))

    def misspelt(self, count: int) -> Iterator[str]:
        """Surnames with two letters exchanged, which nobody has."""
        random, known = Random(8), set(self.surnames)
        found = 0
        while found < count:
            name = random.choice(self.surnames)
            at = random.randrange(2, len(name) - 2)
            slip = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
            if slip not in known and not any(slip[:k] in known for k in range(3, len(slip))):
                found += 1
                yield slip


@asynccontextmanager
async def register(servers: Servers, size: int) -> AsyncIterator[Register]:
    """A register of that size; it lasts as long as this context, for all rounds of a row."""
    database = await servers.databases.fresh("lookup")
    with tempfile.TemporaryDirectory(prefix="elms-bench-") as name:
        connection = await asyncpg.connect(database)
        for first in range(1, size + 1, BITE):
            for statement in FILL:
                await connection.execute(statement, first, min(size, first + BITE - 1))
        surnames = [row[0] for row in await connection.fetch(SURNAMES)]
        await connection.copy_records_to_table(
            "surname", schema_name="shown", columns=("last", "slips"), records=[(s, slips_of(s)) for s in surnames]
        )
        await connection.execute("VACUUM ANALYZE")
        file = Path(name) / "register.db"
        await _copy(connection, file)
        await connection.close()
        yield Register(database, file, size, surnames)


async def _copy(connection: "asyncpg.Connection[asyncpg.Record]", file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file)) as copy:
        copy.execute(SQLITE)
        async with connection.transaction():
            rows = []
            async for row in connection.cursor(ALL, prefetch=5000):
                rows.append(tuple(row))
                if len(rows) == BITE:
                    copy.executemany("INSERT INTO license VALUES (?,?,?,?,?,?,?,?,?,?)", rows)
                    rows.clear()
            copy.executemany("INSERT INTO license VALUES (?,?,?,?,?,?,?,?,?,?)", rows)
        copy.commit()
        copy.executescript(SQLITE_INDEXES)
