"""Many at once: approve, return, deny, and the originals seen. One outcome a row; none stands in another's way."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.renewals import peers
from services.renewals.api.common import Answered, Input, Text, desk_of, person
from services.renewals.commands import deciding as commands
from services.renewals.queries.applications import find_districts
from shared.contracts.values import Authority
from shared.ids import ApplicationId, PersonId
from shared.messaging.work import Work
from shared.web.asked import Asked, AskedRequest

router = APIRouter(prefix="/queue", tags=["queue"])

MOST_AT_ONCE = 1000


class Selection(Input):
    """The applications meant, at most 1,000."""

    application_ids: Annotated[tuple[ApplicationId, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]


class SelectionBecause(Selection):
    """The applications meant, and one reason, which each of their educators reads."""

    reason: Text


class OutcomeShown(BaseModel):
    """What became of one of them: what was done, or the error's code with its sentence."""

    application_id: ApplicationId
    reference: str = ""
    outcome: str
    text: str = ""
    version: int | None = None


class Outcomes(BaseModel):
    """One outcome a row, in the order asked for; beside them, how many were done."""

    outcomes: list[OutcomeShown]


class Approved(Outcomes):
    """How many are approved."""

    approved: int


class Returned(Outcomes):
    """How many are returned."""

    returned: int


class Denied(Outcomes):
    """How many are denied."""

    denied: int


class Seen(Outcomes):
    """How many checklists are ticked now."""

    seen: int


@router.post("/approve", summary="Approve many: one outcome a row")
async def approve_many(given: Selection, asked: Asked) -> Approved:
    """What cannot be approved says why and leaves the others alone. Identity is asked once for each queue concerned."""
    return await _decide(asked, given, commands.approval())  # type: ignore[no-any-return]


@router.post("/return", summary="Send many back with what to fix: one outcome a row")
async def return_many(given: SelectionBecause, asked: Asked) -> Returned:
    """As approving many; each educator reads exactly the reason."""
    return await _decide(asked, given, commands.returning(given.reason))  # type: ignore[no-any-return]


@router.post("/deny", summary="Deny many, with the reason: one outcome a row")
async def deny_many(given: SelectionBecause, asked: Asked) -> Denied:
    """As approving many; each educator reads exactly the reason."""
    return await _decide(asked, given, commands.denial(given.reason))  # type: ignore[no-any-return]


@router.post("/originals", summary="Tick all originals of many: one outcome a row")
async def see_many(given: Selection, asked: Asked) -> Seen:
    """For whoever went through a stack of originals. An application that cannot be reviewed says why."""
    return await _each(asked, given, "seen", commands.see_all)  # type: ignore[no-any-return]


async def _decide(asked: AskedRequest, given: Selection, decision: commands.Decision) -> Answered:
    return await _each(asked, given, decision.word, partial(commands.decide_many, decision=decision))


async def _each(
    asked: AskedRequest, given: Selection, done: str, act: Callable[..., Awaitable[list[commands.Outcome]]]
) -> Answered:
    """Does it to each of them; the answer counts under that word those to which it was done."""
    _, person_id = await person(asked)
    by = await _authorities(asked, person_id, given.application_ids)

    async def run(work: Work) -> dict[str, Any]:
        outcomes = await act(work, given.application_ids, person_id=person_id, by=by)
        return {done: sum(o.error is None for o in outcomes), "outcomes": [_shown(o, done) for o in outcomes]}

    return await asked.once(run)


async def _authorities(asked: AskedRequest, person_id: PersonId, ids: tuple[ApplicationId, ...]) -> list[Authority]:
    """By which authorities the person decides about these applications, at this moment."""
    actor = await asked.person()
    async with asked.reading() as work:
        desks = {desk_of(work, actor, district) for district in await find_districts(work, ids)}
    found = [await peers.find_authority(asked.runtime, person_id, desk) for desk in desks]
    return [authority for authority in found if authority is not None]


def _shown(outcome: commands.Outcome, done: str) -> OutcomeShown:
    if (application := outcome.application) is not None:
        return OutcomeShown(
            application_id=application.application_id, reference=application.reference, outcome=done,
            version=application.version,
        )  # fmt: skip
    error = outcome.error
    return OutcomeShown(
        application_id=outcome.application_id, outcome=error.code if error else "", text=str(error) if error else ""
    )
