"""Whom and what renewals knows of others: people with their transfers, organizations, and what became of the paper."""

from collections.abc import Callable
from datetime import date
from typing import Any, Protocol, TypeVar

from services.renewals.domain.routing import Route, moved
from services.renewals.domain.states import Action, is_allowed
from services.renewals.store import applications, people, places, records
from services.renewals.store.records import Entry
from shared.contracts.identity import OrganizationState, PersonState
from shared.ids import ApplicationId
from shared.messaging.hears import Events
from shared.messaging.work import Work


class OfPaper(Protocol):
    """A fact about the paper of a license, and the application that earned it, if one did."""

    @property
    def application_id(self) -> ApplicationId | None: ...


E = TypeVar("E", bound=OfPaper)


async def remember_people(states: Events[PersonState], work: Work) -> None:
    """Keeps each person's later state; an open application goes with its educator to another district."""
    before = await people.save_people(work, states)
    districts = {s.person_id: s.districts for s in states if s.person_id in before and s.merged_into is None}
    if not districts:
        return
    routes: dict[Any, Route] = {}
    found = await places.find_open_of_people(work, list(districts))
    whys = await applications.find_whys(work, list(found))
    for application in found.values():
        now = Route(application.district_id, application.to_state, whys[application.application_id])
        employers = districts[application.person_id]
        goes = moved(now, employers, before[application.person_id])
        if goes is not None and is_allowed(application.state, Action.MOVE):
            routes[application.application_id] = goes
    if routes:
        await places.save_routes(work, routes, [work.next_version(found[id].version) for id in routes])
        await _note_moves(work, routes)


async def _note_moves(work: Work, routes: dict[Any, Route]) -> None:
    named = await people.find_organizations(work, {r.district_id for r in routes.values()})

    def holder(route: Route) -> str:
        organization = named.get(route.district_id) if route.district_id else None
        return organization.name if organization else ""

    await records.note(work, [Entry(id, "moved", detail=holder(route)) for id, route in routes.items()])


async def remember_organizations(states: Events[OrganizationState], work: Work) -> None:
    """Keeps each organization's later state."""
    await people.save_organizations(work, states)


async def note_paper(
    events: Events[E],
    work: Work,
    what: str,
    *,
    detail: Callable[[E], str] = lambda event: "",
    prints_on: Callable[[E], date | None] = lambda event: None,
) -> None:
    """Writes what printing says of a paper into the history of the application that earned it."""
    named = [(e.application_id, e) for e in events if e.application_id is not None]
    found = await applications.find_known(work, [id for id, _ in named]) if named else set()
    known = [(id, e) for id, e in named if id in found]
    if known:
        await records.save_paper(work, {id: (what, prints_on(e)) for id, e in known})
        await records.note(work, [Entry(id, what, detail=detail(e)) for id, e in known])
