"""Searching: a whole number, the beginning of a name, or a name that is nearly so; many questions at once."""

import base64
import binascii
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Self
from uuid import UUID

import orjson

from services.lookup.domain.names import (
    KeyRange,
    NameKey,
    checked_query,
    closest,
    is_number,
    number_key,
    read_as_name,
    slips_of,
)
from services.lookup.queries.licenses import COLUMNS, PublicLicense, Shown, public_license
from shared.contracts.values import Value
from shared.database import Row
from shared.errors import Invalid
from shared.messaging.work import Work
from shared.policies import Policy


class Place(NamedTuple):
    """Where a page ends: in which of the ways searched, at which last and first name, at which license."""

    way: int
    last: str
    first: str
    license_id: UUID


FIRST = Place(0, "", "", UUID(int=0))
_MOST_WAYS = 1000
"""More than there are in any question."""


class Question(NamedTuple):
    """What somebody searches: a number, or the ways to read a name; of what is found a district's alone, so many,
    behind a place.
    """

    number: str
    ways: tuple[NameKey, ...]
    district: UUID | None
    limit: int
    after: Place

    @classmethod
    def read(
        cls, query: str, policy: Policy, limit: int, district: UUID | None = None, after: str | None = None
    ) -> Self:
        """What somebody typed, as a question. Raises `TooFewLetters`, and `Invalid` for an `after` no page gave."""
        typed, place = checked_query(query), _place(after) if after else FIRST
        if is_number(typed):
            return cls(number_key(typed), (), district, limit, place)
        return cls("", read_as_name(typed, policy.lookup.fewest_letters), district, limit, place)


class Found(Value):
    """A page of a search. `total` counts at most as many as may be shown; `capped`: there are more than those."""

    licenses: tuple[PublicLicense, ...]
    total: int = 0
    capped: bool = False
    similar: bool = False
    next: str | None = None


Ranges = Mapping[Question, Sequence[KeyRange]]
"""Which keys are searched for each question."""


async def find(work: Work, questions: Sequence[Question]) -> dict[Question, Shown]:
    """The page that answers each question; where no name begins so, with the names that are nearly so."""
    found = await _by_number(work, [q for q in questions if q.number])
    begun = {q: [KeyRange.beginning(way) for way in q.ways] for q in questions if q.ways}
    found |= await _by_name(work, begun)
    nobody = [q for q in begun if not found[q]["licenses"] and not (q.after != FIRST and await _known(work, q.ways))]
    similar = {q: ranges for q, ranges in (await _similar(work, nobody)).items() if ranges}
    enough = work.policy.lookup.most_results + 1  # of the nearest names first: so many are not counted of each
    pages = await _by_name(work, similar, enough)
    return found | {q: page | {"similar": True} for q, page in pages.items()}


async def _by_number(work: Work, questions: Sequence[Question]) -> dict[Question, Shown]:
    if not questions:
        return {}
    sql = f"""SELECT {COLUMNS}, asker.number AS asked
              FROM unnest(CAST(:numbers AS text[])) AS asker (number) CROSS JOIN LATERAL (
                  SELECT * FROM shown.license WHERE license.number_key = asker.number LIMIT 10) AS license"""
    rows = defaultdict(list)
    for row in await work.rows(sql, numbers=list({q.number for q in questions})):
        rows[row["asked"]].append(row)
    return {q: _page(work, rows[q.number], len(rows[q.number])) for q in questions}


# Who is found stands in the order of the ways searched (the nearest names first), and of names within each: they come
# so, and are numbered as they come, since to sort 251 names costs more than to find them.
# The limits stand inside, so that a page far back and a forged cursor see no more than the first page's search does.
# Without a district, what is counted is read from an index alone.
# What is asked comes as one JSON value: to tell asyncpg each element of its arrays takes ten times as long.
BY_NAME = f"""
    SELECT page.*, asker.number AS asked
    FROM jsonb_to_recordset(CAST(:askers AS jsonb)) AS asker (
        number int, ways jsonb, district uuid, most int, way int, last text, first text, license_id uuid)
    CROSS JOIN LATERAL (
        WITH hit AS (
            SELECT row_number() OVER () AS nth, way.way, listed.* FROM jsonb_to_recordset(asker.ways) AS way (
                way int, last_from text, last_to text, first_from text, first_to text
            ) CROSS JOIN LATERAL (
                SELECT listed.last, listed.first, listed.license_id FROM shown.listed AS listed
                WHERE listed.last >= way.last_from AND listed.last < way.last_to
                  AND listed.first >= way.first_from AND listed.first < way.first_to
                  AND (asker.district IS NULL OR EXISTS (
                      SELECT FROM shown.license AS held
                      WHERE held.license_id = listed.license_id AND asker.district = ANY(held.districts)))
                ORDER BY listed.last, listed.first, listed.license_id LIMIT :most + 1) AS listed
            LIMIT :of_all_ways),
        once AS (SELECT DISTINCT ON (license_id) * FROM hit ORDER BY license_id, nth),
        place AS (SELECT *, count(*) OVER () AS total FROM once ORDER BY nth LIMIT :most)
        SELECT {COLUMNS}, place.way, place.last, place.first, place.total, place.nth
        FROM place JOIN shown.license AS license ON license.license_id = place.license_id
        WHERE (place.way, place.last, place.first, place.license_id)
            > (asker.way, asker.last, asker.first, asker.license_id)
        ORDER BY place.nth LIMIT asker.most + 1) AS page
    ORDER BY asker.number, page.nth
"""


