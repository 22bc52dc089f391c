"""The print shop: take a batch under a fenced lease, download it, clear each piece, report, print again."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, Field

from services.printing import peers, queries
from services.printing.api.common import printer, real_now
from services.printing.commands import clearance, shop
from services.printing.domain.pieces import Piece, Report
from services.printing.store import batches
from shared.errors import ElmsError, NotFound
from shared.files import Files
from shared.ids import PieceId
from shared.messaging.work import Work
from shared.web.asked import Asked, AskedRequest
from shared.web.given import Given

router = APIRouter(tags=["print shop"])


class Reporting(Given):
    """What became of one piece, under the lease that the batch was taken with."""

    outcome: Annotated[str, Field(examples=["printed", "inserted", "mailed", "spoiled", "returned"], max_length=20)]
    lease: Annotated[int, Field(ge=0)]
    serial: Annotated[str, Field(max_length=40, description="the sheet's number, where sheets bear one")] = ""
    at: AwareDatetime | None = None
    note: Annotated[str, Field(max_length=500)] = ""


class ReportingPiece(Reporting):
    piece_id: UUID
    lease: Annotated[int, Field(ge=0, description="the batch's, if it is left out")] = 0


class Reports(Given):
    """Many reports at once; each is taken or refused by itself."""

    lease: Annotated[int, Field(ge=1)]
    reports: Annotated[list[ReportingPiece], Field(min_length=1, max_length=2000)]


class Clearing(Given):
    lease: Annotated[int, Field(ge=1)]


class ClearingMany(Clearing):
    pieces: Annotated[list[UUID], Field(min_length=1, max_length=500)]


class Reprinting(Clearing):
    missing: Annotated[list[UUID], Field(max_length=2000, default_factory=list, description="not there")]


# ---- taking --------------------------------------------------------------------------------------------------


@router.post("/batches/take", summary="Take the next batch that waits")
async def take_next(asked: Asked) -> Any:
    actor = await printer(asked)
    return await asked.once(lambda work: _take(work, None, actor.id))


@router.post("/batches/{batch_id}/take", summary="Take this batch, or keep it for longer")
async def take(batch_id: UUID, asked: Asked) -> Any:
    """Answers with the lease: every report carries it, and a later taking makes it worthless."""
    actor = await printer(asked)
    return await asked.once(lambda work: _take(work, batch_id, actor.id))


async def _take(work: Work, batch_id: UUID | None, holder: str) -> dict[str, Any]:
    batch = await shop.take(batch_id, holder, work, real_now=real_now())
    return await queries.batch(work, batch.batch_id)


@router.get("/batches/{batch_id}/manifest", summary="Which piece is on which page, for whom; and each file's hash")
async def manifest(batch_id: UUID, asked: Asked) -> Response:
    await printer(asked)
    async with asked.reading() as work:
        batch = await batches.get_batch(work, batch_id)
        work.audit("manifest read", batch_id)
    if not batch.manifest:
        raise NotFound
    content = await Files(asked.runtime.settings).get(batch.manifest)
    return Response(content, media_type="application/json", headers={"ETag": f'"{batch.manifest}"'})


@router.get("/batches/{batch_id}/files/{name}", summary="One PDF of a batch")
async def file(batch_id: UUID, name: str, asked: Asked) -> StreamingResponse:
    await printer(asked)
    async with asked.reading() as work:
        found = next((f for f in await batches.files_of(work, batch_id) if f.name == name and f.sha256), None)
        work.audit("file read", batch_id, name=name)
    if found is None:
        raise NotFound
    headers = {"ETag": f'"{found.sha256}"', "Content-Disposition": f'attachment; filename="{found.name}"'}
    headers["Content-Length"] = str(found.size)
    content = Files(asked.runtime.settings).read(found.sha256)
    return StreamingResponse(content, media_type="application/pdf", headers=headers)


# ---- clearing ------------------------------------------------------------------------------------------------


@router.post("/pieces/{piece_id}/clear", summary="May this piece go into its envelope, at this moment?")
async def clear(piece_id: UUID, clearing: Clearing, asked: Asked) -> dict[str, Any]:
    """Asks whether the license stands. 200: insert it. 422: stopped, mark it spoiled. 503: nobody knows; wait."""
    actor = await printer(asked)
    outcome = await _clear(asked, [PieceId(piece_id)], clearing.lease, actor.id)
    refused = outcome[PieceId(piece_id)]
    if refused is not None:
        raise refused
    return {"piece_id": piece_id, "cleared": True}


@router.post("/batches/{batch_id}/clear", summary="Clear many pieces; an answer for each")
async def clear_many(batch_id: UUID, clearing: ClearingMany, asked: Asked) -> list[dict[str, Any]]:
    actor = await printer(asked)
    outcome = await _clear(asked, [PieceId(piece_id) for piece_id in clearing.pieces], clearing.lease, actor.id)
    return [{"piece_id": piece_id, "cleared": refused is None} | _why(refused) for piece_id, refused in outcome.items()]


async def _clear(asked: AskedRequest, ids: list[PieceId], lease: int, actor: str) -> dict[PieceId, ElmsError | None]:
    """Looks, asks credentials outside any transaction, and decides in a second one."""
    async with asked.reading() as work:
        asking = await clearance.clearable(ids, lease, work, real_now=real_now())
    blocked = {key: found for key, found in zip(ids, asking, strict=True) if isinstance(found, ElmsError)}
    answers = await peers.ask_clearances(asked.runtime.peers, [found for found in asking if isinstance(found, Piece)])

    async with asked.runtime.work(actor=actor) as work:  # a refusal stops the piece, so it is committed, not raised
        decided = await clearance.clear(answers, lease, work, real_now=real_now())
    return {key: blocked[key] if key in blocked else decided[key] for key in ids}


def _why(refused: ElmsError | None) -> dict[str, Any]:
    if refused is None:
        return {}
    return {"code": refused.code, "detail": str(refused), "field": refused.field, "status": refused.status}


# ---- reporting -----------------------------------------------------------------------------------------------


@router.post("/pieces/{piece_id}/report", summary="What became of this piece")
async def report(piece_id: UUID, told: Reporting, asked: Asked) -> Any:
    await printer(asked)

    async def take_report(work: Work) -> dict[str, Any]:
        answer = (await shop.report([_report(piece_id, told, told.lease, work.now)], work, real_now=real_now()))[0]
        if answer.refused is not None:
            raise answer.refused
        return await queries.piece(work, str(piece_id))

    return await asked.once(take_report)


@router.post("/batches/{batch_id}/reports", summary="What became of many pieces; an answer for each")
async def report_many(batch_id: UUID, told: Reports, asked: Asked) -> Any:
    """Each report is taken or refused by itself; saying one again changes nothing."""
    await printer(asked)

    async def take_reports(work: Work) -> list[dict[str, Any]]:
        said = [_report(one.piece_id, one, one.lease or told.lease, work.now) for one in told.reports]
        answers = await shop.report(said, work, real_now=real_now())
        return [
            {"piece_id": a.report.piece_id, "outcome": a.report.outcome, "accepted": a.refused is None}
            | _why(a.refused)
            for a in answers
        ]

    return await asked.once(take_reports)


def _answer(answer: shop.Answer) -> dict[str, Any]:
    said, refused = answer.report, answer.refused
    return {"piece_id": said.piece_id, "outcome": said.outcome, "accepted": refused is None} | _why(refused)


def _report(piece_id: UUID, told: Reporting, lease: int, now: datetime) -> Report:
    return Report(PieceId(piece_id), told.outcome, lease, told.at or now, told.serial, told.note)


@router.post("/batches/{batch_id}/reprint", summary="Print the spoiled and the missing pieces again, and nothing else")
async def reprint(batch_id: UUID, wanted: Reprinting, asked: Asked) -> Any:
    await printer(asked)
    missing = [PieceId(piece_id) for piece_id in wanted.missing]

    async def again(work: Work) -> dict[str, Any]:
        count = await shop.reprint(batch_id, wanted.lease, missing, work, real_now=real_now())
        return {"pieces": count}

    return await asked.once(again)


# ---- looking -------------------------------------------------------------------------------------------------


@router.get("/batches/{batch_id}/pieces", summary="The pieces of a batch, in the order of their pages")
async def pieces(
    batch_id: UUID,
    asked: Asked,
    state: Annotated[str, Query(max_length=20)] = "",
    after: Annotated[int, Query(ge=-1, lt=2**31)] = -1,
    limit: Annotated[int, Query(ge=1, le=2000)] = 200,
) -> list[dict[str, Any]]:
    await printer(asked)
    async with asked.reading() as work:
        return await queries.pieces(work, batch_id, state, after, limit)


@router.get("/pieces/{key}", summary="A piece by its id, or by the number that is printed on it")
async def piece(key: Annotated[str, Field(max_length=60)], asked: Asked) -> dict[str, Any]:
    await printer(asked)
    async with asked.reading() as work:
        return await queries.piece(work, key)
