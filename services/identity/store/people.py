"""People: their records, how they are found, and whom they were merged into."""

from collections.abc import Sequence
from typing import Any

import orjson

from services.identity.domain.merging import MergeSide
from services.identity.domain.names import name_key
from services.identity.domain.person import Person, Traits
from shared.contracts.values import Address, Name
from shared.errors import NotFound, Unavailable
from shared.ids import OrganizationId, PersonId
from shared.messaging.work import Work

COLUMNS = """
    p.id, p.version, p.educator_number, p.first, p.last, p.middle, p.suffix, p.former_names, p.address, p.email,
    p.phone, p.language, p.merged_into, p.started_by,
    ARRAY(SELECT e.organization_id
          FROM (SELECT p.id UNION ALL SELECT m.id FROM person m WHERE m.merged_into = p.id) AS own (id)
          JOIN employment e ON e.person_id = own.id
          WHERE e.last_day IS NULL OR e.last_day >= :today
          GROUP BY e.organization_id ORDER BY min(e.first_day), e.organization_id) AS districts
"""


class PersonUnknown(NotFound):
    """No person has this id."""

    text = "Nobody has this id."
    field = "person_id"


async def find_people(work: Work, ids: Sequence[PersonId], *, lock: bool = False) -> dict[PersonId, Person]:
    """The people with these ids, as they stand today; locked in the order of their ids where they will change."""
    rows = await work.rows(
        f"SELECT {COLUMNS} FROM person p WHERE p.id = ANY(CAST(:ids AS uuid[])) ORDER BY p.id"
        + (" FOR UPDATE OF p" if lock else ""),
        ids=list(ids),
        today=work.today,
    )
    return {row.id: person_of(row) for row in rows}


async def get_person(work: Work, person_id: PersonId, *, lock: bool = False) -> Person:
    """One person. Raises PersonUnknown."""
    people = await find_people(work, [person_id], lock=lock)
    if person_id not in people:
        raise PersonUnknown
    return people[person_id]


async def lock_people(work: Work, ids: Sequence[Any]) -> None:
    """Locks the rows of these people, in order."""
    await work.rows("SELECT id FROM person WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR UPDATE", ids=list(ids))


async def insert_person(work: Work, person: Person, traits: Traits, *, license_numbers: Sequence[str] = ()) -> None:
    """A new record."""
    await work.run(
        """INSERT INTO person (id, version, educator_number, first, last, middle, suffix, name_key, address, email,
               phone, language, started_by, license_numbers, created_at, birth_mark, ssn_mark, last_four_mark,
               sealed_birth_date, sealed_ssn)
           VALUES (:id, :version, :educator_number, :first, :last, :middle, :suffix, :name_key,
               CAST(:address AS jsonb), :email, :phone, :language, :started_by, CAST(:license_numbers AS text[]),
               :now, :birth_mark, :ssn_mark, :last_four_mark, :sealed_birth_date, :sealed_ssn)""",
        **_values(person), **vars(traits),
        started_by=person.started_by, license_numbers=list(license_numbers), now=work.now,
    )  # fmt: skip


async def save_person(work: Work, person: Person) -> Person:
    """The record as given, under the next version."""
    saved = await work.row(
        """UPDATE person SET version = greatest(version + 1, :floor), first = :first, last = :last,
               middle = :middle, suffix = :suffix, name_key = :name_key,
               former_names = CAST(:former_names AS jsonb), address = CAST(:address AS jsonb), email = :email,
               phone = :phone, language = :language
           WHERE id = :id RETURNING version""",
        **_values(person, but=("version", "educator_number")),
        former_names=orjson.dumps([name.model_dump() for name in person.former_names]).decode(),
        floor=work.next_version(),
    )  # fmt: skip
    if saved is None:
        raise PersonUnknown
    return Person(**{**vars(person), "version": saved.version})


async def bump_people(work: Work, ids: Sequence[PersonId]) -> Sequence[Person]:
    """The people under their next version: something about them changed that stands in other tables."""
    await work.run(
        "UPDATE person SET version = greatest(version + 1, :floor) WHERE id = ANY(CAST(:ids AS uuid[]))",
        ids=list(ids), floor=work.next_version(),
    )  # fmt: skip
    people = await find_people(work, ids)
    return list(people.values())


