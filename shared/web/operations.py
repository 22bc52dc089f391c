"""Operators' routes of every service with a database: dead letters, effects that failed, its side of reconciling."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from shared.effects import worker as effects
from shared.messaging import dead_letters, replay, showing
from shared.messaging.envelope import editable_headers
from shared.messaging.work import Work
from shared.web import accounts, editing
from shared.web.asked import Asked

router = APIRouter(prefix="/operations", tags=["operations"])
OPERATOR = "operator"

HoldBack = Annotated[bool, Query(description="Mail and other calls outside are held back, as in every replay")]


class Closing(BaseModel):
    """Why a dead letter is closed."""

    reason: Annotated[str, Field(min_length=3, max_length=500)]


class Edit(BaseModel):
    """Other values for a copy, by path such as `amount.unit`; for a value that is no JSON, all of it at the path ``.

    A header of the envelope is at a path such as `header:ce_time`; `editable_headers` of the letter names them.
    """

    changes: Annotated[dict[Annotated[str, Field(max_length=200)], Annotated[str, Field(max_length=20_000)]],
                       Field(min_length=1, max_length=100)]  # fmt: skip
    reason: Annotated[str, Field(min_length=3, max_length=500)]


@router.get("/dead-letters", summary="What could not take effect, and why")
async def list_dead_letters(asked: Asked, state: Annotated[str, Query(max_length=20)] = "") -> list[dict[str, Any]]:
    await asked.with_role(OPERATOR)
    async with asked.reading() as work:
        return [dict(row) for row in await dead_letters.listed(work.connection, state)]


@router.get("/dead-letters/{letter_id}", summary="One of them, with what may be personal blacked out")
async def show_dead_letter(letter_id: int, asked: Asked) -> dict[str, Any]:
    """Its line of the list, its headers and its value. Who reads it is recorded."""
    await asked.with_role(OPERATOR)
    async with asked.reading() as work:
        letter = await dead_letters.get(work.connection, letter_id)
        work.audit("dead letter read", letter_id)
        line = {name: value for name, value in letter.items() if name != "sealed"}
        behind = await dead_letters.parked_behind(work.connection, letter)
        around = {
            "parked_behind": len(behind),
            "editable": editing.is_editable(asked.runtime, letter),
            "editable_headers": editable_headers(dead_letters.opened(letter, asked.runtime.seal)),
            "proposal": await editing.find_proposal(work, asked.runtime, letter),
        }
        return line | showing.shown(letter, asked.runtime.seal) | around


@router.post("/dead-letters/{letter_id}/edits", status_code=204, summary="Propose an edited copy to a second person")
async def propose_edit(letter_id: int, edit: Edit, asked: Asked) -> None:
    actor = await asked.with_role(OPERATOR)
    await asked.once(
        lambda work: editing.propose(work, asked.runtime, letter_id, edit.changes, reason=edit.reason, by=actor),
        status=204,
    )


@router.post("/dead-letters/{letter_id}/edits/{proposal}/confirm", summary="As the second person: handle the copy now")
async def confirm_edit(letter_id: int, proposal: int, asked: Asked, hold_back: HoldBack = True) -> dict[str, int]:
    actor = await asked.with_role(OPERATOR)
    return {"handled": await editing.confirm(asked.runtime, letter_id, proposal, actor, hold_back=hold_back)}


@router.post("/dead-letters/{letter_id}/edits/{proposal}/withdraw", status_code=204, summary="Let the edit fall")
async def withdraw_edit(letter_id: int, proposal: int, asked: Asked) -> None:
    actor = await asked.with_role(OPERATOR)
    await asked.once(lambda work: editing.withdraw(work, letter_id, proposal, actor), status=204)


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


@router.get("/effects", summary="What failed outside: how often, why, and when it is tried again")
async def list_effects(asked: Asked) -> list[dict[str, Any]]:
    await asked.staff(OPERATOR)
    async with asked.reading() as work:
        return [dict(row) for row in await effects.find_troubled(work)]


@router.post("/effects/due", summary="Try again, from now on, what was given up")
async def set_effects_due(asked: Asked, kind: Annotated[str, Query(max_length=40)] = "") -> dict[str, int]:
    actor = await asked.staff(OPERATOR)

    async def command(work: Work) -> dict[str, int]:
        return {"due": await effects.try_again(work, kind)}

    return await asked.once(command, actor=actor)  # type: ignore[no-any-return]


@router.get("/accounts/{name}", summary="What the service keeps under a name, counted and summed")
async def account(name: str, asked: Asked) -> accounts.Account:
    await asked.with_role(OPERATOR)
    async with asked.reading() as work:
        return await accounts.account_of(work, asked.runtime, name)


@router.get("/accounts/{name}/{heap}", summary="The ids of one heap of it")
async def account_ids(name: str, heap: Annotated[int, Path(ge=0, lt=accounts.HEAPS)], asked: Asked) -> list[str]:
    await asked.with_role(OPERATOR)
    async with asked.reading() as work:
        return await accounts.ids_of(work, asked.runtime, name, heap)
