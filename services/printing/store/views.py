"""What people ask of printing, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.printing.store.values import parsed
from shared.database import Row
from shared.ids import LicenseId, PersonId
from shared.messaging.work import Work


@dataclass(frozen=True, slots=True)
class KnownLicense:
    """A license as printing has heard of it."""

    license_id: LicenseId
    person_id: PersonId
    number: str
    public_id: str
    license_type: str
    license_class: str
    endorsements: tuple[str, ...]
    standing: str
    periods: tuple[tuple[date, date], ...]
    name: str


async def find_license(work: Work, license_id: UUID) -> KnownLicense | None:
    """The license, and its holder's name."""
    row = await work.row(
        """SELECT license_id, license.person_id, number, public_id, license_type, license_class, endorsements,
                  standing, periods, coalesce(name, '') AS name
           FROM license LEFT JOIN person ON person.person_id = license.person_id WHERE license_id = :id""",
        id=license_id,
    )
    if row is None:
        return None
    periods = tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in parsed(row.periods))
    return KnownLicense(**(dict(row) | {"endorsements": tuple(parsed(row.endorsements)), "periods": periods}))


JOBS_OF = {
    "job_id": "job_id = :value",
    "application_id": "application_id = :value",
    "person_id": "person_id = :value",
    "license_number": "license_id IN (SELECT license_id FROM license WHERE number = :value)",
}


async def jobs(work: Work, column: str, value: UUID | str) -> Sequence[Row]:
    """The jobs of an application, a license or a person, newest period first."""
    return await work.rows(
        f"""SELECT job.job_id, job.license_id, job.person_id, job.application_id, job.effective_from,
                   job.valid_until, job.due_on, job.state, job.reason_code, job.reason_text, job.hold, job.copies,
                   job.queued_at, job.mailed_at
            FROM job WHERE {JOBS_OF[column]} ORDER BY valid_until DESC, job_id LIMIT 200""",
        value=value,
    )


async def pieces_of_jobs(work: Work, jobs: Sequence[UUID]) -> Sequence[Row]:
    """The pieces of jobs, newest copy first."""
    return await work.rows(
        """SELECT piece_id, job_id, batch_id, copy, number, state, reason_code, reason_text, cleared_at, changed_at
           FROM piece WHERE job_id = ANY(CAST(:jobs AS uuid[])) ORDER BY job_id, copy DESC""",
        jobs=list(jobs),
    )


async def batches(work: Work, limit: int, before: int | None, only: UUID | None = None) -> Sequence[Row]:
    """Batches, newest first, each with how many of its pieces stand where (`counts`, JSON)."""
    return await work.rows(
        """SELECT batch_id, number, shop, due_on, state, pieces, cut_at, released_at, manifest, lease, holder,
                  lease_until, (SELECT coalesce(jsonb_object_agg(state, count), '{}') FROM (
                      SELECT piece.state, count(*) FROM piece WHERE piece.batch_id = batch.batch_id
                      GROUP BY piece.state) AS counted) AS counts
           FROM batch
           WHERE number < coalesce(CAST(:before AS bigint), number + 1)
             AND batch_id = coalesce(CAST(:only AS uuid), batch_id)
           ORDER BY number DESC LIMIT :limit""",
        limit=limit, before=before, only=only,
    )  # fmt: skip


async def pieces(work: Work, batch_id: UUID, state: str, after: int, limit: int) -> Sequence[Row]:
    """The pieces of a batch in the order of their pages; in one state, where one is named."""
    return await work.rows(
        """SELECT piece_id, job_id, place, page, copy, number, name, license_number, state, reason_code, reason_text,
                  cleared_at, changed_at
           FROM piece WHERE batch_id = :batch AND place > :after AND (:state = '' OR state = :state)
           ORDER BY place LIMIT :limit""",
        batch=batch_id, state=state, after=after, limit=limit,
    )  # fmt: skip


async def find_piece(work: Work, key: str) -> Row | None:
    """The piece with this id or with this number printed on it: what a scanner reads."""
    return await work.row(
        """SELECT piece_id, job_id, batch_id, place, page, copy, number, name, license_number, state, reason_code,
                  reason_text, cleared_at, changed_at
           FROM piece WHERE CAST(piece_id AS text) = :key OR number = :key LIMIT 1""",
        key=key,
    )


async def waiting(work: Work) -> Sequence[Row]:
    """How many jobs wait, by their day, state and reason."""
    return await work.rows(
        """SELECT due_on, state, CASE WHEN hold <> '' THEN 'held' ELSE reason_code END AS reason_code,
                  max(CASE WHEN hold <> '' THEN hold ELSE reason_text END) AS reason_text, count(*) AS jobs
           FROM job WHERE state IN ('queued', 'held') GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
    )


async def held_jobs(work: Work, limit: int) -> Sequence[Row]:
    """The jobs that wait for something, the longest first."""
    return await work.rows(
        """SELECT job.job_id, job.license_id, job.person_id, job.application_id, job.due_on, job.state,
                  job.reason_code, job.reason_text, job.hold, coalesce(license.number, '') AS license_number,
                  coalesce(person.name, '') AS name
           FROM job LEFT JOIN license USING (license_id) LEFT JOIN person ON person.person_id = job.person_id
           WHERE job.state IN ('queued', 'held') AND (job.state = 'held' OR job.hold <> '')
           ORDER BY job.due_on, job.job_id LIMIT :limit""",
        limit=limit,
    )
