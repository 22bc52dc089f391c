"""What several routes need of a request: the secrets, real time, the caller's address, who may see whom."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from services.identity.crypto.means import Secrets, secrets_of
from services.identity.domain.person import Person
from services.identity.domain.roles import Role
from shared.errors import Forbidden, NotSignedIn
from shared.ids import OrganizationId, PersonId
from shared.tokens import Actor
from shared.web.asked import AskedRequest

QUIET_SECONDS = 0.3
"""How long an answer takes that must not tell, by its time, whether there is such an account."""

OFFICER, DIRECTORY = Role.LICENSING_OFFICER.value, Role.DIRECTORY_ADMINISTRATOR.value
SERVICES = ("portal", "credentials", "renewals", "printing", "lookup", "correspondence", "exchange")


def secrets(asked: AskedRequest) -> Secrets:
    """This process's secrets."""
    return secrets_of(asked.runtime)


def real_now() -> datetime:
    """Real time: sessions, PINs and limits never follow the business clock."""
    return datetime.now(UTC)


def client_address(asked: AskedRequest) -> str:
    """Where the request comes from: what the portal says of its visitor, else the caller itself."""
    told = asked.request.headers.get("client-address", "")
    if told:
        try:
            asked.peer("portal")
        except (NotSignedIn, Forbidden):
            told = ""
    client = asked.request.client
    return told or (client.host if client else "")


@asynccontextmanager
async def quietly() -> AsyncIterator[None]:
    """The block takes as long whatever it finds."""
    ends = time.monotonic() + QUIET_SECONDS
    try:
        yield
    finally:
        await asyncio.sleep(max(0.0, ends - time.monotonic()))


def myself(actor: Actor) -> PersonId:
    """The person who asks. Raises NotSignedIn for a service."""
    if actor.person_id is None:
        raise NotSignedIn
    return actor.person_id


async def officer_or_directory(asked: AskedRequest, organization: OrganizationId | None) -> Actor:
    """A licensing officer, or a directory administrator of this organization. Raises Forbidden."""
    actor = await asked.person()
    today = asked.today()
    of_it = organization is not None and actor.holds(DIRECTORY, today, organization)
    if not (actor.holds(OFFICER, today) or of_it):
        raise Forbidden
    return actor


def may_see(actor: Actor, person: Person, asked: AskedRequest) -> bool:
    """Whether this is their own record, or they are an officer, or a directory administrator of its district."""
    today = asked.today()
    if person.person_id == actor.person_id or actor.holds(OFFICER, today):
        return True
    theirs = {*person.districts, person.started_by}
    return bool(theirs & set(actor.organizations(DIRECTORY, today)))
