"""Operators' routes that every service with a database has: its dead letters."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from shared.messaging import dead_letters, replay, showing
from shared.web.asked import Asked

router = APIRouter(prefix="/operations", tags=["operations"])
OPERATOR = "operator"

HoldBack = Annotated[bool, Query(description="Mail and other calls outside are held back, as in every replay")]


class Closing(BaseModel):
    """Why a dead letter is closed."""

    reason: Annotated[str, Field(min_length=3, max_length=500)]


@router.get("/dead-letters", summary="What could not take effect, and why")
async def list_dead_letters(asked: Asked, state: Annotated[str, Query(max_length=20)] = "") -> list[dict[str, Any]]:
    await asked.with_role(OPERATOR)
    async with asked.reading() as work:
        return [dict(row._mapping) for row in await dead_letters.listed(work.connection, state)]


@router.get("/dead-letters/{letter_id}", summary="One of them, with what may be personal blacked out")
async def show_dead_letter(letter_id: int, asked: Asked) -> dict[str, Any]:
    """Its line of the list, its headers and its value. Who reads it is recorded."""
    await asked.with_role(OPERATOR)
    async with asked.reading() as work:
        letter = await dead_letters.get(work.connection, letter_id)
        work.audit("dead letter read", letter_id)
        line = {name: value for name, value in letter._mapping.items() if name != "sealed"}
        behind = await dead_letters.parked_behind(work.connection, letter)
        return line | showing.shown(letter, asked.runtime.seal) | {"parked_behind": len(behind)}


@router.post("/dead-letters/{letter_id}/replay", summary="Handle it now, and then what is parked behind it")
async def replay_dead_letter(letter_id: int, asked: Asked, hold_back: HoldBack = True) -> dict[str, int]:
    actor = await asked.with_role(OPERATOR)
    return {"handled": await replay.replay(asked.runtime, letter_id, by=actor.id, hold_back=hold_back)}


@router.post("/dead-letters/{letter_id}/discard", summary="Never handle it; what is parked behind it goes on")
async def discard_dead_letter(
    letter_id: int, closing: Closing, asked: Asked, hold_back: HoldBack = True
) -> dict[str, int]:
    actor = await asked.with_role(OPERATOR)
    handled = await replay.discard(
        asked.runtime, letter_id, by=actor.id, reason=closing.reason, hold_back=hold_back
    )  # fmt: skip
    return {"handled": handled}
