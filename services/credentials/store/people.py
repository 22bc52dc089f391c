"""People as credentials knows them: an id, its aliases after a merge, the version of what is said of their credits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from shared.contracts.identity import PersonState
from shared.errors import NotFound
from shared.messaging.work import Work

COLUMNS = "person_id, version, known_version, educator_number, districts, merged_into"


@dataclass(slots=True)
class Person:
    """A person, with every id that was merged into theirs. `version` grows with each fact about their credits."""

    person_id: UUID
    version: int
    districts: tuple[UUID, ...] = ()
    educator_number: str | None = None
    also: list[UUID] = field(default_factory=list)

    @property
    def ids(self) -> list[UUID]:
        """Every id under which something of theirs may be kept."""
        return [self.person_id, *self.also]

    def next_version(self, work: Work) -> int:
        """The version of the next fact about their credits."""
        self.version = work.next_version(self.version)
        return self.version


class PersonUnknown(NotFound):
    """Nobody has this id or number."""

    text = "Nobody has this number."
    field = "educator_number"


async def get_person(work: Work, person_id: UUID) -> Person:
    """Whom an id means now; not locked. A person of whom nothing was heard yet has the id alone."""
    return (await find_people(work, [person_id]))[person_id]


async def find_people(work: Work, ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Whom each id means now, after merges."""
    wanted = sorted(set(ids))
    rows = await work.rows(
        f"""WITH RECURSIVE chain AS (
                SELECT person_id AS said, person_id, 0 AS depth FROM unnest(CAST(:ids AS uuid[])) AS said (person_id)
                UNION ALL
                SELECT chain.said, p.merged_into, depth + 1 FROM chain JOIN person p USING (person_id)
                WHERE p.merged_into IS NOT NULL AND depth < 8)
            SELECT DISTINCT ON (said) said, chain.person_id AS root, p.* FROM chain
            LEFT JOIN LATERAL (SELECT {COLUMNS} FROM person WHERE person.person_id = chain.person_id) p ON true
            ORDER BY said, depth DESC""",
        ids=wanted,
    )
    roots = {
        row.root: Person(row.root, row.version or 0, tuple(row.districts or ()), row.educator_number) for row in rows
    }
    await _add_aliases(work, roots)
    return {row.said: roots[row.root] for row in rows}


async def find_of_district(work: Work, district: UUID, after: str = "", at_most: int | None = None) -> list[Person]:
    """The people whom a district employs, after merges, in the order of their educator numbers, from `after` on.

    Walks all people: a forecast is read now and then, and an index on districts would cost every state that is heard.
    """
    rows = await work.rows(
        """SELECT person_id FROM person
           WHERE CAST(:district AS uuid) = ANY(districts) AND merged_into IS NULL
             AND coalesce(educator_number, '') > :after ORDER BY educator_number LIMIT :at_most""",
        district=district, after=after, at_most=at_most,
    )  # fmt: skip
    found = await find_people(work, [row.person_id for row in rows])
    return [found[row.person_id] for row in rows]


async def lock_people(work: Work, ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Whom each id means now, with the row of that person locked until the transaction ends."""
    wanted = sorted(set(ids))
    await work.run(
        """INSERT INTO person (person_id, version, known_version)
           SELECT id, 0, 0 FROM unnest(CAST(:ids AS uuid[])) AS given (id) ORDER BY id ON CONFLICT DO NOTHING""",
        ids=wanted,
    )
    roots = {person.person_id for person in (await find_people(work, wanted)).values()}
    await work.rows(
        "SELECT 1 FROM person WHERE person_id = ANY(CAST(:ids AS uuid[])) ORDER BY person_id FOR UPDATE",
        ids=sorted(roots),
    )
    return await find_people(work, wanted)  # read again: a merge or a fact may have come before the lock


async def save_versions(work: Work, people: Iterable[Person]) -> None:
    """Keeps the versions of what was said."""
    versions = {person.person_id: person.version for person in people}
    await work.run(
        """UPDATE person SET version = given.version
           FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[])) AS given (person_id, version)
           WHERE person.person_id = given.person_id""",
        ids=list(versions), versions=list(versions.values()),
    )  # fmt: skip


async def save_states(work: Work, states: Mapping[UUID, tuple[int, PersonState]]) -> None:
    """Keeps what identity says, unless a later state is already known."""
    await work.run(
        """INSERT INTO person (person_id, version, known_version, educator_number, districts, merged_into)
           SELECT person_id, 0, known_version, educator_number,
                  coalesce(string_to_array(nullif(districts, ''), ',')::uuid[], '{}'), merged_into
           FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[]), CAST(:numbers AS text[]),
                       CAST(:districts AS text[]), CAST(:merged AS uuid[]))
                AS given (person_id, known_version, educator_number, districts, merged_into)
           ORDER BY person_id
           ON CONFLICT (person_id) DO UPDATE
           SET known_version = excluded.known_version, educator_number = excluded.educator_number,
               districts = excluded.districts, merged_into = excluded.merged_into
           WHERE excluded.known_version > person.known_version""",
        ids=list(states),
        versions=[version for version, _ in states.values()],
        numbers=[state.educator_number for _, state in states.values()],
        districts=[",".join(map(str, state.districts)) for _, state in states.values()],
        merged=[state.merged_into for _, state in states.values()],
    )


async def forget(work: Work, erased: Mapping[UUID, int]) -> None:
    """Forgets what identity said of people, unless a later state is known; a version of 0 means whatever is known."""
    await work.run(
        """UPDATE person SET educator_number = NULL, districts = '{}'
           FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[])) AS given (person_id, version)
           WHERE person.person_id = given.person_id AND (given.version = 0 OR given.version >= person.known_version)""",
        ids=list(erased), versions=list(erased.values()),
    )  # fmt: skip


async def find_by_numbers(work: Work, numbers: Sequence[str]) -> dict[str, UUID]:
    """The people who have these educator numbers."""
    rows = await work.rows(
        "SELECT educator_number, person_id FROM person WHERE educator_number = ANY(CAST(:numbers AS text[]))",
        numbers=list(numbers),
    )
    return {row.educator_number: row.person_id for row in rows}


async def _add_aliases(work: Work, roots: dict[UUID, Person]) -> None:
    rows = await work.rows(
        """WITH RECURSIVE merged AS (
               SELECT person_id, merged_into AS root, 1 AS depth FROM person
               WHERE merged_into = ANY(CAST(:ids AS uuid[]))
               UNION ALL
               SELECT p.person_id, merged.root, depth + 1 FROM merged JOIN person p ON p.merged_into = merged.person_id
               WHERE depth < 8)
           SELECT person_id, root FROM merged ORDER BY person_id""",
        ids=list(roots),
    )
    for row in rows:
        roots[row.root].also.append(row.person_id)
