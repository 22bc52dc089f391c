"""A district's queue, or the state office's: counts and pages, soonest due first."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from services.renewals.domain.application import STATE_ROLE
from services.renewals.queries.answers import Counts, Queue
from services.renewals.queries.applications import may_see, summary
from services.renewals.store import people, views
from services.renewals.store.views import Filters
from shared.errors import Forbidden, Invalid
from shared.ids import OrganizationId, PersonId
from shared.messaging.work import Work
from shared.tokens import Actor

MOST = 200
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks of a queue; `after` is a page's `next`."""

    organization_id: OrganizationId | None = None
    show: str = "waiting"
    holder: PersonId | None = None
    kind: str = ""
    ends_before: date | None = None
    name: str = ""
    after: str = ""
    limit: int = field(default=50)


async def page(work: Work, wanted: Wanted, actor: Actor) -> Queue:
    """One page of a queue with its counts. Raises `Forbidden` where it is not the person's."""
    district, name = await _whose(work, wanted.organization_id, actor)
    me = sorted(await people.same_person(work, actor.person_id)) if actor.person_id else []
    filters = Filters(
        district=district, me=me, show=wanted.show, holder=wanted.holder, kind=wanted.kind,
        ends_before=wanted.ends_before, name=wanted.name.strip(), after=_after(wanted.after), limit=wanted.limit + 1,
    )  # fmt: skip
    days = {"today": work.today, "soon": work.today + SOON, "sunday": _sunday(work.today)}
    rows = await views.find_page(work, filters, days)
    shown = rows[: wanted.limit]
    counted = await views.count(work, filters, days)
    return Queue(
        organization_id=district,
        organization=name,
        counts=Counts(
            waiting=counted.waiting, overdue=counted.overdue, due_this_week=counted.week, yours=counted.yours,
            free=counted.free, returned=counted.returned, ends_in_30_days=counted.ending, blocked=counted.blocked,
        ),
        rows=[summary(work, row) for row in shown],
        next=f"{shown[-1].due_on}_{shown[-1].application_id}" if len(rows) > len(shown) else None,
    )  # fmt: skip


async def _whose(work: Work, organization_id: OrganizationId | None, actor: Actor) -> tuple[OrganizationId | None, str]:
    """The queue asked for, or the one that the person works: a district, or None for the state office's."""
    office = await people.find_state_office(work)
    if organization_id is None and not actor.holds(STATE_ROLE, work.today):
        theirs = [o for role in work.policy.review.district_roles for o in actor.organizations(role, work.today)]
        if not theirs:
            raise Forbidden
        organization_id = theirs[0]
    if organization_id is None or (office is not None and organization_id == office.organization_id):
        if not actor.holds(STATE_ROLE, work.today):
            raise Forbidden
        return None, office.name if office else work.policy.agency.office
    if not may_see(work, actor, organization_id):
        raise Forbidden
    known = await people.find_organizations(work, [organization_id])
    return organization_id, known[organization_id].name if organization_id in known else ""


def _after(words: str) -> tuple[date, UUID] | None:
    if not words:
        return None
    day, _, identifier = words.partition("_")
    try:
        return date.fromisoformat(day), UUID(identifier)
    except ValueError as wrong:
        raise Invalid(field="after", problem="This is no place in the queue.") from wrong


def _sunday(today: date) -> date:
    """The last day of the week that today is in."""
    return today + timedelta(days=6 - today.weekday())