async def free_educator_numbers(work: Work, drawn: Sequence[str], count: int) -> list[str]:
    """The first `count` of the drawn numbers that nobody has. Raises Unavailable where there are too few."""
    rows = await work.rows(
        """SELECT number FROM unnest(CAST(:drawn AS text[])) WITH ORDINALITY AS given (number, place)
           WHERE NOT EXISTS (SELECT FROM person p WHERE p.educator_number = given.number)
           ORDER BY place LIMIT :count""",
        drawn=list(drawn), count=count,
    )  # fmt: skip
    if len(rows) < count:
        raise Unavailable
    return [row.number for row in rows]


async def find_merge_sides(work: Work, ids: Sequence[PersonId]) -> dict[PersonId, MergeSide]:
    """What the merging rule needs of these people."""
    rows = await work.rows(
        "SELECT id, merged_into, ssn_mark FROM person WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR UPDATE",
        ids=list(ids),
    )
    return {row.id: MergeSide(row.id, row.merged_into, row.ssn_mark) for row in rows}


async def set_merged(work: Work, loser: PersonId, winner: PersonId | None) -> None:
    """Points a record at another, or at itself again."""
    await work.run("UPDATE person SET merged_into = :winner WHERE id = :loser", loser=loser, winner=winner)


async def is_winner(work: Work, person_id: PersonId) -> bool:
    """Whether other records are merged into this one."""
    return await work.row("SELECT 1 FROM person WHERE merged_into = :id LIMIT 1", id=person_id) is not None


async def find_resolved(work: Work, person_id: PersonId) -> PersonId | None:
    """The id under which this person lives on: their own, or the one they were merged into."""
    row = await work.row("SELECT coalesce(merged_into, id) AS id FROM person WHERE id = :id", id=person_id)
    return None if row is None else PersonId(row.id)


async def search_people(work: Work, *, words: str, organization: OrganizationId | None, most: int) -> Sequence[Person]:
    """People by educator number, license number, or the beginning of their name; in one district if named."""
    rows = await work.rows(
        f"""SELECT {COLUMNS} FROM person p
            WHERE (p.educator_number = :words OR p.license_numbers @> CAST(:license AS text[])
                   OR (:key <> '' AND p.name_key LIKE :key || '%'))
              AND (CAST(:organization AS uuid) IS NULL OR EXISTS (
                   SELECT FROM employment e WHERE e.person_id = p.id AND e.organization_id = :organization))
            ORDER BY p.name_key, p.id LIMIT :most""",
        words=words.strip(), license=[words.strip()], key=_search_key(words),
        organization=organization, most=most, today=work.today,
    )  # fmt: skip
    return [person_of(row) for row in rows]


def person_of(row: Any) -> Person:
    """A row with COLUMNS as a person."""
    return Person(
        person_id=PersonId(row.id),
        version=row.version,
        educator_number=row.educator_number,
        name=name_of(row),
        former_names=former_names_of(row),
        districts=tuple(row.districts),
        address=Address(**_json(row.address)) if row.address else None,
        email=row.email,
        phone=row.phone,
        language=row.language,
        merged_into=row.merged_into,
        started_by=row.started_by,
    )


def name_of(row: Any) -> Name:
    """The name in a row."""
    return Name(first=row.first, last=row.last, middle=row.middle, suffix=row.suffix)


def _json(value: Any) -> Any:
    """What stands in a jsonb column; the driver gives it as text or decoded, as the statement was made."""
    return orjson.loads(value) if isinstance(value, str) else value


def former_names_of(row: Any) -> tuple[Name, ...]:
    """The former names in a row."""
    return tuple(Name(**former) for former in _json(row.former_names))


def _values(person: Person, but: Sequence[str] = ()) -> dict[str, Any]:
    values = {
        "id": person.person_id,
        "version": person.version,
        "educator_number": person.educator_number,
        "name_key": name_key(person.name),
        "address": person.address.model_dump_json() if person.address else None,
        "email": person.email,
        "phone": person.phone,
        "language": person.language,
        **person.name.model_dump(),
    }
    return {name: value for name, value in values.items() if name not in but}


def _search_key(words: str) -> str:
    """The beginning of a name key: "Garcia-Lopez, Rosa" is searched as "garcialopez rosa"."""
    last, _, first = words.partition(",")
    key = name_key(Name(first=first, last=last))
    return key if first.strip() else key.rstrip()
