"""One application as its educator or an approver sees it, and an educator's own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.renewals.domain.application import STATE_ROLE, Application
from services.renewals.domain.errors import NoSuchApplication
from services.renewals.domain.holders import Desk, deciders
from services.renewals.domain.states import Action, State, allowed_actions
from services.renewals.domain.status import Circumstances, status_of
from services.renewals.domain.timeline import sentence
from services.renewals.queries.answers import (
    ApplicationShown,
    ClaimShown,
    Happened,
    OriginalShown,
    StatusShown,
    Summary,
)
from services.renewals.store import applications, people, records, views
from services.renewals.store.people import Organization
from shared.database import Row
from shared.ids import ApplicationId, OrganizationId, PersonId
from shared.messaging.work import Work
from shared.policies.calendar import last_safe_date, local_date, print_cut_off, print_day, review_due
from shared.tokens import Actor

OPERATOR = "operator"
BY_EDUCATOR = frozenset({Action.WITHDRAW})
BY_APPROVER = frozenset(
    {Action.CLAIM, Action.RELEASE, Action.SEE, Action.APPROVE, Action.RETURN, Action.DENY, Action.UNDO}
)
AT_SHOP = frozenset({"paper-released", "paper-printed", "paper-spoiled", "paper-mailed", "mail-returned"})


@dataclass(frozen=True, slots=True)
class Place:
    """Whose application it is and where it waits: what decides who may see it and whom identity is asked about."""

    application_id: ApplicationId
    person_id: PersonId
    district_id: OrganizationId | None
    to_state: bool


async def get_place(work: Work, words: str, actor: Actor) -> Place:
    """The application behind an id or a reference. Raises `NoSuchApplication` also where the person may not know."""
    application_id = await applications.find_id(work, words)
    row = await views.find(work, application_id) if application_id else None
    if row is None:
        raise NoSuchApplication
    own = actor.person_id is not None and row.person_id in await people.same_person(work, actor.person_id)
    if not own and not may_see(work, actor, row.district_id):
        raise NoSuchApplication
    return Place(row.application_id, row.person_id, row.district_id, row.to_state)


async def find_districts(work: Work, ids: Sequence[ApplicationId]) -> set[OrganizationId | None]:
    """The districts in whose queues these applications are; None among them: the state office's alone."""
    return {row.district_id for row in await applications.find_queues(work, ids)}


def may_see(work: Work, actor: Actor, district_id: OrganizationId | None) -> bool:
    """Whether the person decides for that district, or works at the state's office."""
    roles = work.policy.review.district_roles
    decides = district_id is not None and any(actor.holds(role, work.today, district_id) for role in roles)
    return decides or any(actor.holds(role, work.today) for role in (STATE_ROLE, OPERATOR))


async def show(work: Work, words: str, actor: Actor) -> ApplicationShown:
    """One application, whole. Raises `NoSuchApplication`."""
    place = await get_place(work, words, actor)
    row = await views.find(work, place.application_id)
    assert row is not None
    application = applications.from_row(row)
    own = actor.person_id is not None and row.person_id in await people.same_person(work, actor.person_id)
    around = await _around(work, row)
    named = work.policy.review.district_roles
    allowed = allowed_actions(application.state) & (BY_EDUCATOR if own else BY_APPROVER)
    if not own and not named and not actor.holds(STATE_ROLE, work.today):
        allowed = frozenset()
    undo_until = _undo_until(work, application, row)
    return ApplicationShown(
        **summary(work, row).model_dump(),
        district=around.district.name if around.district else "",
        attested=list(row.attested),
        policy_version=row.policy_version,
        decided_by=application.decided_by,
        decided_at=application.decided_at,
        reason=application.reason,
        prints_on=row.prints_on,
        undo_until=undo_until,
        mine=own,
        actions=sorted(allowed - ({Action.UNDO} if undo_until is None else set())),
        status=StatusShown.model_validate(status_of(application, around)),
        checklist=[_original(line) for line in await records.find_originals(work, place.application_id)],
        timeline=_timeline(work, await records.find_history(work, place.application_id)),
    )


async def own(work: Work, person_id: PersonId) -> list[Summary]:
    """A person's applications, newest first."""
    rows = await views.find_of_people(work, sorted(await people.same_person(work, person_id)))
    return [summary(work, row) for row in rows]


def summary(work: Work, row: Row) -> Summary:
    """A row as an application in a list."""
    option = work.policy.find_option(row.option)
    waits = State(row.state) in (State.RECEIVED, State.WAITING)
    return Summary(
        application_id=row.application_id,
        reference=row.reference,
        version=row.version,
        state=State(row.state),
        kind=row.kind,
        option=row.option,
        option_name=option.name if option else row.option,
        license_id=row.license_id,
        license_number=row.license_number,
        person_id=row.person_id,
        educator=row.educator,
        educator_number=row.educator_number,
        totals=row.totals,
        originals=row.wanted,
        originals_seen=row.seen,
        filed_at=row.filed_at,
        ends=row.from_valid_until,
        new_end=row.new_valid_until,
        due_on=row.due_on,
        overdue=waits and row.due_on < work.today,
        district_id=row.district_id,
        with_state=row.to_state,
        claim=ClaimShown(person_id=row.claimed_by, name=row.claimed_name, since=row.claimed_at)
        if row.claimed_by
        else None,
    )


def desk_of(work: Work, organization: Organization, today: date) -> Desk:
    """A district with who answers for it today."""
    names = deciders(organization.grants, work.policy.review.district_roles, today)
    return Desk(
        organization.name,
        names[0] if names else "",
        tuple(names[1:]),
        organization.place,
        organization.hours,
        organization.phone,
    )


async def _around(work: Work, row: Row) -> Circumstances:
    known = await people.find_organizations(work, [row.district_id])
    district = known.get(row.district_id) if row.district_id else None
    contact = work.policy.agency.contacts[0]
    named = desk_of(work, district, work.today) if district else Desk("your district") if row.district_id else None
    return Circumstances(
        district=named,
        office=Desk(work.policy.agency.office, hours=contact.hours, phone=contact.phone),
        paper=row.paper,
        prints_on=row.prints_on,
        mailed=work.policy.paper.mailed == "always",
        today=work.today,
        **_days(work, row),
    )


def _days(work: Work, row: Row) -> dict[str, date | None]:
    """By when it is filed again, by when the services have done their part, and the state's office its own."""
    safe = last_safe_date(row.from_valid_until, work.policy) if row.from_valid_until else None
    began = local_date(row.decided_at or row.filed_at, work.policy)
    return {
        "file_by": safe if safe and safe >= work.today else row.from_valid_until,
        "services_by": began,
        "office_by": review_due(began, work.policy),
    }


def _undo_until(work: Work, application: Application, row: Row) -> datetime | None:
    """Until when an approval can be undone as far as is known here; printing is asked when somebody does."""
    if Action.UNDO not in allowed_actions(application.state) or row.paper in AT_SHOP:
        return None
    day = row.prints_on or print_day(application.decided_at or work.now, work.policy)
    cut = print_cut_off(day, work.policy)
    return cut if cut > work.now else None


def _original(line: Row) -> OriginalShown:
    return OriginalShown(
        number=line.number,
        credit_id=line.credit_id,
        title=line.title,
        must_show=line.must_show,
        seen_name=line.seen_name,
        seen_at=line.seen_at,
    )


def _timeline(work: Work, rows: Iterable[Row]) -> list[Happened]:
    return [
        Happened(at=row.at, what=row.what, text=sentence(row.what, row.detail, work.policy), who=row.who)
        for row in rows
    ]
