"""Jobs: queue them, stop them, start them again; one statement each, however many."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.printing.domain import jobs as rules
from services.printing.domain.errors import CannotStop, NoPaperHere
from services.printing.domain.jobs import JobState
from services.printing.domain.pieces import Piece, PieceState
from services.printing.store import batches, views
from services.printing.store import jobs as store
from services.printing.store import pieces as pieces_store
from services.printing.store.jobs import Job, Wanted
from shared.contracts import Event
from shared.contracts.credentials import CreditRecalled, LicenseIssued, LicenseReinstated, LicenseRenewed
from shared.contracts.identity import ContactChanged
from shared.contracts.printing import PieceHeld, PieceStopped, PrintJobQueued, PrintJobStopped
from shared.contracts.values import Period, Reason
from shared.ids import ApplicationId, JobId, LicenseId
from shared.messaging.hears import Events
from shared.messaging.work import Work
from shared.policies.calendar import print_day

STOPPABLE = frozenset({JobState.QUEUED, JobState.HELD, JobState.CUT, JobState.RELEASED})


async def queue_jobs(earned: Events[LicenseRenewed] | Events[LicenseIssued], work: Work) -> None:
    """A job for each license and period, due the next business day, where the state mails paper by itself."""
    if not rules.is_printed(work.policy):
        return
    wanted = {want.job_id: (want, event) for event in earned if (want := _wanted(event, work)) is not None}
    added = await store.add_jobs(work, [want for want, _ in wanted.values()])
    for job_id, version in added.items():
        want, event = wanted[job_id]
        work.say(_queued(want, event.period), version=version, because=event)


async def request_paper(license_id: LicenseId, work: Work) -> JobId:
    """An educator asks for paper, where the state prints on request only. Asking again changes nothing."""
    found = await views.find_license(work, license_id)
    if found is None or not found.periods:
        raise NoPaperHere(why="it has no period")
    first_day, last_day = max(found.periods, key=lambda period: period[1])
    period = Period(effective_from=first_day, valid_until=last_day)
    job_id = rules.job_of(license_id, period)
    wanted = Wanted(
        job_id, license_id, found.person_id, None, period.effective_from, period.valid_until,
        print_day(work.now, work.policy),
    )  # fmt: skip
    for version in (await store.add_jobs(work, [wanted])).values():
        work.say(_queued(wanted, period), version=version)
    return job_id


def _wanted(event: LicenseRenewed | LicenseIssued, work: Work) -> Wanted | None:
    """The job that an earned period brings; none for a license that came from a predecessor system."""
    if event.application_id is None:
        return None
    decided_at = event.approved_at if isinstance(event, LicenseRenewed) else event.said.at
    period = event.period
    return Wanted(
        job_id=rules.job_of(event.license_id, period),
        license_id=event.license_id,
        person_id=event.person_id,
        application_id=event.application_id,
        effective_from=period.effective_from,
        valid_until=period.valid_until,
        due_on=rules.due_day(decided_at, work.policy),
    )


def _queued(wanted: Wanted, period: Period) -> PrintJobQueued:
    return PrintJobQueued(
        job_id=wanted.job_id,
        application_id=wanted.application_id,
        license_id=wanted.license_id,
        person_id=wanted.person_id,
        period=period,
        due_on=wanted.due_on,
    )


async def stop_jobs(
    jobs: Sequence[Job], reasons: Sequence[Reason], work: Work, because: Sequence[Event | None]
) -> None:
    """Ends the jobs that are not in the mail yet, and stops their pieces wherever they are."""
    told = {job.job_id: (job, reason, cause) for job, reason, cause in zip(jobs, reasons, because, strict=True)}
    told = {job_id: parts for job_id, parts in told.items() if parts[0].state in STOPPABLE}
    if not told:
        return
    versions = await store.move_jobs(work, list(told), JobState.STOPPED, reasons=[r for _, r, _ in told.values()])
    for job, reason, cause in told.values():
        work.say(PrintJobStopped(**job.about, reason=reason), version=versions[job.job_id], because=cause)
    pieces = await pieces_store.unmailed_pieces(work, list(told))
    await drop_pieces(
        [(piece, PieceState.STOPPED, told[piece.job_id][1], told[piece.job_id][2]) for piece in pieces], work
    )


async def drop_pieces(dropped: Sequence[tuple[Piece, PieceState, Reason, Event | None]], work: Work) -> None:
    """Stops or voids pieces, and tells the shop of those that it has."""
    await pieces_store.move_pieces(work, {piece.piece_id: (state, reason) for piece, state, reason, _ in dropped})
    known = [parts for parts in dropped if parts[0].state is not PieceState.CUT]
    versions = await batches.touch(work, {piece.batch_id for piece, *_ in known})
    for piece, _, reason, cause in known:
        told = PieceStopped(agency=piece.shop, batch_id=piece.batch_id, piece_id=piece.piece_id, reason=reason)
        work.say(told, version=versions[piece.batch_id], because=cause)


async def stop_of_licenses(events: Sequence[Event], licenses: Sequence[LicenseId], reason: Reason, work: Work) -> None:
    """Stops all jobs of licenses that must not be used."""
    causes = dict(zip(licenses, events, strict=True))
    jobs = await store.jobs_of_licenses(work, licenses)
    await stop_jobs(jobs, [reason] * len(jobs), work, [causes[job.license_id] for job in jobs])


async def undo_of_applications(events: Sequence[Event], applications: Sequence[ApplicationId], work: Work) -> None:
    """Stops the jobs that undone renewals led to, and those that they would still lead to."""
    causes = dict(zip(applications, events, strict=True))
    await store.remember_undone(work, applications)
    jobs = await store.jobs_of_applications(work, applications)
    because = [causes[job.application_id] for job in jobs if job.application_id]
    await stop_jobs(jobs, [rules.UNDONE] * len(jobs), work, because)


async def resume_of_licenses(events: Events[LicenseReinstated], work: Work) -> None:
    """A reinstated license gets the paper that its suspension stopped."""
    causes = {event.license_id: event for event in events}
    jobs = await store.jobs_of_licenses(work, list(causes))
    stopped = [
        job for job in jobs if job.state is JobState.STOPPED and job.reason_code in rules.MENDED_BY_REINSTATEMENT
    ]
    await requeue(stopped, work, {job.job_id: causes[job.license_id] for job in stopped})


async def requeue(jobs: Sequence[Job], work: Work, because: Mapping[JobId, Event] | None = None) -> None:
    """Puts the jobs into the next batch."""
    if not jobs:
        return
    due_on = print_day(work.now, work.policy)
    versions = await store.move_jobs(work, [job.job_id for job in jobs], JobState.QUEUED, due_on=due_on)
    for job in jobs:
        period = Period(effective_from=job.effective_from, valid_until=job.valid_until)
        queued = PrintJobQueued(**job.about, period=period, due_on=due_on)
        work.say(queued, version=versions[job.job_id], because=(because or {}).get(job.job_id))


async def readdress(moves: Events[ContactChanged], work: Work) -> None:
    """Voids pieces for an address that is no longer the person's, and makes new ones; also for mail that came back."""
    causes = {move.person_id: move for move in moves if "address" in move.changed}
    jobs = await store.jobs_of_people(work, list(causes)) if causes else []
    concerned = [job for job in jobs if job.state in (JobState.CUT, JobState.RELEASED, JobState.RETURNED)]
    if not concerned:
        return
    pieces = await pieces_store.unmailed_pieces(work, [job.job_id for job in concerned])
    unsent = [piece for piece in pieces if piece.state is not PieceState.INSERTED and piece.cleared_under is None]
    await drop_pieces([(piece, PieceState.VOID, rules.MOVED, causes.get(piece.person_id)) for piece in unsent], work)
    voided = {piece.job_id for piece in unsent}
    again = [job for job in concerned if job.state is JobState.RETURNED or job.job_id in voided]
    await requeue(again, work, {job.job_id: cause for job in again if (cause := causes.get(job.person_id))})


