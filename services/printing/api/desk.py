"""The print desk: the day at a glance, cutting by hand, held jobs; and what became of somebody's paper."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from services.printing import queries
from services.printing.api.common import may_see_all, officer, printer
from services.printing.commands import cutting, jobs
from shared.errors import Forbidden, Invalid
from shared.messaging.work import Work
from shared.tokens import Actor
from shared.web.asked import Asked, AskedRequest
from shared.web.given import Given

router = APIRouter(tags=["print desk"])

Why = Annotated[str, Field(min_length=3, max_length=300)]


class Cut(Given):
    """Until which day's jobs are cut; today's if it is left out."""

    due_on: date | None = None


class Because(Given):
    why: Why


@router.get("/desk", summary="The day at a glance")
async def desk(asked: Asked) -> dict[str, Any]:
    """What waits and why, the next cut-off, the newest batches, the paper."""
    await printer(asked)
    async with asked.reading() as work:
        return await queries.desk(work)


@router.post("/batches/cut", status_code=202, summary="Cut what is due now, without waiting for the cut-off")
async def cut(asked: Asked, wanted: Cut | None = None) -> Any:
    await printer(asked)

    async def open_cutting(work: Work) -> dict[str, Any]:
        due_on = wanted.due_on if wanted else None
        work.audit("cut asked for", due_on or work.today)
        return {"cutting_id": await cutting.open_asked(work, due_on=due_on)}

    return await asked.once(open_cutting, status=202)


@router.get("/batches", summary="Batches, newest first")
async def batches(
    asked: Asked,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    before: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
) -> list[dict[str, Any]]:
    """Page with the last `number` as `before`."""
    await printer(asked)
    async with asked.reading() as work:
        return await queries.batches(work, limit, before)


@router.get("/batches/{batch_id}", summary="One batch, its files, and where its pieces are")
async def batch(batch_id: UUID, asked: Asked) -> dict[str, Any]:
    await printer(asked)
    async with asked.reading() as work:
        return await queries.batch(work, batch_id)


@router.get("/jobs", summary="What becomes of the paper of an application, a license or a person")
async def list_jobs(
    asked: Asked,
    application_id: UUID | None = None,
    license_number: Annotated[str | None, Query(max_length=40)] = None,
    person_id: UUID | None = None,
) -> list[dict[str, Any]]:
    """Name one of the three. An educator sees their own; the office, the shop and renewals see all."""
    actor = await _asker(asked)
    named = {"application_id": application_id, "license_number": license_number, "person_id": person_id}
    given = [(column, value) for column, value in named.items() if value is not None]
    if len(given) != 1:
        raise Invalid(field="application_id", problem="Name one of application_id, license_number, person_id.")
    async with asked.reading() as work:
        found = await queries.jobs(work, *given[0])
    if actor.service or may_see_all(asked, actor):
        return found
    return [job for job in found if job["person_id"] == actor.person_id]


async def _asker(asked: AskedRequest) -> Actor:
    """A person; or renewals, which asks before an undo whether the paper is cut."""
    if "authorization" in asked.request.headers:
        return await asked.person()
    return asked.peer("renewals")


@router.get("/jobs/{job_id}", summary="One job and its pieces")
async def job(job_id: UUID, asked: Asked) -> dict[str, Any]:
    actor = await asked.person()
    async with asked.reading() as work:
        found = await queries.jobs(work, "job_id", job_id)
    if not found or not (may_see_all(asked, actor) or found[0]["person_id"] == actor.person_id):
        raise Forbidden
    return found[0]


@router.post("/jobs/{job_id}/hold", summary="Hold a job: it is not cut, and its piece not cleared")
async def hold(job_id: UUID, because: Because, asked: Asked) -> Any:
    await officer(asked)

    async def hold_it(work: Work) -> dict[str, Any]:
        work.audit("job held", job_id, why=because.why)
        await jobs.hold_job(job_id, because.why, work)
        return (await queries.jobs(work, "job_id", job_id))[0]

    return await asked.once(hold_it)


@router.post("/jobs/{job_id}/go-on", summary="Let a held job go on")
async def go_on(job_id: UUID, asked: Asked) -> Any:
    await officer(asked)

    async def let_go_on(work: Work) -> dict[str, Any]:
        work.audit("job goes on", job_id)
        await jobs.let_go_on(job_id, work)
        return (await queries.jobs(work, "job_id", job_id))[0]

    return await asked.once(let_go_on)


@router.post("/jobs/{job_id}/stop", summary="End a job that is not in the mail yet")
async def stop(job_id: UUID, because: Because, asked: Asked) -> Any:
    await officer(asked)

    async def stop_it(work: Work) -> dict[str, Any]:
        work.audit("job stopped", job_id, why=because.why)
        await jobs.stop_job(job_id, because.why, work)
        return (await queries.jobs(work, "job_id", job_id))[0]

    return await asked.once(stop_it)
