"""HTTP in: a person's own inbox; an officer may read another's, which is recorded, and write to them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from services.correspondence import commands, queries
from services.correspondence.queries import Inbox, LetterAsSent
from shared.errors import Forbidden
from shared.ids import PersonId
from shared.messaging.work import Work
from shared.web.asked import Asked

router = APIRouter(tags=["letters"])
OFFICER = "licensing_officer"


class Writing(BaseModel):
    """What an officer writes to an educator."""

    person_id: UUID
    subject: Annotated[str, Field(min_length=3, max_length=150)]
    text: Annotated[str, Field(min_length=3, max_length=10_000)]


class Written(BaseModel):
    """The letter that was written."""

    letter_id: UUID


@router.get("/letters", summary="My letters, unread first")
async def my_letters(
    asked: Asked,
    person_id: Annotated[UUID | None, Query(description="Another's, for a licensing officer")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    after: Annotated[str | None, Query(max_length=300, description="`next` of the page before")] = None,
) -> Inbox:
    actor = await (asked.with_role(OFFICER) if person_id else asked.person())
    async with asked.reading() as work:
        if person_id:
            work.audit("letters read", person_id)
        return await queries.inbox(work, person_id or _own(actor.person_id), limit=limit, after=after)


@router.get("/letters/{letter_id}", summary="A letter as it was sent")
async def one_letter(letter_id: UUID, asked: Asked) -> LetterAsSent:
    actor = await asked.person()
    officer = actor.holds(OFFICER, asked.today())
    async with asked.reading() as work:
        letter = await queries.get_letter(work, letter_id, None if officer else _own(actor.person_id))
        if officer:
            work.audit("letter read", letter_id)
        return letter


@router.post("/letters/{letter_id}/read", response_model=LetterAsSent, summary="My letter, which I read now")
async def read_letter(letter_id: UUID, asked: Asked) -> Any:
    """When it was read first is kept."""
    reader = _own((await asked.person()).person_id)

    async def read(work: Work) -> LetterAsSent:
        await commands.mark_read(work, letter_id, by=reader)
        return await queries.get_letter(work, letter_id, reader)

    return await asked.once(read)


@router.post("/letters", response_model=Written, summary="Write to an educator", status_code=201)
async def write_letter(writing: Writing, asked: Asked) -> Any:
    actor = await asked.with_role(OFFICER)

    async def write(work: Work) -> Written:
        to = PersonId(writing.person_id)
        found = await commands.write_from_office(work, to, subject=writing.subject, text=writing.text, by=actor.name)
        return Written(letter_id=found)

    return await asked.once(write, status=201)


def _own(person_id: PersonId | None) -> PersonId:
    if person_id is None:
        raise Forbidden
    return person_id
