"""Searching: a whole number, the beginning of a name, or a name that is nearly so."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from services.lookup.domain.names import (
    KeyRange,
    NameKey,
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

Place = tuple[str, str, UUID]
"""Where a page ends: last and first name as they are searched, and the license."""

FIRST: Place = ("", "", UUID(int=0))


class Part(NamedTuple):
    """Which of what is found is to be shown: a district's alone, so many, behind a place."""

    district: UUID | None
    limit: int
    after: Place


class Found(Value):
    """A page of a search. `total` counts at most as many as may be shown; `capped`: there are more than those."""

    licenses: tuple[PublicLicense, ...]
    total: int = 0
    capped: bool = False
    similar: bool = False
    next: str | None = None


async def search(work: Work, query: str, district: UUID | None, limit: int, after: str | None) -> Shown:
    """What a query finds; where no name begins so, the names that are nearly so.

    Raises `TooFewLetters`, and `Invalid` for an `after` that no page gave.
    """
    place = _place(after) if after else FIRST
    if is_number(query):
        return await _by_number(work, number_key(query))
    ways = read_as_name(query, work.policy.lookup.fewest_letters)
    part = Part(district, limit, place)
    found = await _by_name(work, [KeyRange.beginning(way) for way in ways], part)
    if found["licenses"] or (after and await _known(work, ways)):
        return found
    similar = await _similar(work, ways)
    if not similar:
        return found
    enough = work.policy.lookup.most_results + 1  # of the nearest names first: so many are not counted of each
    return await _by_name(work, similar, part, enough) | {"similar": True}


async def _by_number(work: Work, key: str) -> Shown:
    sql = f"SELECT {COLUMNS} FROM shown.license AS license WHERE license.number_key = :key LIMIT 10"
    rows = await work.rows(sql, key=key)
    return _page(work, rows, len(rows))


# The limits stand inside, so that a page far back and a forged cursor see no more than the first page's search does.
# Without a district, what is counted is read from an index alone.
_LISTED = """
            SELECT listed.last, listed.first, listed.license_id FROM shown.listed AS listed {of_district}
            WHERE listed.last >= way.last_from AND listed.last < way.last_to
              AND listed.first >= way.first_from AND listed.first < way.first_to
            ORDER BY listed.last, listed.first LIMIT :most + 1"""
_OF_DISTRICT = """
            JOIN shown.license AS held ON held.license_id = listed.license_id
                AND CAST(:district AS uuid) = ANY(held.districts)"""
_PAGE = f"""
    WITH way AS (
        SELECT * FROM unnest(CAST(:last_from AS text[]), CAST(:last_to AS text[]),
                             CAST(:first_from AS text[]), CAST(:first_to AS text[]))
            AS given (last_from, last_to, first_from, first_to)),
    hit AS (SELECT found.* FROM way CROSS JOIN LATERAL ({{listed}}) AS found LIMIT :of_all_ways),
    once AS (SELECT DISTINCT ON (license_id) last, first, license_id FROM hit ORDER BY license_id, last, first),
    place AS (SELECT *, count(*) OVER () AS total FROM once ORDER BY last, first, license_id LIMIT :most)
    SELECT {COLUMNS}, place.last, place.first, place.total
    FROM place JOIN shown.license AS license ON license.license_id = place.license_id
    WHERE (place.last, place.first, place.license_id) > (:after_last, :after_first, CAST(:after_id AS uuid))
    ORDER BY place.last, place.first, place.license_id LIMIT :limit
"""
BY_NAME = _PAGE.format(listed=_LISTED.format(of_district=""))
IN_DISTRICT = _PAGE.format(listed=_LISTED.format(of_district=_OF_DISTRICT))


async def _by_name(work: Work, ways: Sequence[KeyRange], part: Part, of_all_ways: int | None = None) -> Shown:
    most = work.policy.lookup.most_results
    rows = await work.rows(
        IN_DISTRICT if part.district else BY_NAME,
        last_from=[way.last[0] for way in ways],
        last_to=[way.last[1] for way in ways],
        first_from=[way.first[0] for way in ways],
        first_to=[way.first[1] for way in ways],
        district=part.district,
        most=most,
        of_all_ways=of_all_ways,
        limit=part.limit + 1,
        after_last=part.after[0],
        after_first=part.after[1],
        after_id=part.after[2],
    )
    total = int(rows[0].total) if rows else 0
    page = rows[: part.limit]
    place = _cursor(page[-1]) if len(rows) > part.limit else None
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


async def _similar(work: Work, ways: Sequence[NameKey]) -> list[KeyRange]:
    """The surnames nearest to those typed, by slips of the pen."""
    rows = await work.rows(
        "SELECT last FROM shown.surname WHERE slips && CAST(:slips AS int[])",
        slips=[slip for way in ways for slip in slips_of(way.last)],
    )
    known = [row.last for row in rows]
    return [KeyRange.called(surname, way.first) for way in ways for surname in closest(way.last, known)]


def _cursor(row: Any) -> str:
    place = orjson.dumps([row.last, row.first, str(row.license_id)])
    return base64.urlsafe_b64encode(place).decode().rstrip("=")


def _place(cursor: str) -> Place:
    """Where the page before ended. Raises `Invalid`."""
    try:
        last, first, license_id = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return str(last), str(first), UUID(license_id)
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise Invalid("after", problem="No page ends here. Search again from the beginning.") from error
