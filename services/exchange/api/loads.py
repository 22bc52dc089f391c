"""Loads of files: post the file, read the preview, load it, watch it, recall it. For loaders and licensing officers.

POST /loads?agency=mde&name=may.csv   the file itself as the body (text/csv); answers at once, is checked meanwhile
GET  /loads/{id}                      until `state` is `checked`: the preview; later how far the load is
POST /loads/{id}/load                 loads what is new in it
POST /loads/{id}/recall {reason}      takes all of it back; /recall-preview says first what that changes
"""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from services.exchange.api.keys import check_agency
from services.exchange.commands import loads as commands
from services.exchange.domain.errors import FileTooLarge, KindNotLoaded
from services.exchange.domain.files import COLUMNS, LONGEST_RECORD, read_header
from services.exchange.store import loads, problems
from shared.files import Files
from shared.ids import named_id, new_id
from shared.tokens import Actor
from shared.web.asked import Asked, AskedRequest
from shared.web.given import Given

router = APIRouter(tags=["loads"])
MAY = ("loader", "licensing_officer")
MOST_BYTES = 1 << 30
SHOWN_PROBLEMS = 100
SHOWN_LICENSES = 500


class Mistake(BaseModel):
    """What is wrong with one row; `row` counts as a spreadsheet does."""

    row: int
    field: str
    problem: str
    fix: str
    reference: str


class Load(BaseModel):
    """A load. `state`: checking · checked · loading · loaded · recalling · recalled · failed."""

    load_id: UUID
    agency: str
    kind: str
    name: str
    state: str
    progress: float = Field(description="Of the present state, from 0 to 1")
    rows: int
    new: int = Field(description="Rows that loading passes on")
    known: int = Field(description="Rows that were loaded before; they have no second effect")
    waiting: int = Field(description="Rows whose educator is not known yet; loading parks them")
    wrong: int = Field(description="Rows that loading leaves out")
    said: int = Field(description="Rows passed on or parked so far")
    parked: int = Field(description="Of these, rows that still wait for their educator")
    accepted: int
    refused: int = Field(description="Rows refused after they were passed on or parked")
    open: int = Field(description="Rows passed on whose outcome is still to come")
    taken_back: int
    reason: str
    by_name: str
    at: datetime
    problems: list[Mistake] = Field([], description="The first of them; all are in /errors.csv")


class Recall(Given):
    """Why a load is taken back; the agency and the educators read it."""

    reason: Annotated[str, Field(min_length=3, max_length=200)]


class Affected(BaseModel):
    """A license toward which credits of the load count; None: they count toward none."""

    license_id: UUID | None
    number: str | None
    credits: int
    text: str


class RecallPreview(BaseModel):
    """What a recall would change, and what is left of one that was begun."""

    accepted: int
    passed: int
    parked: int
    people: int
    licenses: int
    recalling: int = Field(description="Credits that are being taken back, and whose outcome is still to come")
    affected: list[Affected] = Field(description="The licenses with the most credits first; at most 500")


@router.post(
    "/loads", status_code=202, summary="Send a file (CSV with a header); it is checked and shown before it loads"
)
async def post_load(
    request: Request,
    asked: Asked,
    agency: Annotated[str, Query(max_length=100)],
    kind: Annotated[str, Query(max_length=20)] = "credits",
    name: Annotated[str, Query(max_length=200)] = "",
) -> Load:
    """The body is the file. With an `Idempotency-Key` the same file sent again is the same load."""
    actor = await asked.staff(*MAY)
    check_agency(asked, agency)
    if kind not in COLUMNS:
        raise KindNotLoaded(kind=kind)
    incoming = Incoming(request, kind)
    sha256 = await Files(asked.runtime.settings).put(incoming.stream())
    load_id = _load_id(asked, actor)
    async with asked.runtime.work(actor=actor.id) as work:
        await loads.add(
            work, load_id=load_id, agency=agency, kind=kind, name=name or "a file", sha256=sha256,
            columns=list(incoming.columns), bytes=incoming.size, first_byte=incoming.first_byte,
            by=actor.id, by_name=actor.name,
        )  # fmt: skip
        return _shown(await loads.get(work, load_id))


@router.get("/loads", summary="The latest loads")
async def list_loads(asked: Asked) -> list[Load]:
    await asked.staff(*MAY)
    async with asked.reading() as work:
        return [_shown(row) for row in await loads.find_all(work)]


