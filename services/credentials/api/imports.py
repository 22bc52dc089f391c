"""Licenses and credits of a predecessor system, as CSV or JSON; and saying states again."""

import csv
import io
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from services.credentials.commands import importing, states
from services.credentials.commands.rows import Report, RowError
from services.credentials.queries import licenses
from services.credentials.queries.answers import Named
from shared.errors import Invalid
from shared.messaging.work import Work
from shared.web.asked import Asked, AskedRequest
from shared.web.given import Given

router = APIRouter(tags=["import"])
LOADERS = ("loader", "licensing_officer")

BITE = 1000
"""Rows of one transaction."""
MOST_BYTES = 64 * 1024 * 1024

Import = Callable[..., Awaitable[Report]]


class RowProblem(BaseModel):
    """Why a row was not taken; rows count from 1, without the header."""

    row: int
    field: str
    problem: str


class Imported(BaseModel):
    """What came of the file, or (in a preview) would come of it."""

    read: int
    new: int
    known: int
    errors: list[RowProblem]
    preview: bool


class NumbersGiven(Given):
    """Numbers of licenses."""

    numbers: Annotated[tuple[str, ...], Field(max_length=BITE)]


class SaidAgain(BaseModel):
    """How many states were said; `next_after` is where to go on, None: that was all."""

    said: int
    next_after: UUID | None


@router.post("/import/licenses", summary="Licenses: CSV with a header, or a JSON list of objects")
async def import_licenses(asked: Asked, preview: bool = False) -> Imported:
    """Columns: number, educator_number, license_type, license_class, endorsements, effective_from, valid_until,
    earning_from, provisional, standing. A number that is known changes nothing."""
    return await _import(asked, importing.import_licenses, preview=preview)


@router.post("/import/licenses/find", summary="Which licenses have these numbers, and whose they are; at most 1,000")
async def find_licenses(given: NumbersGiven, asked: Asked) -> list[Named]:
    """For what refers to licenses by their number, as a file of applications does. Unknown numbers are left out."""
    await asked.staff(*LOADERS)
    async with asked.reading() as work:
        return await licenses.named(work, given.numbers)


@router.post("/import/credits", summary="Credits: CSV with a header, or a JSON list of objects")
async def import_credits(asked: Asked, preview: bool = False) -> Imported:
    """Columns: educator_number, credit_type, amount, contact_hours, title, provider, started_on, completed_on,
    content_group, reference. A credit that is known changes nothing."""
    return await _import(asked, importing.import_credits, preview=preview)


@router.post("/operations/licenses/say-again", summary="Say states again, for a rebuild or a lost record")
async def say_again(
    asked: Asked, after: UUID | None = None, at_most: Annotated[int, Query(ge=1, le=5000)] = 1000
) -> SaidAgain:
    actor = await asked.staff("operator")

    async def command(work: Work) -> SaidAgain:
        said, following = await states.say_states_again(work, after=after, at_most=at_most)
        return SaidAgain(said=said, next_after=following)

    return await asked.once(command, actor=actor)  # type: ignore[no-any-return]


@router.post("/operations/licenses/say", summary="Say these licenses again, as they stand")
async def say_some(ids: list[UUID], asked: Asked) -> SaidAgain:
    actor = await asked.staff("operator")

    async def command(work: Work) -> SaidAgain:
        return SaidAgain(said=await states.say_of_some(work, ids), next_after=None)

    return await asked.once(command, actor=actor)  # type: ignore[no-any-return]


async def _import(asked: AskedRequest, take: Import, *, preview: bool) -> Imported:
    """The file in bites, each in a transaction of its own: done again, a half-done import is completed."""
    actor = await asked.staff(*LOADERS)
    rows = _rows(await asked.request.body(), asked.request.headers.get("content-type", ""))
    found = Imported(read=len(rows), new=0, known=0, errors=[], preview=preview)
    for start in range(0, len(rows), BITE):
        async with asked.runtime.work(actor=actor.id) as work:
            part = await take(work, rows[start : start + BITE], preview=preview)
        found.new, found.known = found.new + part.new, found.known + part.known
        found.errors += [_problem(error, start) for error in part.errors]
    found.errors.sort(key=lambda error: error.row)
    return found


def _problem(error: RowError, start: int) -> RowProblem:
    return RowProblem(row=start + error.row, field=error.field, problem=error.problem)


def _rows(body: bytes, content_type: str) -> Sequence[Mapping[str, Any]]:
    """The rows of a file. Raises `Invalid` for one that cannot be read at all."""
    if len(body) > MOST_BYTES:
        raise Invalid(field="file", problem=f"The file is larger than {MOST_BYTES >> 20} MB.")
    try:
        if "json" in content_type:
            found = orjson.loads(body)
            if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
                raise Invalid(field="file", problem="The file is not a list of objects.")
            return found
        reader = csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=None))
        return [_without_overhang(row) for row in reader]
    except (orjson.JSONDecodeError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid(field="file", problem=f"The file cannot be read: {error}.") from error


def _without_overhang(row: dict[str | None, Any]) -> dict[str, Any]:
    """A row with more cells than the header keeps them under a name that no import knows, and is refused for it."""
    return {name or "cells after the last column": value for name, value in row.items() if value is not None}
