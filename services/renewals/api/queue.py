"""The queue: its pages and counts, claiming and releasing, and the originals seen."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from services.renewals.api.common import Answered, Changed, Input, Reference, deciding, person
from services.renewals.commands import reviewing
from services.renewals.queries import queue as queries
from services.renewals.queries.answers import Queue
from shared.ids import OrganizationId, PersonId
from shared.messaging.work import Work
from shared.web.asked import Asked

router = APIRouter(tags=["queue"])

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
