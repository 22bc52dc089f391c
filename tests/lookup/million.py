"""A read model of any size, generated in the database, and what its questions cost there.

    python -m tests.lookup.million 1000000 postgresql://…/a_fresh_migrated_database      0: measure once more

Names are made by combining syllables, so that common and rare beginnings, and names that are nearly alike, occur as
they do in life: few surnames are had by many.
"""

import asyncio
import hashlib
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Any
from uuid import UUID

from services.lookup.app import service
from services.lookup.queries import licenses, search
from services.lookup.store import shown
from services.lookup.tables import MODEL, SHOWN
from shared.runtime import Runtime
from shared.settings import Settings

DISTRICTS = 150
GENERATE = (
    """INSERT INTO shown.organization
       SELECT md5('district' || n)::uuid, 1, n::text, 'District ' || n, 'district'
       FROM generate_series(1, :districts) n""",
    """CREATE TEMP TABLE made AS
       SELECT n, md5('person' || n)::uuid AS person_id,
              (ARRAY['ander','bal','carl','dav','ed','fran','gar','har','jack','john','lop','mart','mor','nel','ol','pat',
                     'rob','sand','smi','tay','thom','wal','wat','wil'])[1 + floor(24 * power(random(), 2))::int]
              || (ARRAY['son','ers','ton','ez','th','man','ley','ard','ing','er','well','field','ston','cia','ris','is',
                        'or','ins','by','worth'])[1 + floor(20 * power(random(), 2))::int]
              || (ARRAY['','','','','s','e','h','son','a','o','y','berg'])[1 + floor(12 * random())::int]
              || CASE WHEN random() < 0.1 THEN translate(substr(md5(n::text), 1, 2), '0123456789', 'ghiklmnoru')
                      ELSE '' END AS last,
              (ARRAY['ann','bo','carla','denise','edward','frank','grace','henry','ida','james','kim','linda','maria',
                     'nora','oscar','paul','rosa','susan','tom','vera','will'])[1 + n % 21]
              || (ARRAY['','a','lee','ray'])[1 + n % 4] AS first
       FROM generate_series(1, :rows) n""",
    """INSERT INTO shown.person
       SELECT person_id, 1, initcap(first || ' ' || last),
              ARRAY[md5('district' || 1 + floor(:districts * power(random(), 3))::int)::uuid], NULL, person_id
       FROM made""",
    "INSERT INTO shown.name SELECT person_id, last, first FROM made",
    "INSERT INTO shown.listed SELECT last, first, md5('license' || n)::uuid FROM made",
    """INSERT INTO shown.license (license_id, version, public_id, number, number_key, person_id, license_type,
           license_class, endorsements, periods, standing, standing_until, provisional, discipline, holder_id, name,
           name_version, districts)
       SELECT md5('license' || n)::uuid, 1, md5('public' || n), 'MS-' || lpad(n::text, 7, '0'),
              'MS' || lpad(n::text, 7, '0'), person_id, 'standard', 'A', '["116"]',
              '[{"effective_from": "2021-07-01", "valid_until": "2026-06-30"}]', 'good', NULL, false, '[]',
              person_id, person.name, 1, person.districts
       FROM made JOIN shown.person USING (person_id)""",
)


async def generate(runtime: Runtime, rows: int) -> None:
    """Fills an empty read model with so many people, each with one license."""
    async with runtime.work(actor="test") as work:
        for statement in GENERATE:
            given = {"rows": rows} if ":rows" in statement else {}
            given |= {"districts": DISTRICTS} if ":districts" in statement else {}
            await work.run(statement, **given)
        lasts = {row.last for row in await work.rows("SELECT DISTINCT last FROM made")}
        await shown.save_surnames(work, lasts, SHOWN)
        await work.run("DROP TABLE made")
        await work.run("ANALYZE " + ", ".join(f"shown.{table.name}" for table in MODEL))


Question = Callable[[Any], Awaitable[Any]]
DISTRICT = UUID(bytes=hashlib.md5(b"district3").digest())


async def searched(work: Any, query: str, district: UUID | None = None) -> Any:
    return await search.find(work, [search.Question.read(query, work.policy, 50, district)])


QUESTIONS: dict[str, Question] = {
    "exact number": lambda work: licenses.find_by_numbers(work, ["MS0004711"]),
    "QR address": lambda work: licenses.find_by_public_ids(work, [hashlib.md5(b"public4711").hexdigest()]),
    "rare surname": lambda work: searched(work, "watwortho"),
    "name prefix, 2 letters, 250 of many": lambda work: searched(work, "sm"),
    "surname and first name": lambda work: searched(work, "Johnson, Maria"),
    "first name, surname": lambda work: searched(work, "maria anderson"),
    "prefix in one district": lambda work: searched(work, "an", DISTRICT),
    "misspelt surname": lambda work: searched(work, "andresonn"),
    "nobody's name": lambda work: searched(work, "qqqqqqqq"),
}


async def measure(runtime: Runtime, question: Question, times: int = 20) -> float:
    """The median milliseconds of a question, Python's part included."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        async with runtime.work(actor="test") as work:
            await question(work)
        found.append((time.perf_counter() - began) * 1000)
    return median(found)


async def main(rows: int, database: str) -> None:
    runtime = Runtime(service, Settings(database=database))
    began = time.perf_counter()
    if rows:
        await generate(runtime, rows)
        print(f"{rows:,} rows generated in {time.perf_counter() - began:.0f} s")
    for name, question in QUESTIONS.items():
        print(f"{await measure(runtime, question):8.2f} ms  {name}")
    await runtime.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
