"""Reviewing: claim, release, tick the originals seen; and what time does to applications that wait."""

from collections.abc import Sequence

from services.renewals.commands.deciding import decider
from services.renewals.domain import application as rules
from services.renewals.domain.application import Application, Decider
from services.renewals.domain.errors import NoSuchOriginal
from services.renewals.domain.states import Action, is_allowed
from services.renewals.store import applications, places, records
from services.renewals.store.records import Entry
from shared.contracts.values import Authority
from shared.ids import ApplicationId
from shared.messaging.work import Work

RELEASERS = frozenset({"superintendent", rules.STATE_ROLE})
"""Who may take a claim away from somebody else."""


async def claim(work: Work, application_id: ApplicationId, *, by: Authority) -> Application:
    """From now on only this person decides it, until they release it."""
    who, before = await decider(work, by), await applications.get_locked(work, application_id)
    after = rules.claim(before, who)
    return before if after is before else await _save(work, after, who, "claimed")


async def release(work: Work, application_id: ApplicationId, *, by: Authority) -> Application:
    """Anybody of its queue may decide it again."""
    who, before = await decider(work, by), await applications.get_locked(work, application_id)
    return await _save(work, rules.release(before, who, RELEASERS), who, "released")


async def tick_originals(
    work: Work,
    application_id: ApplicationId,
    *,
    by: Authority,
    seen: Sequence[int],
    not_seen: Sequence[int] = (),
) -> Application:
    """Records who saw which original, and takes ticks away that were a mistake. Raises `NoSuchOriginal`."""
    who, before = await decider(work, by), await applications.get_locked(work, application_id)
    after = rules.see(before, who)
    unknown = sorted({n for n in (*seen, *not_seen) if not 1 <= n <= before.wanted})
    if unknown:
        raise NoSuchOriginal(number=unknown[0])
    ticked = await records.tick(work, application_id, seen, by=by.person_id, name=by.name)
    unticked = await records.tick(work, application_id, not_seen, by=None, name="")
    if not ticked and not unticked:
        return before
    await records.save_seen(work, application_id, after.version)
    entries = [Entry(application_id, "original-seen", by.name, by.person_id, row.title) for row in ticked]
    entries += [Entry(application_id, "original-not-seen", by.name, by.person_id, row.title) for row in unticked]
    await records.note(work, entries)
    return after._replace(seen=before.seen + len(ticked) - len(unticked))


async def escalate_overdue(work: Work, at_most: int = 1000) -> int:
    """Gives what a district has not decided in time to the state office as well; returns how many were overdue."""
    overdue = await places.find_overdue(work, at_most)
    late = [a.application_id for a in overdue if is_allowed(a.state, Action.ESCALATE) and not a.to_state]
    await places.give_to_state(work, late)
    await records.note_each(work, late, "escalated")
    return len(late)


async def _save(work: Work, after: Application, who: Decider, what: str) -> Application:
    await applications.save(work, [after])
    await records.note(work, [Entry(after.application_id, what, who.by.name, who.by.person_id)])
    return after
