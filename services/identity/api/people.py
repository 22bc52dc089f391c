"""A person's own data, what officers and directory administrators see of others, and merging."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from services.identity.api.context import OFFICER, SERVICES, may_see, myself, real_now, secrets
from services.identity.api.inputs import ContactInput, Input, NameInput
from services.identity.commands import people as commands
from services.identity.commands import recovery
from services.identity.crypto.identifiers import open_birth_date, open_last_four
from services.identity.domain.person import Person
from services.identity.store import accounts, claims, people
from shared.contracts.values import Address, Name
from shared.errors import Forbidden
from shared.ids import OrganizationId, PersonId
from shared.tokens import Actor
from shared.web.asked import Asked, AskedRequest

router = APIRouter(tags=["people"])


class PersonShown(BaseModel):
    """A person, to those who may see them."""

    person_id: PersonId
    educator_number: str
    name: Name
    former_names: list[Name]
    districts: list[OrganizationId]
    merged_into: PersonId | None = None


class PersonWithContact(PersonShown):
    """A person and how they are reached: to themselves, to officers, to their district's directory administrator."""

    address: Address | None = None
    email: str | None = None
    phone: str | None = None
    language: str = "en"


class Me(PersonWithContact):
    """One's own data, and what one may change of it without asking."""

    user_id: str | None = None
    may_edit: list[str]


class Identifiers(BaseModel):
    """What only an officer may read, each time recorded: never more of an SSN than its last four."""

    birth_date: date | None
    ssn_last_four: str


class Rename(Input):
    """A new legal name; `proof` says what an officer has seen."""

    name: NameInput
    proof: Annotated[str, Field(max_length=500)] = ""


class Merge(Input):
    """Two records that are one person: the loser lives on as the winner."""

    winner_id: PersonId
    loser_id: PersonId
    confirmed_different_ssn: bool = False


@router.get("/me", summary="One's own data")
async def me(asked: Asked) -> Me:
    actor = await asked.person()
    async with asked.reading() as work:
        person = await people.get_person(work, myself(actor))
        account = await accounts.find_account(work, person.person_id)
        edits = list(work.policy.accounts.profiles.edits)
    return Me(**_with_contact(person), user_id=account.user_name if account else None, may_edit=edits)


@router.post("/me/contact", summary="Change one's address, e-mail, phone or language")
async def change_my_contact(body: ContactInput, asked: Asked) -> Any:
    """Refused with the field where the state asks for proof; letters and licenses go to the new address at once."""
    person_id = myself(await asked.person())
    return await asked.once(lambda work: _saved(commands.change_contact(work, person_id, body.value(), by_self=True)))


@router.post("/me/name", summary="Change one's legal name, where the state allows it without proof")
async def change_my_name(body: Rename, asked: Asked) -> Any:
    person_id = myself(await asked.person())
    return await asked.once(lambda work: _saved(commands.change_name(work, person_id, body.name.value(), by_self=True)))


@router.get("/people", summary="Find people by number or the beginning of their name")
async def search(
    asked: Asked,
    q: Annotated[str, Query(min_length=2, max_length=100)],
    organization_id: OrganizationId | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
) -> list[PersonShown]:
    """For officers everybody; for directory administrators the people of their district."""
    actor = await asked.person()
    async with asked.reading() as work:
        found = await people.search_people(work, words=q, organization=organization_id, most=limit)
    return [PersonShown(**_shown(person)) for person in found if may_see(actor, person, asked)]


@router.get("/people/{person_id}", summary="One person")
async def one_person(person_id: PersonId, asked: Asked) -> PersonWithContact | PersonShown:
    """To other services the person without contact data; those have topics of their own."""
    if "service-token" in asked.request.headers and "authorization" not in asked.request.headers:
        asked.peer(*SERVICES)
        async with asked.reading() as work:
            return PersonShown(**_shown(await people.get_person(work, person_id)))
    return PersonWithContact(**_with_contact(await _visible(asked, person_id)))


