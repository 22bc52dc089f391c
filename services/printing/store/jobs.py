"""Print jobs: one per license and period, whoever asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.printing.domain.errors import NoSuchJob
from services.printing.domain.jobs import About, JobState
from shared.contracts.values import Reason
from shared.database import Row
from shared.ids import ApplicationId, JobId, LicenseId, PersonId
from shared.messaging.work import Work


@dataclass(frozen=True, slots=True)
class Job(About):
    """A job as it now stands."""

    version: int
    effective_from: date
    valid_until: date
    due_on: date
    state: JobState
    reason_code: str
    hold: str


@dataclass(frozen=True, slots=True)
class Wanted(About):
    """A job that is asked for."""

    effective_from: date
    valid_until: date
    due_on: date


COLUMNS = """job.job_id, job.version, job.license_id, job.person_id, job.application_id, job.effective_from,
             job.valid_until, job.due_on, job.state, job.reason_code, job.hold"""
NEXT = "version = greatest(job.version + 1, :floor)"
"""Every change raises the version, in this database's epoch."""


async def add_jobs(work: Work, wanted: Sequence[Wanted]) -> dict[JobId, int]:
    """Queues the jobs that do not exist yet, unless their renewal was undone before it was heard; their versions."""
    rows = await work.rows(
        """INSERT INTO job (job_id, version, license_id, person_id, application_id, effective_from, valid_until,
                            due_on, state, queued_at)
           SELECT job_id, :floor, license_id, person_id, application_id, first_day, last_day, due_on, 'queued', :now
           FROM unnest(CAST(:ids AS uuid[]), CAST(:licenses AS uuid[]), CAST(:people AS uuid[]),
                       CAST(:applications AS uuid[]), CAST(:froms AS date[]), CAST(:untils AS date[]),
                       CAST(:dues AS date[]))
                AS given (job_id, license_id, person_id, application_id, first_day, last_day, due_on)
           WHERE NOT EXISTS (SELECT FROM undone WHERE undone.application_id = given.application_id)
           ON CONFLICT (job_id) DO NOTHING RETURNING job_id, version""",
        ids=[w.job_id for w in wanted],
        floor=work.next_version(),
        licenses=[w.license_id for w in wanted],
        people=[w.person_id for w in wanted],
        applications=[w.application_id for w in wanted],
        froms=[w.effective_from for w in wanted],
        untils=[w.valid_until for w in wanted],
        dues=[w.due_on for w in wanted],
        now=work.now,
    )
    return {row.job_id: row.version for row in rows}


async def get_job(work: Work, job_id: UUID) -> Job:
    """The job, locked. Raises `NoSuchJob`."""
    found = await jobs_where(work, "job.job_id = :id", id=job_id)
    if not found:
        raise NoSuchJob
    return found[0]


async def jobs_of_licenses(work: Work, licenses: Sequence[LicenseId]) -> list[Job]:
    """All jobs of these licenses, locked in a fixed order."""
    return await jobs_where(work, "job.license_id = ANY(CAST(:ids AS uuid[]))", ids=list(licenses))


async def jobs_of_people(work: Work, people: Sequence[PersonId]) -> list[Job]:
    """All jobs of these people and of those merged into them, locked in a fixed order."""
    return await jobs_where(
        work,
        """job.person_id = ANY(ARRAY(
               SELECT unnest(CAST(:ids AS uuid[]))
               UNION SELECT person_id FROM person WHERE merged_into = ANY(CAST(:ids AS uuid[]))))""",
        ids=list(people),
    )


async def jobs_of_applications(work: Work, applications: Sequence[ApplicationId]) -> list[Job]:
    """The jobs that these applications led to, locked in a fixed order."""
    return await jobs_where(work, "job.application_id = ANY(CAST(:ids AS uuid[]))", ids=list(applications))


async def jobs_where(work: Work, condition: str, **parameters: Any) -> list[Job]:
    """The jobs for which a condition of this package holds, locked in the order of their ids."""
    sql = f"SELECT {COLUMNS} FROM job WHERE {condition} ORDER BY job_id FOR UPDATE"
    return [_job(row) for row in await work.rows(sql, **parameters)]


async def remember_undone(work: Work, applications: Sequence[ApplicationId]) -> None:
    """A renewal that was undone brings no paper, even if it is heard of only now."""
    await work.run(
        "INSERT INTO undone (application_id) SELECT unnest(CAST(:ids AS uuid[])) ON CONFLICT DO NOTHING",
        ids=list(applications),
    )


MOVE = f"""UPDATE job SET {NEXT}, state = :state, reason_code = given.code, reason_text = given.words,
               due_on = coalesce(:due_on, job.due_on), mailed_at = coalesce(given.mailed_at, job.mailed_at)
        FROM unnest(CAST(:ids AS uuid[]), CAST(:codes AS text[]), CAST(:words AS text[]),
                    CAST(:mailed AS timestamptz[])) AS given (job_id, code, words, mailed_at)
        WHERE job.job_id = given.job_id RETURNING job.job_id, job.version"""


async def move_jobs(
    work: Work,
    jobs: Sequence[JobId],
    state: JobState,
    *,
    reasons: Sequence[Reason | None] | None = None,
    due_on: date | None = None,
    mailed_at: Sequence[datetime | None] | None = None,
) -> dict[JobId, int]:
    """Puts each job, once, into a state, with its reason; their versions."""
    told = reasons or [None] * len(jobs)
    rows = await work.rows(
        MOVE,
        floor=work.next_version(),
        state=state,
        ids=list(jobs),
        codes=[reason.code if reason else "" for reason in told],
        words=[reason.text if reason else "" for reason in told],
        mailed=list(mailed_at or [None] * len(jobs)),
        due_on=due_on,
    )
    return {row.job_id: row.version for row in rows}


async def set_hold(work: Work, jobs: Sequence[JobId], words: str) -> dict[JobId, int]:
    """Holds the jobs (empty words: holds them no longer); their versions."""
    rows = await work.rows(
        f"""UPDATE job SET {NEXT}, hold = :words WHERE job_id = ANY(CAST(:ids AS uuid[]))
            RETURNING job_id, version""",
        floor=work.next_version(),
        words=words,
        ids=list(jobs),
    )
    return {row.job_id: row.version for row in rows}


def _job(row: Row) -> Job:
    return Job(**(dict(row) | {"state": JobState(row.state)}))
