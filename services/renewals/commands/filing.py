"""Filing, filing again what was returned, and withdrawing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.renewals.domain.application import Application, go
from services.renewals.domain.errors import AlreadyOpen, KindUnknown, NoSuchApplication
from services.renewals.domain.references import reference
from services.renewals.domain.routing import Route, route
from services.renewals.domain.states import Action, State, is_allowed
from services.renewals.store import applications, filings, people, places, records
from services.renewals.store.filings import New
from services.renewals.store.people import Organization, Person
from services.renewals.store.records import Entry
from shared.contracts.renewals import ApplicationFiled, ApplicationWithdrawn
from shared.errors import ElmsError
from shared.ids import ApplicationId, LicenseId, OrganizationId, PersonId, new_id
from shared.messaging.work import Work
from shared.policies.calendar import review_due

RENEWAL = "renewal"
SUPERINTENDENT = "superintendent"


@dataclass(frozen=True, slots=True)
class Filing:
    """What an educator files: one license, one option, and the district that decides where there are several."""

    person_id: PersonId
    license_id: LicenseId
    option: str
    district_id: OrganizationId | None = None
    attested: tuple[str, ...] = ()
    filed_at: datetime | None = None
    license_number: str = ""


Filed = Application | ElmsError
"""What became of a filing: the application, or why there is none."""


async def file(work: Work, filing: Filing) -> Application:
    """Files one application. Raises why it cannot be."""
    [outcome] = await file_many(work, [filing])
    if isinstance(outcome, ElmsError):
        raise outcome
    return outcome


async def file_many(work: Work, given: Sequence[Filing]) -> list[Filed]:
    """Files each; whatever one is refused for leaves the others alone. Outcomes stand in the filings' order."""
    known = await people.find_people(work, {f.person_id for f in given})
    employers = await people.find_organizations(work, {d for person in known.values() for d in person.districts})
    outcomes: list[Filed | Route] = [_routed(work, f, known.get(f.person_id), employers) for f in given]
    await _replace_returned(work, given, outcomes)
    numbers = iter(await filings.next_references(work, work.today.year, len(given)))
    new = {
        place: _new(work, filing, outcome, next(numbers))
        for place, (filing, outcome) in enumerate(zip(given, outcomes, strict=True))
        if isinstance(outcome, Route)
    }
    placed = await filings.take_places(work, list(new.values()))
    await _keep(work, [n for n in new.values() if n.application.application_id in placed])
    return [_outcome(new.get(place), placed, outcome) for place, outcome in enumerate(outcomes)]


async def withdraw(work: Work, application_id: ApplicationId, *, person_id: UUID) -> Application:
    """The educator takes an undecided application back. Raises `NoSuchApplication` where it is not theirs."""
    application = await applications.get_locked(work, application_id)
    if application.person_id not in await people.same_person(work, person_id):
        raise NoSuchApplication
    after = application._replace(state=go(application, Action.WITHDRAW), version=work.next_version(application.version))
    await places.close(work, [application_id])
    await applications.save(work, [after])
    name = (await people.find_people(work, [person_id])).get(person_id)
    await records.note(work, [Entry(application_id, "withdrawn", name.name if name else "", person_id)])
    work.say(ApplicationWithdrawn(**after.about), version=after.version)
    return after


def _routed(
    work: Work, filing: Filing, person: Person | None, employers: Mapping[UUID, Organization]
) -> Route | ElmsError:
    """Where it goes, or why it cannot. Whom identity has not named yet has no district so far."""
    districts = person.districts if person else ()
    names = {d: employers[d].name if d in employers else str(d) for d in districts}
    try:
        kind = work.policy.application(RENEWAL)
        return route(
            names,
            _superintends(work, filing.person_id, [employers[d] for d in districts if d in employers]),
            kind=kind, policy=work.policy, chosen=filing.district_id,
        )  # fmt: skip
    except KeyError:
        return KindUnknown(kind=RENEWAL)
    except ElmsError as obstacle:
        return obstacle


def _superintends(work: Work, person_id: UUID, employers: Collection[Organization]) -> list[OrganizationId]:
    """The districts whose superintendent this person is today."""
    return [
        o.organization_id
        for o in employers
        for g in o.grants
        if g.person_id == person_id and g.role == SUPERINTENDENT
        and g.first_day <= work.today and (g.last_day is None or work.today <= g.last_day)
    ]  # fmt: skip


async def _replace_returned(work: Work, given: Sequence[Filing], outcomes: list[Filed | Route]) -> None:
    """An open application keeps its license's place, unless it was returned: the next filing takes that over."""
    found = await places.find_open(work, [f.license_id for f in given])
    replaced: dict[UUID, Application] = {}
    for place, filing in enumerate(given):
        before = found.get(filing.license_id)
        if before is None or not isinstance(outcomes[place], Route):
            continue
        if not is_allowed(before.state, Action.REPLACE):
            outcomes[place] = AlreadyOpen(reference=before.reference)
        else:
            version = work.next_version(before.version)
            replaced[before.application_id] = before._replace(state=State.REPLACED, version=version)
    if replaced:
        await places.close(work, list(replaced))
        await applications.save(work, list(replaced.values()))
        await records.note_each(work, list(replaced), "replaced")


def _new(work: Work, filing: Filing, found: Route, number: int) -> New:
    application = Application(
        application_id=ApplicationId(new_id()),
        version=work.next_version(),
        state=State.RECEIVED,
        reference=reference(work.today.year, number),
        kind=RENEWAL,
        person_id=filing.person_id,
        license_id=filing.license_id,
        option=filing.option,
        filed_at=filing.filed_at or work.now,
        district_id=found.district_id,
        to_state=found.to_state,
        due_on=review_due(work.today, work.policy),
    )
    return New(application, found, filing.license_number, filing.attested)


async def _keep(work: Work, new: Sequence[New]) -> None:
    if not new:
        return
    await filings.add(work, new)
    await records.note(work, [Entry(n.application.application_id, "filed", detail=n.application.option) for n in new])
    for n in new:
        a = n.application
        filed = ApplicationFiled(
            application_id=a.application_id, reference=a.reference, kind=a.kind, person_id=a.person_id,
            license_id=a.license_id, option=a.option, district_id=a.district_id, filed_at=a.filed_at,
            attested=n.attested,
        )  # fmt: skip
        work.say(filed, version=a.version)


def _outcome(new: New | None, placed: set[UUID], outcome: Filed | Route) -> Filed:
    """What became of one filing. Somebody else may have taken the license's place at this very moment."""
    if new is not None and new.application.application_id in placed:
        return new.application
    return AlreadyOpen(reference="it was filed at this moment") if isinstance(outcome, Route) else outcome