@router.get("/people/{person_id}/identifiers", summary="Birth date and the SSN's last four; reading is recorded")
async def identifiers(person_id: PersonId, asked: Asked) -> Identifiers:
    actor = await asked.with_role(OFFICER)
    vault = secrets(asked).vault
    async with asked.runtime.work(actor=actor.id) as work:
        traits = await claims.get_traits(work, person_id)
        work.audit("identifiers.read", person_id)
        return Identifiers(
            birth_date=open_birth_date(vault, person_id, traits),
            ssn_last_four=open_last_four(vault, person_id, traits),
        )


@router.post("/people/{person_id}/contact", summary="An officer corrects how somebody is reached")
async def change_contact(person_id: PersonId, body: ContactInput, asked: Asked) -> Any:
    await asked.with_role(OFFICER)
    return await asked.once(lambda work: _saved(commands.change_contact(work, person_id, body.value(), by_self=False)))


@router.post("/people/{person_id}/name", summary="An officer changes a legal name, by proof")
async def change_name(person_id: PersonId, body: Rename, asked: Asked) -> Any:
    await _officer_not_own(asked, person_id)
    name, proof = body.name.value(), body.proof
    return await asked.once(
        lambda work: _saved(commands.change_name(work, person_id, name, by_self=False, proof=proof))
    )


@router.post("/people/{person_id}/reset-link", status_code=202, summary="Mail the owner a PIN to reset a password")
async def send_reset(person_id: PersonId, asked: Asked) -> dict[str, str]:
    """For the district's directory administrator and officers: it never lets them in."""
    await _visible(asked, person_id, but_not_own=True)
    vault, at = secrets(asked).vault, real_now()
    await asked.once(lambda work: recovery.send_reset(work, vault, person_id, at=at))
    return {"detail": "A PIN is on its way to the owner of the account."}


@router.post("/people/merge", summary="Make two records of one person one")
async def merge(body: Merge, asked: Asked) -> Any:
    decided_by = myself(await asked.with_role(OFFICER))
    return await asked.once(
        lambda work: _saved(
            commands.merge_people(
                work,
                body.winner_id,
                body.loser_id,
                decided_by=decided_by,
                confirmed_different_ssn=body.confirmed_different_ssn,
            )
        )
    )


@router.post("/people/{person_id}/unmerge", summary="Take a merge back; the id is the record's that was merged")
async def unmerge(person_id: PersonId, asked: Asked) -> Any:
    decided_by = myself(await asked.with_role(OFFICER))
    return await asked.once(lambda work: _saved(commands.unmerge_people(work, person_id, decided_by=decided_by)))


async def _saved(changing: Any) -> PersonWithContact:
    person: Person = await changing
    return PersonWithContact(**_with_contact(person))


async def _visible(asked: AskedRequest, person_id: PersonId, *, but_not_own: bool = False) -> Person:
    """The person, if whoever asks may see them; else it is as if there were nobody."""
    actor = await asked.person()
    async with asked.reading() as work:
        person = await people.get_person(work, person_id)
    if not may_see(actor, person, asked):
        raise people.PersonUnknown
    if but_not_own and person_id == actor.person_id:
        raise Forbidden
    return person


async def _officer_not_own(asked: AskedRequest, person_id: PersonId) -> Actor:
    actor = await asked.with_role(OFFICER)
    if actor.person_id == person_id:
        raise Forbidden
    return actor


def _shown(person: Person) -> dict[str, Any]:
    return {
        "person_id": person.person_id,
        "educator_number": person.educator_number,
        "name": person.name,
        "former_names": list(person.former_names),
        "districts": list(person.districts),
        "merged_into": person.merged_into,
    }


def _with_contact(person: Person) -> dict[str, Any]:
    contact = {"address": person.address, "email": person.email, "phone": person.phone, "language": person.language}
    return _shown(person) | contact
