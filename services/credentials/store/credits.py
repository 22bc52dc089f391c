"""Credits, and recalls that came before their award. `spent` is read from the reservation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.credentials.domain.credit import Credit
from shared.messaging.work import Work

SELECT = """
    SELECT c.credit_id, c.person_id, c.credit_type, c.unit, c.amount, c.contact_hours, c.title, c.provider,
           c.started_on, c.completed_on, c.content_group, c.grade, c.source, c.reservation_id, c.recalled,
           r.state IS NOT DISTINCT FROM 'spent' AS spent
    FROM credit c LEFT JOIN reservation r ON r.reservation_id = c.reservation_id
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A credit with whose it is."""

    person_id: UUID
    credit: Credit


@dataclass(frozen=True, slots=True)
class New:
    """A credit to be kept, and the load that it came with."""

    person_id: UUID
    credit: Credit
    load_id: str | None = None


async def find_of_people(work: Work, people: Iterable[UUID]) -> dict[UUID, list[Credit]]:
    """All credits of each person, the latest first."""
    rows = await work.rows(
        SELECT + "WHERE c.person_id = ANY(CAST(:people AS uuid[])) ORDER BY c.completed_on DESC, c.credit_id",
        people=list(people),
    )
    found: dict[UUID, list[Credit]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(credit_of(row))
    return found


async def find_same_days(
    work: Work, people: Sequence[UUID], days: Sequence[date]
) -> dict[tuple[UUID, date], list[Credit]]:
    """The credits of these people that were completed on these days."""
    rows = await work.rows(
        SELECT + """WHERE (c.person_id, c.completed_on) IN (
               SELECT * FROM unnest(CAST(:people AS uuid[]), CAST(:days AS date[])))""",
        people=people, days=days,
    )  # fmt: skip
    found: dict[tuple[UUID, date], list[Credit]] = {}
    for row in rows:
        found.setdefault((row.person_id, row.completed_on), []).append(credit_of(row))
    return found


async def find_credits(work: Work, ids: Iterable[UUID]) -> dict[UUID, Kept]:
    """The credits with these ids."""
    rows = await work.rows(SELECT + "WHERE c.credit_id = ANY(CAST(:ids AS uuid[]))", ids=list(ids))
    return {row.credit_id: Kept(row.person_id, credit_of(row)) for row in rows}


async def find_reserved(work: Work, reservations: Iterable[UUID]) -> dict[UUID, list[Credit]]:
    """The credits that are set aside, by their reservation."""
    rows = await work.rows(
        SELECT + "WHERE c.reservation_id = ANY(CAST(:ids AS uuid[])) ORDER BY c.credit_id", ids=list(reservations)
    )
    found: dict[UUID, list[Credit]] = {}
    for row in rows:
        found.setdefault(row.reservation_id, []).append(credit_of(row))
    return found


async def insert(work: Work, new: Sequence[New]) -> None:
    """Keeps new credits."""
    if not new:
        return
    columns = (
        "credit_id", "person_id", "credit_type", "unit", "amount", "contact_hours", "title", "provider",
        "started_on", "completed_on", "content_group", "grade", "source", "load_id",
    )  # fmt: skip
    rows = [_row(item) for item in new]
    await work.run(
        f"""INSERT INTO credit ({", ".join(columns)}, recorded_at)
            SELECT {", ".join(columns)}, :now
            FROM unnest(CAST(:credit_id AS uuid[]), CAST(:person_id AS uuid[]), CAST(:credit_type AS text[]),
                        CAST(:unit AS text[]), CAST(:amount AS numeric[]), CAST(:contact_hours AS numeric[]),
                        CAST(:title AS text[]), CAST(:provider AS text[]), CAST(:started_on AS date[]),
                        CAST(:completed_on AS date[]), CAST(:content_group AS text[]), CAST(:grade AS text[]),
                        CAST(:source AS text[]), CAST(:load_id AS text[])) AS given ({", ".join(columns)})""",
        now=work.now,
        **{column: [row[column] for row in rows] for column in columns},
    )


async def reserve(work: Work, reserved: Mapping[UUID, UUID]) -> None:
    """Sets credits aside: credit → reservation."""
    if not reserved:
        return
    await work.run(
        """UPDATE credit SET reservation_id = given.reservation_id
           FROM unnest(CAST(:credits AS uuid[]), CAST(:reservations AS uuid[])) AS given (credit_id, reservation_id)
           WHERE credit.credit_id = given.credit_id""",
        credits=list(reserved), reservations=list(reserved.values()),
    )  # fmt: skip


async def release(work: Work, reservations: Iterable[UUID]) -> None:
    """Frees the credits of these reservations."""
    await work.run(
        "UPDATE credit SET reservation_id = NULL WHERE reservation_id = ANY(CAST(:ids AS uuid[]))",
        ids=list(reservations),
    )


async def mark_recalled(work: Work, reasons: Mapping[UUID, str]) -> None:
    """Notes that credits were taken back, and why."""
    if not reasons:
        return
    await work.run(
        """UPDATE credit SET recalled = given.reason
           FROM unnest(CAST(:ids AS uuid[]), CAST(:reasons AS text[])) AS given (credit_id, reason)
           WHERE credit.credit_id = given.credit_id""",
        ids=list(reasons), reasons=list(reasons.values()),
    )  # fmt: skip


async def find_recalls(work: Work, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Why credits were taken back before they came."""
    rows = await work.rows(
        "SELECT credit_id, reason FROM recall WHERE credit_id = ANY(CAST(:ids AS uuid[]))", ids=list(ids)
    )
    return {row.credit_id: row.reason for row in rows}


async def insert_recalls(work: Work, reasons: Mapping[UUID, str]) -> None:
    """Notes that credits which have not come will not count when they come."""
    if not reasons:
        return
    await work.run(
        """INSERT INTO recall (credit_id, reason, at)
           SELECT credit_id, reason, :now
           FROM unnest(CAST(:ids AS uuid[]), CAST(:reasons AS text[])) AS given (credit_id, reason)
           ON CONFLICT DO NOTHING""",
        ids=list(reasons), reasons=list(reasons.values()), now=work.now,
    )  # fmt: skip


def credit_of(row: Any) -> Credit:
    """The credit in a row."""
    return Credit(
        credit_id=row.credit_id,
        credit_type=row.credit_type,
        unit=row.unit,
        amount=row.amount,
        completed_on=row.completed_on,
        title=row.title,
        provider=row.provider,
        source=row.source,
        started_on=row.started_on,
        contact_hours=row.contact_hours,
        group=row.content_group,
        grade=row.grade,
        reservation_id=row.reservation_id,
        spent=row.spent,
        recalled=row.recalled,
    )


def _row(new: New) -> dict[str, Any]:
    credit = new.credit
    return {
        "credit_id": credit.credit_id,
        "person_id": new.person_id,
        "credit_type": credit.credit_type,
        "unit": credit.unit,
        "amount": credit.amount,
        "contact_hours": credit.contact_hours,
        "title": credit.title,
        "provider": credit.provider,
        "started_on": credit.started_on,
        "completed_on": credit.completed_on,
        "content_group": credit.group,
        "grade": credit.grade,
        "source": credit.source,
        "load_id": new.load_id,
    }
