"""Files of a predecessor system: CSV or JSON, previewed or loaded, with an error for each bad row."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.identity.api.context import secrets
from services.identity.commands import importing
from services.identity.domain.files import (
    FileMalformed,
    PersonRow,
    Read,
    RowError,
    read_organizations,
    read_people,
    read_roles,
)
from services.identity.domain.passwords import check
from services.identity.domain.roles import Role
from shared.errors import Refused
from shared.ids import OrganizationId, new_id
from shared.messaging.work import Work
from shared.web.asked import OPERATIONS, Asked, AskedRequest

router = APIRouter(prefix="/import", tags=["import"])
MOST_BYTES = 64 * 1024 * 1024
LOADERS = (Role.LOADER.value, Role.LICENSING_OFFICER.value)


class RowProblem(BaseModel):
    """Why a row was not loaded; rows count from 1, without the header."""

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


@router.post("/people", summary="People, with their accounts and districts where the file has them")
async def import_people(
    asked: Asked,
    source: Annotated[str, Query(max_length=40, description="The system that the file comes from")] = "import",
    preview: bool = False,
) -> Imported:
    """Loaded in bites; a row whose external id or educator number is known changes nothing."""
    actor = await asked.staff(*LOADERS)
    file = await asyncio.to_thread(read_people, await _text(asked), today=asked.today())
    hashes = {} if preview else await _password_hashes(asked, file)
    report = importing.Report(read=len(file.rows) + len(file.errors), errors=list(file.errors))
    vault = secrets(asked).vault
    for start in range(0, len(file.rows), importing.BITE):
        bite = file.rows[start : start + importing.BITE]
        prepared = await asyncio.to_thread(importing.prepare_all, bite, source, vault, hashes)
        async with asked.runtime.work(actor=actor.id) as work:
            if preview:
                part = await importing.preview_people(work, bite, source)
            else:
                part = await importing.import_people(work, bite, prepared, source)
        report.new, report.known = report.new + part.new, report.known + part.known
        report.errors += part.errors
    return _shown(report, preview=preview)


@router.post("/organizations", summary="Districts and other organizations")
async def import_organizations(asked: Asked, preview: bool = False) -> Imported:
    actor = await asked.staff(*LOADERS)
    file = read_organizations(await _text(asked), new_id=lambda: OrganizationId(new_id()))
    report = await _at_once(asked, actor.id, lambda work: importing.import_organizations(work, file.rows), preview)
    return _with_unread(file.errors, report, preview=preview)


@router.post("/roles", summary="Who holds which role from which day")
async def import_roles(asked: Asked, preview: bool = False) -> Imported:
    """The first roles of an installation come this way, too: only the operator of the machine may load them."""
    actor = asked.peer(OPERATIONS)
    file = read_roles(await _text(asked))
    report = await _at_once(asked, actor.id, lambda work: importing.import_roles(work, file.rows), preview)
    return _with_unread(file.errors, report, preview=preview)


class _Previewed(Exception):
    """Takes back what a preview did."""


async def _at_once(
    asked: AskedRequest, actor: str, load: Callable[[Work], Awaitable[importing.Report]], preview: bool
) -> importing.Report:
    """All rows in one transaction, which a preview does not commit."""
    with contextlib.suppress(_Previewed):
        async with asked.runtime.work(actor=actor) as work:
            report = await load(work)
            if preview:
                raise _Previewed
    return report


async def _text(asked: AskedRequest) -> str:
    body = await asked.request.body()
    if len(body) > MOST_BYTES:
        raise FileMalformed("file", problem=f"The file is larger than {MOST_BYTES >> 20} MB.")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileMalformed("file", problem="The file is not UTF-8.") from error


async def _password_hashes(asked: AskedRequest, file: Read[PersonRow]) -> dict[int, str]:
    """The hashes of the file's passwords, by row; a row whose password breaks a rule becomes an error."""
    passwords, rules = secrets(asked).passwords, asked.runtime.policy.accounts.passwords
    wanted = [row for row in file.rows if row.password]
    refused: set[int] = set()
    for row in wanted:
        try:
            check(row.password, about=(row.user_id,), rules=rules)
        except Refused as error:
            file.errors.append(RowError(row.row, "password", str(error)))
            refused.add(row.row)
    file.rows[:] = [row for row in file.rows if row.row not in refused]
    hashed: dict[int, str] = {}
    for row in wanted:
        if row.row not in refused:
            hashed[row.row] = await passwords.hash(row.password)
            await asyncio.sleep(0)
    return hashed


def _with_unread(errors: list[RowError], report: importing.Report, *, preview: bool) -> Imported:
    report.read += len(errors)
    report.errors = errors + report.errors
    return _shown(report, preview=preview)


def _shown(report: importing.Report, *, preview: bool) -> Imported:
    errors = sorted(report.errors, key=lambda error: error.row)
    problems = [RowProblem(**vars(error)) for error in errors]
    return Imported(read=report.read, new=report.new, known=report.known, errors=problems, preview=preview)
