"""The educator's routes: file, read, withdraw. Approvers read here too; each sees what is theirs."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from services.renewals import peers
from services.renewals.api.common import Answered, Changed, Input, Reference, person
from services.renewals.commands import filing
from services.renewals.commands.filing import Filing
from services.renewals.queries import applications as queries
from services.renewals.queries.answers import ApplicationShown, Summary
from shared.ids import LicenseId, OrganizationId
from shared.messaging.work import Work
from shared.web.asked import Asked

router = APIRouter(tags=["applications"])

Code = Annotated[str, Field(min_length=1, max_length=40)]


class FilingInput(Input):
    """What an educator files. `district_id` is needed where several districts employ them."""

    license_id: LicenseId
    option: Code
    district_id: OrganizationId | None = None
    attested: Annotated[tuple[Code, ...], Field(max_length=20)] = ()


@router.post("/applications", status_code=201, summary="File a renewal")
async def file(given: FilingInput, asked: Asked) -> Changed:
    """Credentials is asked first, so that a refusal is immediate and names its reason; its event decides."""
    actor, person_id = await person(asked)
    number = await peers.check_filing(asked.runtime, actor, given.license_id, given.option, given.attested)
    wanted = Filing(
        person_id=person_id, license_id=given.license_id, option=given.option, district_id=given.district_id,
        attested=given.attested, license_number=number,
    )  # fmt: skip

    async def file_it(work: Work) -> Changed:
        return Changed.of(await filing.file(work, wanted))

    answer: Answered = await asked.once(file_it, status=201)
    return answer  # type: ignore[no-any-return]


@router.get("/applications", summary="My applications, newest first")
async def own(asked: Asked) -> list[Summary]:
    _, person_id = await person(asked)
    async with asked.reading() as work:
        return await queries.own(work, person_id)


@router.get("/applications/{reference}", summary="One application: where it is, why, what comes next, what happened")
async def show(reference: Reference, asked: Asked) -> ApplicationShown:
    """The educator sees their own; approvers those of their district; the state's office all."""
    actor, _ = await person(asked)
    async with asked.reading() as work:
        return await queries.show(work, reference, actor)


@router.post("/applications/{reference}/withdraw", summary="Take an undecided application back")
async def withdraw(reference: Reference, asked: Asked) -> Changed:
    actor, person_id = await person(asked)
    async with asked.reading() as work:
        place = await queries.get_place(work, reference, actor)

    async def withdraw_it(work: Work) -> Changed:
        return Changed.of(await filing.withdraw(work, place.application_id, person_id=person_id))

    answer: Answered = await asked.once(withdraw_it)
    return answer  # type: ignore[no-any-return]
