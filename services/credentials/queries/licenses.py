"""My licenses, one license, and who may see it."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from services.credentials.domain.license import License
from services.credentials.queries.answers import Coded, EndorsementShown, LicenseShown, Named, PeriodShown
from services.credentials.store import licenses, people
from services.credentials.store.licenses import LicenseUnknown
from services.credentials.store.people import Person
from shared.messaging.work import Work
from shared.policies import Policy
from shared.tokens import Actor

OFFICERS = ("licensing_officer",)
DISTRICT = ("superintendent", "personnel_administrator", "designee", "directory_administrator")


async def my_licenses(work: Work, person_id: UUID) -> list[LicenseShown]:
    """The licenses of a person, as they stand today."""
    _person, theirs = await held_by(work, person_id)
    return [shown(license, on=work.today, policy=work.policy) for license in theirs]


async def held_by(work: Work, person_id: UUID) -> tuple[Person, list[License]]:
    """A person, and their licenses under every id of theirs; the one that ends last first."""
    person = await people.get_person(work, person_id)
    found = await licenses.find_of_people(work, person.ids)
    return person, [license for each in person.ids for license in found.get(each, ())]


async def named(work: Work, numbers: Sequence[str]) -> list[Named]:
    """The licenses that have these numbers, with their ids and their holders'."""
    found = await licenses.find_by_numbers(work, numbers)
    return [Named(number=n, license_id=each.license_id, person_id=each.person_id) for n, each in found.items()]


async def get_visible(work: Work, number: str, actor: Actor) -> tuple[License, Person]:
    """The license with this number and its holder, if the person who asks may know of it.

    An educator sees their own; a district's people those of its educators; a licensing officer all. What somebody
    else reads of a person is audited. Raises `LicenseUnknown` otherwise, so that nobody can try numbers out.
    """
    license = await licenses.get_by_number(work, number)
    holder = await people.get_person(work, license.person_id)
    if actor.person_id in holder.ids:
        return license, holder
    if not may_see(actor, holder, work.today):
        raise LicenseUnknown
    work.audit("license read", number, by=actor.name)
    return license, holder


def may_see(actor: Actor, holder: Person, on: date) -> bool:
    """Whether somebody else than the holder may see a license."""
    if any(actor.holds(role, on) for role in OFFICERS):
        return True
    return any(actor.holds(role, on, district) for role in DISTRICT for district in holder.districts)


def shown(license: License, *, on: date, policy: Policy) -> LicenseShown:
    """The license on a day, in the state's words."""
    current = next((p for p in reversed(license.periods) if p.effective_from <= on), license.periods[0])
    held = license.hold is not None and license.hold.blocks(on)
    return LicenseShown(
        license_id=license.license_id,
        public_id=license.public_id,
        number=license.number,
        person_id=license.person_id,
        type=Coded(code=license.license_type, name=policy.license_type(license.license_type).name),
        license_class=_class(license, policy),
        endorsements=tuple(_endorsements(license.endorsements, policy)),
        status=license.status_on(on).value,
        standing=license.standing_on(on).value,
        provisional=license.provisional,
        effective_from=current.effective_from,
        valid_until=license.valid_until,
        periods=tuple(
            PeriodShown(
                effective_from=period.effective_from,
                valid_until=period.valid_until,
                earning_from=period.earning_from,
                application_id=period.application_id,
            )
            for period in license.periods
        ),
        discipline=license.discipline,
        renewal_hold=license.hold.reason if held and license.hold else None,
        version=license.version,
    )


def _class(license: License, policy: Policy) -> Coded | None:
    if not license.license_class:
        return None
    known = policy.find_license_class(license.license_class)
    return Coded(code=license.license_class, name=known.name if known else license.license_class)


def _endorsements(codes: Iterable[str], policy: Policy) -> Iterable[EndorsementShown]:
    known = {row.code: row for row in policy.endorsements}
    for code in codes:
        row = known.get(code)
        yield EndorsementShown(code=code, name=row.name if row else code, grades=row.grades if row else "")
