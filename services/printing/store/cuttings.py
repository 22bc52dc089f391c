"""Cuttings: which jobs a batch is made of, and the snapshot that each piece is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from services.printing.documents import MAX_PIECES_IN_FILE
from services.printing.domain.cutting import Chosen, Snapshot
from services.printing.domain.jobs import MOST_IN_BATCH
from services.printing.store.jobs import NEXT
from services.printing.store.values import parsed
from shared.ids import BatchId, JobId
from shared.messaging.work import Work

Ends = dict[str, dict[str, int]]
"""Where each partition of each topic ended."""


@dataclass(frozen=True, slots=True)
class Cutting:
    """A day's cut, or one that was asked for. `ends` is what has to be read first; None: not looked up yet."""

    cutting_id: UUID
    due_on: date
    jobs: tuple[JobId, ...] | None
    ends: Ends | None
    opened_at: datetime


HOLDER = """LEFT JOIN LATERAL (
    WITH RECURSIVE chain AS (
        SELECT person_id, merged_into, 1 AS step FROM person WHERE person.person_id = job.person_id
        UNION ALL
        SELECT next.person_id, next.merged_into, step + 1
        FROM chain JOIN person AS next ON next.person_id = chain.merged_into WHERE step < 9)
    SELECT person_id FROM chain WHERE merged_into IS NULL) AS holder ON true"""
"""Who the person is today: a merged record leads to the one that remains."""

SNAPSHOT = f"""{HOLDER}
    LEFT JOIN person ON person.person_id = holder.person_id
    LEFT JOIN mailing ON mailing.person_id = holder.person_id
    LEFT JOIN license ON license.license_id = job.license_id"""


DUE = f"""SELECT job.job_id, job.version, job.license_id, job.person_id, job.application_id, job.state,
               job.reason_code, job.copies, person.person_id IS NOT NULL AS has_person,
               coalesce(jsonb_exists(license.ends, CAST(job.valid_until AS text)), false) AS has_period,
               coalesce(license.standing, '') AS standing, coalesce(mailing.lines, '[]') <> '[]' AS has_address,
               coalesce(mailing.postal_code, '') AS postal_code,
               EXISTS (SELECT FROM dead_letter WHERE dead_letter.state IN ('dead', 'parked')
                       AND dead_letter.consumer = ANY(CAST(:consumers AS text[]))
                       AND dead_letter.record_key IN (CAST(job.person_id AS text), CAST(job.license_id AS text),
                                                      CAST(holder.person_id AS text),
                                                      CAST(job.application_id AS text))) AS has_unread
        FROM job {SNAPSHOT} WHERE job.job_id = ANY(CAST(:ids AS uuid[]))
        ORDER BY mailing.postal_code, job.job_id"""
"""Due jobs, each with all that decides whether it can be printed."""


PIECES = f"""INSERT INTO piece (piece_id, job_id, batch_id, place, copy, number, state, name, mail_to, license_number,
                           license_type, license_class, endorsements, public_id, changed_at)
        SELECT given.piece_id, job.job_id, :batch, given.place, job.copies + 1, given.number, 'cut', person.name,
               mailing.lines, license.number, license.license_type, license.license_class, license.endorsements,
               license.public_id, :now
        FROM unnest(CAST(:pieces AS uuid[]), CAST(:jobs AS uuid[]), CAST(:places AS int[]),
                    CAST(:numbers AS text[])) AS given (piece_id, job_id, place, number)
        JOIN job ON job.job_id = given.job_id {SNAPSHOT}"""
"""Pieces: each is its license, name and address as they stand now."""


async def open_cutting(
    work: Work, cutting_id: UUID, due_on: date, why: str, jobs: Sequence[JobId] | None = None
) -> bool:
    """Opens a cutting, once. Returns whether it is new."""
    return bool(
        await work.run(
            """INSERT INTO cutting (cutting_id, due_on, why, jobs, opened_at)
               VALUES (:id, :due_on, :why, CAST(:jobs AS jsonb), :now) ON CONFLICT DO NOTHING""",
            id=cutting_id,
            due_on=due_on,
            why=why,
            jobs=None if jobs is None else orjson.dumps([str(job) for job in jobs]).decode(),
            now=work.now,
        )
    )


async def find_open(work: Work) -> Cutting | None:
    """The oldest cutting that is not done."""
    row = await work.row(
        """SELECT cutting_id, due_on, jobs, ends, opened_at FROM cutting
           WHERE closed_at IS NULL ORDER BY opened_at, cutting_id LIMIT 1"""
    )
    if row is None:
        return None
    jobs = None if row.jobs is None else tuple(JobId(UUID(job)) for job in parsed(row.jobs))
    return Cutting(row.cutting_id, row.due_on, jobs, parsed(row.ends), row.opened_at)