@router.get("/loads/{load_id}", summary="The preview of a load, and how far it is")
async def get_load(load_id: UUID, asked: Asked) -> Load:
    await asked.staff(*MAY)
    async with asked.reading() as work:
        load = _shown(await loads.get(work, load_id))
        found = await problems.find(work, load_id, at_most=SHOWN_PROBLEMS)
    return load.model_copy(update={"problems": [Mistake(**row) for row in found]})


@router.get("/loads/{load_id}/errors.csv", summary="What is wrong with rows: Row, Field, Problem, Fix, Reference")
async def get_errors(load_id: UUID, asked: Asked) -> StreamingResponse:
    await asked.staff(*MAY)
    async with asked.reading() as work:
        load = await loads.get(work, load_id)
    headers = {"Content-Disposition": f'attachment; filename="errors-{load.load_id}.csv"'}
    return StreamingResponse(_errors(asked, load_id), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/loads/{load_id}/load", status_code=202, summary="Load what is new; a second time loads nothing more")
async def load_it(load_id: UUID, asked: Asked) -> Any:
    await asked.staff(*MAY)
    return await asked.once(lambda work: _then_shown(commands.begin_loading(work, load_id)), status=202)


@router.get("/loads/{load_id}/recall-preview", summary="What a recall would change, before it does")
async def preview_recall(load_id: UUID, asked: Asked) -> RecallPreview:
    await asked.staff(*MAY)
    async with asked.reading() as work:
        await loads.get(work, load_id)
        counted = await loads.count_standing(work, load_id)
        rows = await loads.find_affected(work, load_id, SHOWN_LICENSES)
    assert counted is not None
    return RecallPreview(**counted, affected=[Affected(**row) for row in rows])


@router.post("/loads/{load_id}/recall", status_code=202, summary="Take back every credit of the load")
async def recall_it(load_id: UUID, recall: Recall, asked: Asked) -> Any:
    await asked.staff(*MAY)
    return await asked.once(
        lambda work: _then_shown(commands.begin_recall(work, load_id, recall.reason.strip())), status=202
    )


class Incoming:
    """A file on its way in: its header is checked before the rest is kept."""

    def __init__(self, request: Request, kind: str) -> None:
        self._request, self._kind = request, kind
        self.columns: tuple[str, ...] = ()
        self.size = self.first_byte = 0

    async def stream(self) -> AsyncIterator[bytes]:
        """The body. Raises `FileInvalid` for its header, `FileTooLarge`; then nothing of it is kept."""
        head = b""
        async for chunk in self._request.stream():
            self.size += len(chunk)
            if self.size > MOST_BYTES:
                raise FileTooLarge(most=MOST_BYTES)
            if not self.columns:
                head += chunk
                if b"\n" in head or len(head) > LONGEST_RECORD:
                    self.columns, self.first_byte = read_header(head, self._kind)
            yield chunk
        if not self.columns:
            self.columns, self.first_byte = read_header(head, self._kind)


def _load_id(asked: AskedRequest, actor: Actor) -> UUID:
    key = asked.request.headers.get("idempotency-key", "")
    return named_id(datetime.fromtimestamp(0, UTC), "load", actor.id, key) if key else new_id()


def _shown(row: Any) -> Load:
    return Load(
        **{name: getattr(row, name) for name in Load.model_fields if name in row},
        progress=_progress(row),
        open=row.said - row.parked - row.accepted - row.refused,
    )


def _progress(row: Any) -> float:
    if row.state == "recalling":
        return min(1.0, (row.next_row - 2) / float(row.said)) if row.said else 1.0
    if row.state not in ("checking", "loading") or row.bytes == row.first_byte:
        return 1.0
    return round(float((row.next_byte - row.first_byte) / (row.bytes - row.first_byte)), 4)


async def _then_shown(began: Any) -> Load:
    return _shown(await began)


async def _errors(asked: AskedRequest, load_id: UUID) -> AsyncIterator[str]:
    """The lines of the file of errors. A cell that a spreadsheet would take for a formula is quoted as text."""
    yield "Row,Field,Problem,Fix,Reference\r\n"
    after = 0
    while True:
        async with asked.runtime.work(actor="loads") as work:
            rows = await problems.find(work, load_id, after, 1000)
        out = io.StringIO()
        csv.writer(out).writerows([[_plain(str(cell)) for cell in row] for row in rows])
        yield out.getvalue()
        if len(rows) < 1000:
            return
        after = rows[-1].row


def _plain(cell: str) -> str:
    return "'" + cell if cell[:1] in tuple("=+-@\t\r") else cell
