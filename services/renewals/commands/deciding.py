"""Deciding about one or many: approve, return, deny; undo one. Who may was asked of identity there and then."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from services.renewals.domain import application as rules
from services.renewals.domain.application import Application, Decider
from services.renewals.domain.errors import NoSuchApplication, OwnApplication
from services.renewals.domain.states import OPEN
from services.renewals.store import applications, people, places, records
from shared.contracts import Event
from shared.contracts.renewals import ApplicationDenied, ApplicationReturned, RenewalApproved, RenewalReversed
from shared.contracts.values import Authority
from shared.errors import ElmsError
from shared.ids import ApplicationId, OrganizationId, PersonId
from shared.messaging.work import Work

Rule = Callable[[Application, Decider], Application]


class Decision(NamedTuple):
    """What is decided, of one application or of many alike: its word in histories, its rule, and what is said of it."""

    word: str
    rule: Rule
    fact: Callable[[Application], Event]
    reason: str = ""


class Outcome(NamedTuple):
    """What became of one application of many."""

    application_id: ApplicationId
    application: Application | None = None
    error: ElmsError | None = None


def approval(unseen: Sequence[str] = ()) -> Decision:
    """A yes. `unseen` are the titles of originals that nobody has ticked, where they are known."""
    return Decision("approved", lambda a, who: rules.approve(a, who, unseen), _approval_of)


def returning(reason: str) -> Decision:
    """Back to the educator, who reads exactly the reason."""
    return Decision("returned", lambda a, who: rules.send_back(a, who, reason), _return_of, reason)


def denial(reason: str) -> Decision:
    """A no; the educator reads exactly the reason."""
    return Decision("denied", lambda a, who: rules.deny(a, who, reason), _denial_of, reason)


def reversal(reason: str) -> Decision:
    """An approval taken back: credentials takes back the period, printing its job. Asked beforehand: is it cut yet?"""
    return Decision("reversed", lambda a, who: rules.undo(a, who, reason), _reversal_of, reason)


async def decider(work: Work, by: Authority, version: int | None = None) -> Decider:
    """Who decides, with every id that is theirs."""
    own = await people.same_person(work, by.person_id)
    return Decider(by, own, work.now, work.policy, work.next_version, version)


async def approve(work: Work, application_id: ApplicationId, *, by: Authority, version: int | None) -> Application:
    """Approves one. Raises what is in its way, with the titles of originals that nobody has ticked."""
    before = await applications.get_locked(work, application_id)
    unseen = await records.find_unseen(work, application_id) if before.seen < before.wanted else ()
    return await _decide(work, before, approval(unseen), by=by, version=version)


async def decide(
    work: Work, application_id: ApplicationId, decision: Decision, *, by: Authority, version: int | None
) -> Application:
    """Returns, denies or reverses one. Raises what is in its way."""
    before = await applications.get_locked(work, application_id)
    return await _decide(work, before, decision, by=by, version=version)


async def decide_many(
    work: Work, ids: Sequence[ApplicationId], decision: Decision, *, person_id: PersonId, by: Sequence[Authority]
) -> list[Outcome]:
    """Decides each that can be; one outcome a row, in their order. A fixed number of statements for any number."""
    outcomes = await _each(work, ids, decision.rule, person_id=person_id, by=by)
    decided = [o.application for o in outcomes if o.application is not None]
    await _record(work, decision, decided)
    work.audit(f"applications {decision.word}", work.actor, applications=[str(a.application_id) for a in decided])
    return outcomes


async def see_all(
    work: Work, ids: Sequence[ApplicationId], *, person_id: PersonId, by: Sequence[Authority]
) -> list[Outcome]:
    """Ticks every original of each, for whoever went through a whole stack of them; one outcome a row."""
    outcomes = await _each(work, ids, rules.see, person_id=person_id, by=by)
    seen = [o.application for o in outcomes if o.application is not None]
    if seen:
        who, found = by[0], [a.application_id for a in seen]
        await records.tick_all(work, found, [a.version for a in seen], by=who.person_id, name=who.name)
    work.audit("originals seen", work.actor, applications=[str(a.application_id) for a in seen])
    return outcomes


async def _decide(
    work: Work, before: Application, decision: Decision, *, by: Authority, version: int | None
) -> Application:
    after = decision.rule(before, await decider(work, by, version))
    await _record(work, decision, [after])
    work.audit(f"application {decision.word}", after.application_id, by=by.role, organization=by.organization_id)
    return after


async def _each(
    work: Work, ids: Sequence[ApplicationId], rule: Rule, *, person_id: PersonId, by: Sequence[Authority]
) -> list[Outcome]:
    """What the rule makes of each, by whichever of the person's authorities is for its queue."""
    own = await people.same_person(work, person_id)
    deciders = {_desk(a): Decider(a, own, work.now, work.policy, work.next_version) for a in by}
    found = await applications.find_locked(work, ids)

    def outcome(application_id: ApplicationId) -> Outcome:
        try:
            if (before := found.get(application_id)) is None:
                raise NoSuchApplication
            return Outcome(application_id, application=rule(before, _decider_of(before, deciders, own)))
        except ElmsError as obstacle:
            return Outcome(application_id, error=obstacle)

    return [outcome(application_id) for application_id in dict.fromkeys(ids)]


def _decider_of(
    application: Application, deciders: Mapping[OrganizationId | None, Decider], own: Collection[UUID]
) -> Decider:
    """By which authority the person decides about this one. Their own is named before a queue that is not theirs."""
    who = deciders.get(application.district_id) or deciders.get(None)
    if who is None:
        raise OwnApplication if application.person_id in own else NoSuchApplication
    return who


async def _record(work: Work, decision: Decision, decided: Sequence[Application]) -> None:
    """Saves what was decided and says each; one statement of a kind for each authority, and one state for all."""
    await places.close(work, [a.application_id for a in decided if a.state not in OPEN])
    for by in dict.fromkeys(a.decided_by for a in decided if a.decided_by is not None):
        theirs = [a for a in decided if a.decided_by == by]
        ids, one = [a.application_id for a in theirs], theirs[0]
        await applications.save_state(work, ids, one.state, by=by, at=work.now, reason=one.reason)
        await records.note_each(work, ids, decision.word, who=by.name, who_id=by.person_id, detail=decision.reason)
    for application in decided:
        work.say(decision.fact(application), version=application.version)


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


def _return_of(application: Application) -> ApplicationReturned:
    assert application.reason is not None
    return ApplicationReturned(**application.about, reason=application.reason, returned_by=application.decided_by)


def _denial_of(application: Application) -> ApplicationDenied:
    assert application.reason is not None and application.decided_by is not None
    return ApplicationDenied(**application.about, reason=application.reason, denied_by=application.decided_by)


def _reversal_of(application: Application) -> RenewalReversed:
    assert application.reason is not None and application.decided_by is not None
    return RenewalReversed(**application.about, reason=application.reason.text, reversed_by=application.decided_by)


def _desk(by: Authority) -> OrganizationId | None:
    """The queue that an authority is for: a district, or None for the state's office."""
    return None if by.role == rules.STATE_ROLE else by.organization_id
