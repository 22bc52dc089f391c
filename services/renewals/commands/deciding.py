"""Deciding: approve one or many, return, deny, undo. Who may was asked of identity there and then, beforehand."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from services.renewals.domain import application as rules
from services.renewals.domain.application import Application, Decider
from services.renewals.domain.errors import NoSuchApplication
from services.renewals.domain.states import OPEN, State
from services.renewals.store import applications, people, places, records
from services.renewals.store.records import Entry
from shared.contracts.renewals import ApplicationDenied, ApplicationReturned, RenewalApproved, RenewalReversed
from shared.contracts.values import Authority
from shared.errors import ElmsError
from shared.ids import ApplicationId, OrganizationId
from shared.messaging.work import Work

Rule = Callable[[Application, Decider], Application]


class Outcome(NamedTuple):
    """What became of one application of many."""

    application_id: ApplicationId
    application: Application | None = None
    error: ElmsError | None = None


async def decider(work: Work, by: Authority, version: int | None = None) -> Decider:
    """Who decides, with every id that is theirs."""
    own = await people.same_person(work, by.person_id)
    return Decider(by, own, work.now, work.policy, work.next_version, version)


async def approve(work: Work, application_id: ApplicationId, *, by: Authority, version: int | None) -> Application:
    """Approves one. Raises what is in its way, with the titles of originals that nobody has ticked."""
    who = await decider(work, by, version)
    before = await applications.get_locked(work, application_id)
    unseen = await records.find_unseen(work, application_id) if before.seen < before.wanted else ()
    after = rules.approve(before, who, unseen)
    await _approved(work, [after])
    work.audit("application approved", application_id, by=by.role, organization=by.organization_id)
    return after


async def approve_many(work: Work, ids: Sequence[ApplicationId], *, by: Sequence[Authority]) -> list[Outcome]:
    """Approves each that can be; one outcome a row, in their order. A fixed number of statements for any number."""
    outcomes = await _each(work, ids, by, rules.approve)
    approved = [o.application for o in outcomes if o.application is not None]
    await _approved(work, approved)
    work.audit("applications approved", work.actor, applications=[str(a.application_id) for a in approved])
    return outcomes


async def see_all(work: Work, ids: Sequence[ApplicationId], *, by: Sequence[Authority]) -> list[Outcome]:
    """Ticks every original of each, for whoever went through a whole stack of them; one outcome a row."""
    outcomes = await _each(work, ids, by, rules.see)
    seen = [o.application for o in outcomes if o.application is not None]
    if seen:
        who, found = by[0], [a.application_id for a in seen]
        await records.tick_all(work, found, [a.version for a in seen], by=who.person_id, name=who.name)
    work.audit("originals seen", work.actor, applications=[str(a.application_id) for a in seen])
    return outcomes


async def send_back(
    work: Work, application_id: ApplicationId, *, by: Authority, reason: str, version: int | None
) -> Application:
    """Returns one to the educator, who reads exactly the reason."""
    after = await _decide(work, application_id, "returned", await decider(work, by, version), reason, rules.send_back)
    assert after.reason is not None
    work.say(ApplicationReturned(**after.about, reason=after.reason, returned_by=by), version=after.version)
    return after


async def deny(
    work: Work, application_id: ApplicationId, *, by: Authority, reason: str, version: int | None
) -> Application:
    """Denies one; the educator reads exactly the reason."""
    after = await _decide(work, application_id, "denied", await decider(work, by, version), reason, rules.deny)
    assert after.reason is not None
    work.say(ApplicationDenied(**after.about, reason=after.reason, denied_by=by), version=after.version)
    return after


async def undo(
    work: Work, application_id: ApplicationId, *, by: Authority, reason: str, version: int | None
) -> Application:
    """Takes an approval back: credentials takes back the period, printing its job. Asked beforehand: is it cut yet?"""
    after = await _decide(work, application_id, "reversed", await decider(work, by, version), reason, rules.undo)
    work.say(RenewalReversed(**after.about, reason=reason, reversed_by=by), version=after.version)
    return after


async def _decide(  # noqa: PLR0917
    work: Work,
    application_id: ApplicationId,
    what: str,
    who: Decider,
    reason: str,
    rule: Callable[[Application, Decider, str], Application],
) -> Application:
    before = await applications.get_locked(work, application_id)
    after = rule(before, who, reason)
    if after.state not in OPEN:
        await places.close(work, [application_id])
    await applications.save(work, [after])
    await records.note(work, [Entry(application_id, what, who.by.name, who.by.person_id, reason)])
    work.audit(f"application {what}", application_id, by=who.by.role, organization=who.by.organization_id)
    return after


async def _each(
    work: Work,
    ids: Sequence[ApplicationId],
    by: Sequence[Authority],
    rule: Callable[[Application, Decider], Application],
) -> list[Outcome]:
    """What the rule makes of each, by whichever of the authorities is for its queue."""
    own = await people.same_person(work, by[0].person_id) if by else frozenset()
    deciders = {_desk(a): Decider(a, own, work.now, work.policy, work.next_version) for a in by}
    found = await applications.find_locked(work, ids)
    return [_outcome(id, found.get(id), deciders, rule) for id in dict.fromkeys(ids)]


def _outcome(
    application_id: ApplicationId,
    before: Application | None,
    deciders: Mapping[OrganizationId | None, Decider],
    rule: Callable[[Application, Decider], Application],
) -> Outcome:
    try:
        if before is None:
            raise NoSuchApplication
        who = deciders.get(before.district_id) or (deciders.get(None) if before.to_state else None)
        if who is None:
            raise NoSuchApplication
        return Outcome(application_id, application=rule(before, who))
    except ElmsError as obstacle:
        return Outcome(application_id, error=obstacle)


async def _approved(work: Work, approved: Sequence[Application]) -> None:
    """Saves approvals and says them; one statement for each authority."""
    if not approved:
        return
    for by in {a.decided_by.role + a.decided_by.name: a.decided_by for a in approved if a.decided_by}.values():
        ids = [a.application_id for a in approved if a.decided_by == by]
        await applications.save_state(work, ids, State.APPROVED, by=by, at=work.now)
        await records.note_each(work, ids, "approved", who=by.name, who_id=by.person_id)
    for application in approved:
        work.say(_approval_of(application), version=application.version)


def _approval_of(application: Application) -> RenewalApproved:
    """What credentials needs to extend the license, and by which authority."""
    reserved = application.reserved
    assert reserved is not None and application.decided_by is not None and application.decided_at is not None
    return RenewalApproved(
        **application.about,
        from_valid_until=reserved.from_valid_until,
        reservation_id=reserved.reservation_id,
        filed_at=application.filed_at,
        approved_at=application.decided_at,
        approved_by=application.decided_by,
        policy_version=reserved.policy_version,
    )


def _desk(by: Authority) -> OrganizationId | None:
    """The queue that an authority is for: a district, or None for the state's office."""
    return None if by.role == rules.STATE_ROLE else by.organization_id
