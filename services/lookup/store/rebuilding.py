"""The second read model: made empty, filled from the topics, and swapped for the first in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aiokafka import TopicPartition

from services.lookup.tables import BUILDING, MODEL, SHOWN, building_metadata
from shared.database import Row, create_all, is_duplicate
from shared.errors import Conflict
from shared.messaging.work import Work

OLD = "replaced"
BUILDER = "rebuild"
"""The consumer under which a rebuild keeps its positions: it goes on where a killed one stood."""

Positions = dict[TopicPartition, int]


class RebuildUnderWay(Conflict):
    """Only one rebuild at a time."""

    text = "A rebuild is under way already."


async def ask(work: Work, by: str) -> int:
    """Asks for a rebuild; its number. Raises `RebuildUnderWay`."""
    sql = "INSERT INTO rebuild (state, asked_by, asked_at) VALUES ('asked', :by, :now) RETURNING id"
    try:
        row = await work.row(sql, by=by, now=work.now)
    except Exception as error:
        if is_duplicate(error, "rebuild"):
            raise RebuildUnderWay from error
        raise
    assert row is not None
    return int(row.id)


async def find_open(work: Work) -> Row | None:
    """The rebuild that is asked for or under way."""
    return await work.row("SELECT id, state FROM rebuild WHERE state IN ('asked', 'building')")


async def find_last(work: Work) -> Row | None:
    """The rebuild asked for last, with its progress."""
    return await work.row(
        """SELECT id, state, asked_by, asked_at, started_at, ended_at, read, total, passed_over, problem
           FROM rebuild ORDER BY id DESC LIMIT 1"""
    )


async def begin(work: Work, rebuild_id: int) -> None:
    """Makes the second read model, empty."""
    await work.run(f"DROP SCHEMA IF EXISTS {BUILDING} CASCADE")
    await drop_old(work)
    await work.run(f"CREATE SCHEMA {BUILDING}")
    await create_all(work.connection, building_metadata())
    await work.run("DELETE FROM consumer_position WHERE consumer = :builder", builder=BUILDER)
    sql = "UPDATE rebuild SET state = 'building', started_at = :now WHERE id = :id"
    await work.run(sql, id=rebuild_id, now=datetime.now(UTC))


async def positions(work: Work, consumers: Iterable[str], *, lock: bool = False) -> Positions:
    """Where consumers stand. Locked, they take no batch until this transaction ends."""
    rows = await work.rows(
        f"""SELECT topic, partition, next_offset FROM consumer_position
            WHERE consumer = ANY(CAST(:consumers AS text[])) ORDER BY consumer, topic, partition
            {"FOR UPDATE" if lock else ""}""",
        consumers=list(consumers),
    )
    return {TopicPartition(row.topic, row.partition): row.next_offset for row in rows}


async def save_positions(work: Work, to: Mapping[TopicPartition, int]) -> None:
    """The builder stands here now."""
    parts = sorted(to)
    await work.run(
        """INSERT INTO consumer_position (consumer, topic, partition, next_offset)
           SELECT :builder, topic, partition, next_offset
           FROM unnest(CAST(:topics AS text[]), CAST(:partitions AS int[]), CAST(:offsets AS bigint[]))
                AS given (topic, partition, next_offset)
           ON CONFLICT (consumer, topic, partition) DO UPDATE SET next_offset = excluded.next_offset""",
        builder=BUILDER,
        topics=[part.topic for part in parts],
        partitions=[part.partition for part in parts],
        offsets=[to[part] for part in parts],
    )


async def save_progress(work: Work, rebuild_id: int, *, read: int, total: int) -> None:
    """How far it is, in records."""
    sql = "UPDATE rebuild SET read = :read, total = :total WHERE id = :id"
    await work.run(sql, id=rebuild_id, read=read, total=total)


async def count_passed_over(work: Work, rebuild_id: int, records: int) -> None:
    """So many more records could not be shown."""
    sql = "UPDATE rebuild SET passed_over = passed_over + :records WHERE id = :id"
    await work.run(sql, id=rebuild_id, records=records)


async def analyze(work: Work) -> None:
    """Looks at the new tables, so that their first queries are planned well."""
    await work.run("ANALYZE " + ", ".join(f"{BUILDING}.{table.name}" for table in MODEL))


async def swap(work: Work, rebuild_id: int) -> None:
    """The second read model takes the first one's place: names of schemas change, no row is touched."""
    await work.run(f"ALTER SCHEMA {SHOWN} RENAME TO {OLD}")
    await work.run(f"ALTER SCHEMA {BUILDING} RENAME TO {SHOWN}")
    sql = "UPDATE rebuild SET state = 'done', ended_at = :now WHERE id = :id"
    await work.run(sql, id=rebuild_id, now=datetime.now(UTC))


async def drop_old(work: Work) -> None:
    """Forgets the replaced read model, where there is one."""
    await work.run(f"DROP SCHEMA IF EXISTS {OLD} CASCADE")


async def fail(work: Work, rebuild_id: int, problem: str) -> None:
    """Gives a rebuild up; the read model that is shown stays."""
    await work.run(f"DROP SCHEMA IF EXISTS {BUILDING} CASCADE")
    sql = "UPDATE rebuild SET state = 'failed', ended_at = :now, problem = :problem WHERE id = :id"
    await work.run(sql, id=rebuild_id, now=datetime.now(UTC), problem=problem[:500])


def after(records: Sequence[Any]) -> Positions:
    """The position behind the last record of each partition."""
    return {TopicPartition(record.topic, record.partition): record.offset + 1 for record in records}
