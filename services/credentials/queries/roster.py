"""A district's roster: its educators in the order of their numbers, and how far each renewal is."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.credentials.domain import forecast as domain
from services.credentials.domain.forecast import Lapse, Readiness
from services.credentials.domain.license import License
from services.credentials.queries import licenses as shown_licenses
from services.credentials.queries.answers import RosterLicense, RosterShown
from services.credentials.queries.development import steps_shown
from services.credentials.queries.forecast import lapses_of, whose
from services.credentials.store import licenses, people
from shared.ids import OrganizationId
from shared.messaging.work import Work
from shared.tokens import Actor

ENDED, NOT_DUE = "ended", "not_due"


async def roster(work: Work, actor: Actor, wanted: OrganizationId | None, after: str, limit: int) -> list[RosterShown]:
    """A page of a district's educators. Raises `Forbidden` where it is not the person's; who reads it is recorded."""
    district = whose(work, actor, wanted)
    found = await people.find_of_district(work, district, after, limit)
    holders = {each: person for person in found for each in person.ids}
    kept = await licenses.find_of_people(work, holders)
    held = [license for theirs in kept.values() for license in theirs]
    in_use = [each for each in held if domain.is_in_use(each, work.today)]
    lapses = {lapse.license.license_id: lapse for lapse in await lapses_of(work, holders, in_use, held)}
    work.audit("roster read", district, by=actor.name)
    return [
        RosterShown(
            person_id=person.person_id,
            educator_number=person.educator_number or "",
            licenses=_licenses([each for id in person.ids for each in kept.get(id, ())], lapses, work),
        )
        for person in found
    ]


def _licenses(theirs: Sequence[License], lapses: Mapping[UUID, Lapse], work: Work) -> tuple[RosterLicense, ...]:
    return tuple(_license(each, lapses.get(each.license_id), work) for each in theirs)


def _license(license: License, lapse: Lapse | None, work: Work) -> RosterLicense:
    shown = shown_licenses.shown(license, on=work.today, policy=work.policy)
    plan = lapse.plan if lapse else None
    return RosterLicense(
        number=license.number,
        type=shown.type,
        license_class=shown.license_class,
        status=shown.status,
        valid_until=license.valid_until,
        readiness=_readiness(license, lapse, work),
        file_by=plan.file_by if plan else None,
        steps=steps_shown(plan.steps, work.policy) if plan else (),
    )


def _readiness(license: License, lapse: Lapse | None, work: Work) -> str:
    """How far it is; short of something only where it ends within the days that a forecast looks at."""
    if lapse is None:
        return ENDED if license.valid_until < work.today else Readiness.NOT_RENEWABLE.value
    is_due = domain.ends_by(license, domain.horizon(work.today), on=work.today)
    return lapse.readiness.value if is_due or lapse.readiness is not Readiness.SHORT else NOT_DUE
