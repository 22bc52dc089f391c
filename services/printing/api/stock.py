"""Numbered paper: good + spoiled + remaining = received."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from services.printing import queries
from services.printing.api.common import printer
from services.printing.commands import stock
from shared.messaging.work import Work
from shared.web.asked import Asked
from shared.web.given import Given

router = APIRouter(prefix="/stock", tags=["stock"])
Serial = Annotated[str, Field(min_length=1, max_length=40)]


class Received(Given):
    """Sheets that came in, from the first number to the last."""

    first: Serial
    last: Serial


class Counted(Given):
    """How many sheets lie there."""

    counted: Annotated[int, Field(ge=0, le=10_000_000)]


@router.get("", summary="The ledger, its sum as a sentence, and what the last count was off by")
async def ledger(asked: Asked) -> dict[str, Any]:
    await printer(asked)
    async with asked.reading() as work:
        return await queries.stock(work)


@router.post("/receipts", status_code=201, summary="Take sheets into the stock")
async def receive(received: Received, asked: Asked) -> Any:
    actor = await printer(asked)

    async def take_in(work: Work) -> dict[str, Any]:
        await stock.receive(received.first, received.last, actor.id, work)
        return await queries.stock(work)

    return await asked.once(take_in, status=201)


@router.post("/counts", status_code=201, summary="Record what somebody counted")
async def count(counted: Counted, asked: Asked) -> Any:
    actor = await printer(asked)

    async def record(work: Work) -> dict[str, Any]:
        await stock.count(counted.counted, actor.id, work)
        return await queries.stock(work)

    return await asked.once(record, status=201)