async def hold_jobs(jobs: Sequence[Job], words: str, work: Work, because: Mapping[JobId, Event] | None = None) -> None:
    """Holds jobs until an officer lets them go on: they are not cut, and their pieces not cleared."""
    unmailed = [job for job in jobs if job.state in STOPPABLE and not job.hold]
    if not unmailed:
        return
    versions = await store.set_hold(work, [job.job_id for job in unmailed], words)
    for job in unmailed:
        held = PieceHeld(**job.about, reason=Reason(code="held", text=words))
        work.say(held, version=versions[job.job_id], because=(because or {}).get(job.job_id))


async def hold_of_applications(recalls: Events[CreditRecalled], work: Work) -> None:
    """Holds the paper that a credit earned which was taken back since."""
    causes = {recall.application_id: recall for recall in recalls if recall.application_id}
    found = await store.jobs_of_applications(work, list(causes)) if causes else []
    because = {job.job_id: causes[job.application_id] for job in found if job.application_id}
    await hold_jobs(found, "A credit that this renewal rests on was taken back.", work, because)


async def hold_job(job_id: UUID, why: str, work: Work) -> None:
    """An officer holds a job."""
    await hold_jobs([await store.get_job(work, job_id)], why, work)


async def let_go_on(job_id: UUID, work: Work) -> None:
    """An officer lets a held job go on."""
    job = await store.get_job(work, job_id)
    await store.set_hold(work, [job.job_id], "")


async def stop_job(job_id: UUID, why: str, work: Work) -> None:
    """An officer ends a job. Raises `CannotStop` for what is in the mail."""
    job = await store.get_job(work, job_id)
    if job.state not in STOPPABLE | {JobState.STOPPED}:
        raise CannotStop
    await stop_jobs([job], [Reason(code="stopped-by-officer", text=why)], work, [None])
