"""People whom a district enters before they come themselves: "Is it one of these?" is asked first."""

from dataclasses import dataclass
from datetime import date

from services.identity.commands.profiles import free_educator_number
from services.identity.commands.saying import say_person
from services.identity.crypto.identifiers import traits_of
from services.identity.crypto.sealing import Vault
from services.identity.domain.matching import Claim, compare
from services.identity.domain.names import same_name
from services.identity.domain.people import check_birth_date, check_email, check_name
from services.identity.domain.person import Person
from services.identity.store import claims, employment, organizations, people
from shared.contracts.values import Name
from shared.errors import Conflict
from shared.ids import OrganizationId, PersonId, new_id
from shared.messaging.work import Work


class PerhapsKnown(Conflict):
    """People on file resemble whom the district enters. `people` names them: choose one, or say that it is none."""

    field = "is_none_of"
    text = "Is it one of these? {count} on file are alike."


@dataclass(frozen=True)
class NewStaff:
    """Somebody who works for a district from a day on."""

    organization_id: OrganizationId
    name: Name
    first_day: date
    birth_date: date | None = None
    email: str | None = None


async def add_staff(work: Work, staff: NewStaff, *, is_none_of_these: bool, vault: Vault) -> Person:
    """A record that its person will complete. Raises PerhapsKnown until whoever enters it has looked at those alike."""
    name = check_name(staff.name)
    born = check_birth_date(staff.birth_date, today=work.today) if staff.birth_date else None
    await organizations.get_organization(work, staff.organization_id)
    claim = Claim(name, vault.mark("birth_date", born.isoformat() if born else ""))
    alike = [] if is_none_of_these else await _alike(work, claim, staff.organization_id)
    if alike:
        raise PerhapsKnown(count=len(alike), people=[str(person) for person in alike])
    person_id = PersonId(new_id())
    person = Person(
        person_id=person_id,
        version=work.next_version(),
        educator_number=await free_educator_number(work),
        name=name,
        email=check_email(staff.email) if staff.email else None,
        started_by=staff.organization_id,
        districts=(staff.organization_id,),
    )
    await people.insert_person(work, person, traits_of(vault, person_id, birth_date=born))
    await employment.save_employment(work, [person_id], [staff.organization_id], [staff.first_day], [None])
    say_person(work, person)
    work.audit("staff.add", person_id, organization=staff.organization_id)
    return person


async def employ(work: Work, person_id: PersonId, organization_id: OrganizationId, first_day: date) -> Person:
    """A known person works for a district from a day on."""
    await people.get_person(work, person_id, lock=True)
    await organizations.get_organization(work, organization_id)
    await employment.save_employment(work, [person_id], [organization_id], [first_day], [None])
    return await _say_moved(work, person_id, "staff.employ", organization_id)


async def release(work: Work, person_id: PersonId, organization_id: OrganizationId, last_day: date) -> Person:
    """They work there until that day. Raises NotEmployed."""
    await people.get_person(work, person_id, lock=True)
    await employment.end_employment(work, person_id, organization_id, last_day)
    return await _say_moved(work, person_id, "staff.release", organization_id)


async def _say_moved(work: Work, person_id: PersonId, action: str, organization_id: OrganizationId) -> Person:
    person = (await people.bump_people(work, [person_id]))[0]
    work.say(person.state(), version=person.version)
    work.audit(action, person_id, organization=organization_id)
    return person


async def _alike(work: Work, claim: Claim, organization_id: OrganizationId) -> list[PersonId]:
    """Those with the same name and birthday anywhere, and those of the same name in this district."""
    resembling = [p.person_id for p in await claims.find_candidates(work, claim) if compare(claim, p).resembles]
    namesakes = await people.search_people(
        work, words=f"{claim.name.last}, {claim.name.first}", organization=organization_id, most=10
    )
    same = [p.person_id for p in namesakes if same_name(p.name, claim.name)]
    return sorted({*resembling, *same})