async def _by_name(work: Work, asked: Ranges, of_all_ways: int | None = None) -> dict[Question, Shown]:
    if not asked:
        return {}
    most = work.policy.lookup.most_results
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in await work.rows(BY_NAME, most=most, of_all_ways=of_all_ways, askers=askers(asked)):
        rows[row["asked"]].append(row)
    return {q: _page_of_names(work, rows[number], q, most) for number, q in enumerate(asked)}


def askers(asked: Ranges) -> str:
    """The questions with their ways, as the statement takes them."""
    return _json(
        {
            "number": number,
            "ways": [
                {"way": way, "last_from": last[0], "last_to": last[1], "first_from": first[0], "first_to": first[1]}
                for way, (last, first) in enumerate(ranges)
            ],
            "district": question.district,
            "most": question.limit,
            "way": question.after.way,
            "last": question.after.last,
            "first": question.after.first,
            "license_id": question.after.license_id,
        }
        for number, (question, ranges) in enumerate(asked.items())
    )


def _page_of_names(work: Work, rows: Sequence[Row], question: Question, most: int) -> Shown:
    total = int(rows[0]["total"]) if rows else 0
    page = rows[: question.limit]
    place = _cursor(page[-1]) if len(rows) > question.limit else None
    return _page(work, page, min(total, most)) | {"capped": total > most, "next": place}


def _page(work: Work, rows: Sequence[Row], total: int) -> Shown:
    """A `Found` as orjson writes it: all that there is, of names that begin so."""
    today = work.today
    licenses = [public_license(row, today, work.policy) for row in rows]
    return {"licenses": licenses, "total": total, "capped": False, "similar": False, "next": None}


async def _known(work: Work, ways: Sequence[NameKey]) -> bool:
    """Whether a surname begins so: then an empty page is the end, and nothing is misspelt."""
    sql = "SELECT 1 FROM shown.surname WHERE last >= :begin AND last < :end LIMIT 1"
    ranges = [KeyRange.beginning(way).last for way in ways]
    return any([await work.row(sql, begin=begin, end=end) is not None for begin, end in ranges])


SIMILAR = """
    SELECT asker.number AS asked, surname.last
    FROM jsonb_to_recordset(CAST(:askers AS jsonb)) AS asker (number int, slips int[])
    JOIN shown.surname AS surname ON surname.slips && asker.slips
"""


async def _similar(work: Work, questions: Sequence[Question]) -> dict[Question, list[KeyRange]]:
    """The surnames nearest to those typed, by slips of the pen; nothing for a question that has none."""
    if not questions:
        return {}
    slips = ([slip for way in q.ways for slip in slips_of(way.last)] for q in questions)
    asked = _json({"number": number, "slips": each} for number, each in enumerate(slips))
    known: dict[int, list[str]] = defaultdict(list)
    for row in await work.rows(SIMILAR, askers=asked):
        known[row["asked"]].append(row["last"])
    return {q: called(q.ways, known[number]) for number, q in enumerate(questions) if number in known}


def called(ways: Sequence[NameKey], known: Sequence[str]) -> list[KeyRange]:
    """Those of the known surnames that are nearest to one that was typed, each with the first name that was."""
    return [KeyRange.called(surname, way.first) for way in ways for surname in closest(way.last, known)]


def _json(askers: Iterable[Mapping[str, Any]]) -> str:
    return orjson.dumps(list(askers)).decode()


def _cursor(row: Any) -> str:
    place = orjson.dumps([row["way"], row["last"], row["first"], row["license_id"]])
    return base64.urlsafe_b64encode(place).decode().rstrip("=")


def _place(cursor: str) -> Place:
    """Where the page before ended. Raises `Invalid`."""
    try:
        told = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        way, last, first, license_id = orjson.loads(told.replace(b"\\u0000", b""))
        if way not in range(_MOST_WAYS):
            raise ValueError(way)
        return Place(int(way), str(last), str(first), UUID(license_id))
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise Invalid("after", problem="No page ends here. Search again from the beginning.") from error
