"""What follows from what credentials says: into the queue, completed, blocked, returned, undone."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import orjson

from services.renewals.domain.application import Application, Reserved
from services.renewals.domain.states import NEXT, OPEN, Action, State
from services.renewals.store import applications, places, records
from services.renewals.store.records import Entry
from shared.contracts import Event
from shared.contracts.credentials import (
    CreditRecalled,
    CreditsReserved,
    FilingRefused,
    LicenseRenewed,
    RenewalRefused,
    RenewalUndone,
)
from shared.contracts.renewals import ApplicationBlocked, ApplicationCompleted, ApplicationReturned
from shared.contracts.values import Reason
from shared.messaging.hears import Events
from shared.messaging.work import Work

E = TypeVar("E", CreditsReserved, FilingRefused, CreditRecalled, LicenseRenewed, RenewalRefused, RenewalUndone)
Pair = tuple[E, Application]


async def queue_applications(events: Events[CreditsReserved], work: Work) -> None:
    """Into the queue, each with its checklist; not what was withdrawn meanwhile."""
    pairs = await _following(work, events, Action.QUEUE)
    if not pairs:
        return
    after = [
        application._replace(
            wanted=len(event.originals),
            reserved=Reserved(
                event.reservation_id, event.from_valid_until, event.new_valid_until, event.policy_version
            ),
        )
        for event, application in pairs
    ]  # fmt: skip
    await applications.save_reserved(work, after, [_totals(event) for event, _ in pairs])
    await records.add_originals(work, {a.application_id: event.originals for event, a in pairs})
    await records.note_each(work, [a.application_id for _, a in pairs], "queued")


async def refuse_applications(events: Events[FilingRefused], work: Work) -> None:
    """Not filed, with credentials' reason; the license's place is free again."""
    await _end(work, events, Action.REFUSE, "refused", lambda event: event.reason)


async def return_recalled(events: Events[CreditRecalled], work: Work) -> None:
    """Back to the educator when a credit it rests on was taken back before anybody approved; later only a note."""
    named = [event for event in events if event.application_id is not None]
    if not named:
        return
    found = await applications.find_locked(work, [e.application_id for e in named if e.application_id])
    late = [
        Entry(a.application_id, "credit-recalled", detail=e.reason)
        for e in named
        if e.application_id and (a := found.get(e.application_id)) and Action.RECALL not in NEXT[a.state]
    ]
    await records.note(work, late)
    for event, application in await _end(work, named, Action.RECALL, "recalled", _recalled):
        reason = application.reason or _recalled(event)
        work.say(ApplicationReturned(**application.about, reason=reason), version=application.version, because=event)


async def complete_applications(events: Events[LicenseRenewed], work: Work) -> None:
    """Completed, and said so; one that is being reversed waits for that."""
    pairs = await _following(work, events, Action.COMPLETE)
    completed = [(event, a) for event, a in pairs if a.state is State.COMPLETED]
    ids = [a.application_id for _, a in completed]
    await places.close(work, ids)
    await applications.save_state(work, ids, State.COMPLETED)
    await records.note(
        work, [Entry(a.application_id, "renewed", detail=e.period.valid_until.isoformat()) for e, a in completed]
    )
    for event, application in completed:
        said = ApplicationCompleted(**application.about, period=event.period)
        work.say(said, version=application.version, because=event)


async def block_applications(events: Events[RenewalRefused], work: Work) -> None:
    """Stopped, with credentials' reason, and into the state office's queue; one that is being reversed is undone."""
    pairs = await _following(work, events, Action.BLOCK)
    if not pairs:
        return
    blocked = [(e, a._replace(reason=e.reason)) for e, a in pairs if a.state is State.BLOCKED]
    undone = [a for _, a in pairs if a.state is State.UNDONE]
    await places.close(work, [a.application_id for a in undone])
    await applications.save(work, [*(a for _, a in blocked), *undone])
    await places.give_to_state(work, [a.application_id for _, a in blocked])
    entries = [Entry(a.application_id, "blocked", detail=e.reason.text) for e, a in blocked]
    await records.note(work, entries + [Entry(a.application_id, "undone") for a in undone])
    for event, application in blocked:
        said = ApplicationBlocked(**application.about, reason=event.reason)
        work.say(said, version=application.version, because=event)


async def close_undone(events: Events[RenewalUndone], work: Work) -> None:
    """Undone: the period is taken back and the license's place is free again."""
    await _end(work, events, Action.TAKE_BACK, "undone", None)


async def _following(work: Work, events: Sequence[E], action: Action) -> list[Pair[E]]:
    """The applications that these events move on, in their next state and version; the others have moved past that."""
    found = await applications.find_locked(work, [e.application_id for e in events if e.application_id is not None])
    moving = [(e, a) for e in events if e.application_id and (a := found.get(e.application_id))]
    return [
        (e, a._replace(state=NEXT[a.state][action], version=work.next_version(a.version)))
        for e, a in moving
        if action in NEXT[a.state]
    ]


async def _end(
    work: Work, events: Sequence[E], action: Action, what: str, reason: Callable[[E], Reason] | None
) -> list[Pair[E]]:
    """Moves applications to where nobody waits for them here, with the reason that the educator reads."""
    pairs = await _following(work, events, action)
    if reason is not None:
        pairs = [(e, a._replace(reason=reason(e), claim=None)) for e, a in pairs]
    if pairs:
        await places.close(work, [a.application_id for _, a in pairs if a.state not in OPEN])
        await applications.save(work, [a for _, a in pairs])
        details = [a.reason.text if reason and a.reason else "" for _, a in pairs]
        await records.note(
            work, [Entry(a.application_id, what, detail=d) for (_, a), d in zip(pairs, details, strict=True)]
        )
    return pairs


def _recalled(event: Event) -> Reason:
    assert isinstance(event, CreditRecalled)
    text = f"A credit that this application rests on was taken back: {event.reason}"
    return Reason(code="credit-recalled", text=text, field="credits")


def _totals(event: CreditsReserved) -> str:
    return orjson.dumps([t.model_dump(mode="json") for t in event.totals]).decode()
