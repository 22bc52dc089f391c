"""A district's forecast of lapses: its educators' licenses, those that end soon, and how far each renewal is."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.credentials.domain import forecast as domain
from services.credentials.domain.forecast import Lapse, Month, Readiness
from services.credentials.domain.license import License, active_types
from services.credentials.domain.requirements import progress
from services.credentials.queries.answers import ForecastShown, LapseShown, MonthShown
from services.credentials.queries.development import steps_shown
from services.credentials.queries.licenses import OFFICERS
from services.credentials.store import credits, licenses, people, reservations
from services.credentials.store.people import Person
from shared.errors import Forbidden, Invalid
from shared.ids import OrganizationId
from shared.messaging.work import Work
from shared.tokens import Actor

MOST_SHORT = 500
"""So many licenses that are short are named; all are counted."""


async def forecast(work: Work, actor: Actor, wanted: OrganizationId | None) -> ForecastShown:
    """The forecast of a district. Raises `Forbidden` where it is not the person's to see, as its queue would not be.

    Who reads it is recorded, as whoever reads one license of somebody else is.
    """
    district = whose(work, actor, wanted)
    holders = {each: person for person in await people.find_of_district(work, district) for each in person.ids}
    held = [license for found in (await licenses.find_of_people(work, holders)).values() for license in found]
    until = domain.horizon(work.today)
    lapses = await lapses_of(work, holders, [each for each in held if domain.ends_by(each, until, on=work.today)], held)
    work.audit("forecast read", district, by=actor.name)
    short = sorted((each for each in lapses if each.readiness is Readiness.SHORT), key=_soonest)
    return ForecastShown(
        organization_id=district,
        until=until,
        licenses=sum(domain.is_in_use(each, work.today) for each in held),
        ending=len(lapses),
        short=len(short),
        months=tuple(_month(month) for month in domain.months(lapses, on=work.today, until=until)),
        those_short=tuple(_shown(each, holders, work) for each in short[:MOST_SHORT]),
    )


def whose(work: Work, actor: Actor, wanted: OrganizationId | None) -> OrganizationId:
    """The district that somebody who decides may look at. Raises `Forbidden`, `Invalid`."""
    roles = work.policy.review.district_roles
    theirs = [district for role in roles for district in actor.organizations(role, work.today)]
    if wanted is None and theirs:
        return theirs[0]
    if any(actor.holds(role, work.today) for role in OFFICERS):
        if wanted is None:
            raise Invalid(field="organization_id", problem="Choose a district.")
        return wanted
    if wanted is None or wanted not in theirs:
        raise Forbidden
    return wanted


async def lapses_of(
    work: Work, holders: Mapping[UUID, Person], ending: Sequence[License], held: Sequence[License]
) -> list[Lapse]:
    """How far the renewal of each of these licenses is; only of their holders are credits read."""
    ids = sorted({each for license in ending for each in holders[license.person_id].ids})
    kept = await credits.find_of_people(work, ids)
    filed = await reservations.find_open_of_licenses(work, [license.license_id for license in ending])
    theirs: dict[UUID, list[License]] = {}
    for license in held:
        theirs.setdefault(holders[license.person_id].person_id, []).append(license)
    found = []
    for license in ending:
        holder = holders[license.person_id]
        options = progress(
            license, [credit for each in holder.ids for credit in kept.get(each, ())], on=work.today,
            policy=work.policy,
            other_active=active_types(theirs[holder.person_id], besides=license, on=work.today),
        )  # fmt: skip
        is_filed = license.license_id in filed
        found.append(domain.lapse(license, options, is_filed=is_filed, on=work.today, policy=work.policy))
    return found


def _soonest(lapse: Lapse) -> tuple[object, ...]:
    return lapse.license.valid_until, lapse.license.number


def _month(month: Month) -> MonthShown:
    return MonthShown(
        first_day=month.first_day,
        ending=len(month.lapses),
        filed=month.count(Readiness.FILED),
        ready=month.count(Readiness.READY),
        short=month.count(Readiness.SHORT),
        not_renewable=month.count(Readiness.NOT_RENEWABLE),
    )


def _shown(lapse: Lapse, holders: Mapping[UUID, Person], work: Work) -> LapseShown:
    license, plan = lapse.license, lapse.plan
    return LapseShown(
        number=license.number,
        educator_number=holders[license.person_id].educator_number or "",
        valid_until=license.valid_until,
        file_by=plan.file_by if plan else None,
        steps=steps_shown(plan.steps, work.policy) if plan else (),
    )
