"""What several routes need: the application that a path names, and by which authority somebody decides about it."""

from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from services.renewals import peers
from services.renewals.domain.application import STATE_ROLE, Application
from services.renewals.domain.errors import OwnApplication
from services.renewals.domain.states import State
from services.renewals.queries.applications import get_place
from services.renewals.store.people import same_person
from shared.contracts.values import Authority
from shared.errors import NotSignedIn
from shared.ids import ApplicationId, OrganizationId, PersonId
from shared.messaging.work import Work
from shared.tokens import Actor
from shared.web.asked import AskedRequest
from shared.web.given import Given

Reference = Annotated[
    str, Path(max_length=40, description="An application's id, or its reference such as R-2026-04417")
]
Text = Annotated[str, Field(min_length=3, max_length=2000, description="The educator reads exactly this")]
Version = Annotated[int | None, Field(description="The version that was on the page; another one by now is a conflict")]


class Input(Given):
    """What a request brings: an unknown field is an error, and so is a text of spaces."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Changed(BaseModel):
    """An application after something was done to it."""

    application_id: ApplicationId
    reference: str
    state: State
    version: int
    seen: int
    wanted: int

    @classmethod
    def of(cls, application: Application) -> "Changed":
        return cls.model_validate(application, from_attributes=True)


async def person(asked: AskedRequest) -> tuple[Actor, PersonId]:
    """Who asks. Raises `NotSignedIn` for anybody who is not a person."""
    actor = await asked.person()
    if actor.person_id is None:
        raise NotSignedIn
    return actor, actor.person_id


async def deciding(asked: AskedRequest, words: str) -> tuple[ApplicationId, Authority]:
    """The application, and by which authority who asks decides about it; asked of identity at this moment.

    Raises `NoSuchApplication`, `OwnApplication`, `NotForYou`, and `Unavailable` when identity cannot say.
    """
    actor, person_id = await person(asked)
    async with asked.reading() as work:
        place = await get_place(work, words, actor)
        if place.person_id in await same_person(work, person_id):
            raise OwnApplication
        desk = desk_of(work, actor, place.district_id)
    return place.application_id, await peers.get_authority(asked.runtime, person_id, desk)


def desk_of(work: Work, actor: Actor, district: OrganizationId | None) -> OrganizationId | None:
    """For which organization the person would decide: the district where they have a role, else the state's office."""
    roles = work.policy.review.district_roles
    if district is not None and any(actor.holds(role, work.today, district) for role in roles):
        return district
    return None if actor.holds(STATE_ROLE, work.today) else district


Answered = Any
"""What `asked.once` gives: the answer, or the kept one as a response."""