async def was_cut(work: Work, due_on: date) -> bool:
    """Whether that day's batch was opened already."""
    return await work.row("SELECT 1 FROM cutting WHERE due_on = :day AND why = 'daily' LIMIT 1", day=due_on) is not None


async def save_ends(work: Work, cutting_id: UUID, ends: Ends) -> None:
    """What has to be read before this cutting takes its snapshot; the first answer stays."""
    await work.run(
        "UPDATE cutting SET ends = CAST(:ends AS jsonb) WHERE cutting_id = :id AND ends IS NULL",
        ends=orjson.dumps(ends).decode(),
        id=cutting_id,
    )


async def unread(work: Work, ends: Ends) -> int:
    """How many records before those ends this service has not read yet."""
    rows = await work.rows("SELECT topic, partition, next_offset FROM consumer_position")
    stands = {(row.topic, str(row.partition)): row.next_offset for row in rows}
    return sum(
        max(0, end - stands.get((topic, partition), 0))
        for topic, partitions in ends.items()
        for partition, end in partitions.items()
    )


async def close_cutting(work: Work, cutting_id: UUID) -> None:
    await work.run("UPDATE cutting SET closed_at = :now WHERE cutting_id = :id", now=work.now, id=cutting_id)


async def take_due(work: Work, cutting: Cutting, consumers: Sequence[str]) -> list[Snapshot]:
    """The next jobs of a cutting, locked, each with all that decides whether it can be printed; by postal code."""
    which = "due_on <= :due_on" if cutting.jobs is None else "job_id = ANY(CAST(:jobs AS uuid[]))"
    listed: dict[str, Any] = {"due_on": cutting.due_on} if cutting.jobs is None else {"jobs": list(cutting.jobs)}
    taken = await work.rows(
        f"""UPDATE job SET cutting_id = :cutting WHERE job_id = ANY(ARRAY(
                SELECT job_id FROM job
                WHERE state IN ('queued', 'held') AND hold = '' AND cutting_id IS DISTINCT FROM :cutting AND {which}
                ORDER BY due_on, job_id LIMIT :most FOR UPDATE))
            RETURNING job_id""",
        cutting=cutting.cutting_id, most=MOST_IN_BATCH, **listed,
    )  # fmt: skip
    rows = await work.rows(DUE, ids=[row.job_id for row in taken], consumers=list(consumers))
    return [Snapshot(**row) for row in rows]


async def next_number(work: Work, year: int, count: int) -> int:
    """The first of so many numbers that no document of the year bears yet."""
    row = await work.row(
        """INSERT INTO numbering AS used (year, last) VALUES (:year, :count)
           ON CONFLICT (year) DO UPDATE SET last = used.last + :count RETURNING last - :count + 1 AS first""",
        year=year,
        count=count,
    )
    assert row is not None
    return int(row.first)


async def add_batch(work: Work, cutting: Cutting, batch_id: BatchId, shop: str, chosen: Sequence[Chosen]) -> None:
    """The batch with its files and pieces: each piece is its license, name and address as they stand now."""
    await work.run(
        """INSERT INTO batch (batch_id, version, cutting_id, shop, due_on, state, pieces, cut_at)
           VALUES (:id, :version, :cutting, :shop, :due_on, 'cut', :pieces, :now)""",
        id=batch_id, version=work.next_version(), cutting=cutting.cutting_id, shop=shop, due_on=cutting.due_on,
        pieces=len(chosen), now=work.now,
    )  # fmt: skip
    await work.run(
        PIECES,
        batch=batch_id, now=work.now, pieces=[c.piece_id for c in chosen], jobs=[c.job_id for c in chosen],
        places=[c.place for c in chosen], numbers=[c.number for c in chosen],
    )  # fmt: skip
    await work.run(
        f"""UPDATE job SET {NEXT}, state = 'cut', reason_code = '', reason_text = '', copies = copies + 1
            WHERE job_id = ANY(CAST(:jobs AS uuid[]))""",
        floor=work.next_version(), jobs=[c.job_id for c in chosen],
    )  # fmt: skip
    await work.run(
        "INSERT INTO batch_file (batch_id, number) SELECT :batch, generate_series(0, :last)",
        batch=batch_id, last=(len(chosen) - 1) // MAX_PIECES_IN_FILE,
    )  # fmt: skip
