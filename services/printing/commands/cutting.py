"""The cut: what is due becomes a batch of pieces, each a snapshot; what is not known is held, never guessed."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.printing.domain import cutting as rules
from services.printing.domain.cutting import Snapshot, Verdict
from services.printing.domain.jobs import JobState, cutting_day
from services.printing.store import cuttings, jobs
from services.printing.store.cuttings import Cutting
from shared.contracts.printing import PieceHeld, PrintJobStopped
from shared.contracts.topics import IDENTITY, LICENSE_STATES, LICENSES, MAILING, PEOPLE, RENEWALS
from shared.ids import BatchId, JobId, named_id, new_id
from shared.messaging.work import Work
from shared.policies.calendar import print_cut_off

READ_FIRST = (PEOPLE, MAILING, LICENSE_STATES, LICENSES, RENEWALS, IDENTITY)
"""What is read to its end before a snapshot is taken."""


async def open_daily(work: Work) -> bool:
    """Opens today's cutting once its cut-off has passed; on business days alone. Returns whether it is new."""
    day = cutting_day(work.now, work.policy)
    if day is None or await cuttings.was_cut(work, day):
        return False
    return await cuttings.open_cutting(work, named_id(print_cut_off(day, work.policy), "daily cutting"), day, "daily")


async def open_asked(
    work: Work, *, due_on: date | None = None, jobs_only: Sequence[JobId] | None = None, why: str = "asked"
) -> UUID:
    """Opens a cutting that somebody asked for: all that is due until a day (today), or these jobs alone."""
    cutting_id = new_id()
    await cuttings.open_cutting(work, cutting_id, due_on or work.today, why, jobs_only)
    return cutting_id


async def cut(cutting: Cutting, shop: str, work: Work) -> int:
    """Cuts the next batch of a cutting, or closes it when nothing is left. Returns how many pieces were cut."""
    due = await cuttings.take_due(work, cutting, [topic.name for topic in READ_FIRST])
    if not due:
        await cuttings.close_cutting(work, cutting.cutting_id)
        return 0
    verdicts = {job.job_id: rules.judge(job) for job in due}
    await _set_aside([(job, verdicts[job.job_id]) for job in due if verdicts[job.job_id] != rules.CUT], work)
    ready = [job for job in due if verdicts[job.job_id] == rules.CUT]
    if ready:
        year = cutting.due_on.year
        first = await cuttings.next_number(work, year, len(ready))
        chosen = rules.choose(ready, year=year, first_number=first)
        await cuttings.add_batch(work, cutting, BatchId(new_id()), shop, chosen)
    return len(ready)


async def _set_aside(judged: Sequence[tuple[Snapshot, Verdict]], work: Work) -> None:
    """Holds or stops what cannot be cut; a job that was held for the same reason before is not said again."""
    for state in (JobState.HELD, JobState.STOPPED):
        some = [(job, v) for job, v in judged if v.state is state and v.reason and v.reason.code != job.reason_code]
        if not some:
            continue
        versions = await jobs.move_jobs(
            work, [job.job_id for job, _ in some], state, reasons=[v.reason for _, v in some]
        )
        event = PieceHeld if state is JobState.HELD else PrintJobStopped
        for job, verdict in some:
            assert verdict.reason is not None
            work.say(event(**job.about, reason=verdict.reason), version=versions[job.job_id])
