"""The queue: its pages and counts, claiming and releasing, the originals seen, and approving many at once."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from services.renewals import peers
from services.renewals.api.common import (
    Answered,
    Changed,
    Input,
    Reference,
    deciding,
    desk_of,
    person,
)
from services.renewals.commands import deciding as commands
from services.renewals.commands import reviewing
from services.renewals.domain.states import State
from services.renewals.queries import queue as queries
from services.renewals.queries.answers import Queue
from services.renewals.queries.applications import find_districts
from shared.contracts.values import Authority
from shared.ids import ApplicationId, OrganizationId, PersonId
from shared.messaging.work import Work
from shared.web.asked import Asked, AskedRequest

router = APIRouter(tags=["queue"])

MOST_AT_ONCE = 1000
Number = Annotated[int, Field(ge=1, le=500)]
Numbers = Annotated[tuple[Number, ...], Field(max_length=500)]


class QueueInput(Input):
    """The filters of a queue; `after` is a page's `next`."""

    organization_id: OrganizationId | None = None
    show: Literal["waiting", "overdue", "week", "yours", "free", "returned", "ending", "blocked"] = "waiting"
    holder: PersonId | None = None
    kind: Annotated[str, Field(max_length=40)] = ""
    ends_before: date | None = None
    name: Annotated[str, Field(max_length=80)] = ""
    after: Annotated[str, Field(max_length=60)] = ""
    limit: Annotated[int, Field(ge=1, le=queries.MOST)] = 50


class Originals(Input):
    """Numbers of the checklist: those seen now, and those whose tick was a mistake."""

    seen: Numbers = ()
    not_seen: Numbers = ()


class Selection(Input):
    """The applications to approve, at most 1,000."""

    application_ids: Annotated[tuple[ApplicationId, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]


class OutcomeShown(BaseModel):
    """What became of one of them: `approved`, or the error's code with its sentence."""

    application_id: ApplicationId
    reference: str = ""
    outcome: str
    text: str = ""
    version: int | None = None


class Outcomes(BaseModel):
    """One outcome a row, in the order asked for."""

    approved: int
    outcomes: list[OutcomeShown]


class Seen(BaseModel):
    """How many checklists are ticked now, and one outcome a row, in the order asked for."""

    seen: int
    outcomes: list[OutcomeShown]


@router.get("/queue", summary="A page of a queue, soonest due first, with its counts")
async def queue(asked: Asked, given: Annotated[QueueInput, Query()]) -> Queue:
    """For those who decide there. Without an organization: the district that one works for, or the state's office."""
    actor, _ = await person(asked)
    async with asked.reading() as work:
        return await queries.page(work, queries.Wanted(**given.model_dump()), actor)


@router.post("/applications/{reference}/claim", summary="Claim: nobody else decides it until it is released")
async def claim(reference: Reference, asked: Asked) -> Changed:
    application_id, by = await deciding(asked, reference)

    async def claim_it(work: Work) -> Changed:
        return Changed.of(await reviewing.claim(work, application_id, by=by))

    answer: Answered = await asked.once(claim_it)
    return answer  # type: ignore[no-any-return]


@router.post("/applications/{reference}/release", summary="Give a claim up; a superintendent may do so for others")
async def release(reference: Reference, asked: Asked) -> Changed:
    application_id, by = await deciding(asked, reference)

    async def release_it(work: Work) -> Changed:
        return Changed.of(await reviewing.release(work, application_id, by=by))

    answer: Answered = await asked.once(release_it)
    return answer  # type: ignore[no-any-return]


@router.post("/applications/{reference}/originals", summary="Tick the originals seen")
async def originals(reference: Reference, given: Originals, asked: Asked) -> Changed:
    application_id, by = await deciding(asked, reference)

    async def tick(work: Work) -> Changed:
        ticked = await reviewing.tick_originals(work, application_id, by=by, seen=given.seen, not_seen=given.not_seen)
        return Changed.of(ticked)

    answer: Answered = await asked.once(tick)
    return answer  # type: ignore[no-any-return]


@router.post("/queue/approve", summary="Approve many: one outcome a row")
async def approve_many(given: Selection, asked: Asked) -> Outcomes:
    """What cannot be approved says why and leaves the others alone. Identity is asked once for each queue concerned."""
    authorities = await _authorities(asked, given.application_ids)

    async def approve_them(work: Work) -> Outcomes:
        return _shown(await commands.approve_many(work, given.application_ids, by=authorities))

    answer: Answered = await asked.once(approve_them)
    return answer  # type: ignore[no-any-return]


@router.post("/queue/originals", summary="Tick all originals of many: one outcome a row")
async def see_many(given: Selection, asked: Asked) -> Seen:
    """For whoever went through a stack of originals. An application that cannot be reviewed says why."""
    authorities = await _authorities(asked, given.application_ids)

    async def tick_them(work: Work) -> Seen:
        outcomes = await commands.see_all(work, given.application_ids, by=authorities)
        return Seen(seen=sum(o.error is None for o in outcomes), outcomes=[_outcome(o, "seen") for o in outcomes])

    answer: Answered = await asked.once(tick_them)
    return answer  # type: ignore[no-any-return]


async def _authorities(asked: AskedRequest, ids: tuple[ApplicationId, ...]) -> list[Authority]:
    """By which authorities the person decides about these applications, at this moment."""
    actor, person_id = await person(asked)
    async with asked.reading() as work:
        desks = {desk_of(work, actor, district) for district in await find_districts(work, ids)}
    found = [await peers.find_authority(asked.runtime, person_id, desk) for desk in desks]
    return [authority for authority in found if authority is not None]


def _shown(outcomes: list[commands.Outcome]) -> Outcomes:
    shown = [_outcome(outcome, State.APPROVED) for outcome in outcomes]
    return Outcomes(approved=sum(o.outcome == State.APPROVED for o in shown), outcomes=shown)


def _outcome(outcome: commands.Outcome, done_as: str) -> OutcomeShown:
    if outcome.application is not None:
        done = outcome.application
        return OutcomeShown(
            application_id=done.application_id, reference=done.reference, outcome=done_as, version=done.version
        )
    error = outcome.error
    return OutcomeShown(
        application_id=outcome.application_id, outcome=error.code if error else "", text=str(error) if error else ""
    )
