"""The June peak: any number of approvals takes the same few statements, and every row is updated in its page."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from secrets import token_urlsafe
from uuid import UUID

import pytest
from asyncpg.connection import LoggedQuery

from services.credentials.commands.renewals import extend_licenses
from services.credentials.domain.license import License, Period
from services.credentials.domain.reservation import Reservation
from services.credentials.store import licenses, reservations
from shared.contracts import Envelope
from shared.contracts.renewals import RenewalApproved
from shared.database import Database, fetch
from shared.ids import ApplicationId, LicenseId, PersonId, ReservationId, new_id
from shared.messaging.work import Work
from shared.policies import load
from tests.conftest import FreshDatabase
from tests.credentials.conftest import LEE

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
END = date(2026, 6, 30)
NUMBERS = count(1)
BITE = 1000
"""Rows of a transaction: no connection waits for arithmetic."""


@pytest.fixture
async def database(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    made = Database(await fresh_database("credentials"))
    yield made
    await made.close()


def work_on(connection: object) -> Work:
    """A unit of work on 4 March 2026 in Mississippi."""
    return Work(connection, "credentials", NOW, load("mississippi"), "test", new_id())  # type: ignore[arg-type]


async def filed(database: Database, how_many: int) -> list[RenewalApproved]:
    """So many licenses with their reservations, and an approval of each as it comes from the broker."""
    held = [_license(n) for n in range(how_many)]
    kept = [
        Reservation(new_id(), new_id(), each.license_id, each.person_id, "A-CEU", END, NOW.date(), "ms-2025-07", "R-1")
        for each in held
    ]
    for first in range(0, how_many, BITE):
        async with database.begin() as connection:
            work = work_on(connection)
            await licenses.insert(work, held[first : first + BITE])
            await reservations.insert(work, kept[first : first + BITE])
    return [_approval(reservation) for reservation in kept]


def _license(number: int) -> License:
    period = Period(date(2021, 7, 1), END, date(2021, 7, 1))
    return License(
        new_id(),
        token_urlsafe(16),
        f"{next(NUMBERS):08}",
        new_id(),
        "standard",
        "A",
        ("120", "221"),
        (period,),
        version=number,
    )


def _approval(reservation: Reservation) -> RenewalApproved:
    said = Envelope(
        id=new_id(), type="", source="", at=NOW, subject="", version=1, actor="test", cause=None, trace="", topic=""
    )
    return RenewalApproved(
        application_id=ApplicationId(reservation.application_id),
        license_id=LicenseId(reservation.license_id),
        person_id=PersonId(reservation.person_id),
        from_valid_until=END,
        reservation_id=ReservationId(reservation.reservation_id),
        filed_at=NOW - timedelta(days=3),
        approved_at=NOW,
        approved_by=LEE,
        policy_version="ms-2025-07",
    ).received(said)


async def statements_of(database: Database, approvals: list[RenewalApproved]) -> list[str]:
    """Applies approvals in one transaction; returns the statements that it took."""
    found: list[str] = []

    def note(query: LoggedQuery) -> None:
        found.append(query.query)

    async with database.begin() as connection:
        with connection.query_logger(note):
            work = work_on(connection)
            await extend_licenses(approvals, work)
            await work.flush()
    return found


async def test_a_thousand_approvals_take_as_many_statements_as_one(database: Database) -> None:
    first, one, thousand = await filed(database, 1), await filed(database, 1), await filed(database, 1000)
    await statements_of(database, first)  # a connection asks about the types of arrays when it meets them first
    assert await statements_of(database, thousand) == await statements_of(database, one)
    async with database.begin() as connection:
        [counts] = await fetch(
            connection,
            """SELECT (SELECT count(*) FROM license WHERE valid_until = '2031-06-30') AS renewed,
                      (SELECT count(*) FROM reservation WHERE state = 'spent') AS spent,
                      (SELECT sum(events) FROM outbox) AS said""",
        )
    assert (counts.renewed, counts.spent, counts.said) == (1002, 1002, 2004)


async def test_renewing_updates_every_row_in_its_page(database: Database) -> None:
    approvals = await filed(database, 500)
    await statements_of(database, approvals)
    async with database.begin() as connection:
        await fetch(connection, "SELECT pg_stat_force_next_flush()")
    async with database.begin() as connection:
        rows = await fetch(
            connection,
            """SELECT relname, n_tup_upd AS updated, n_tup_hot_upd AS hot FROM pg_stat_user_tables
               WHERE relname IN ('license', 'reservation')""",
        )
    assert {row.relname: (row.updated, row.hot) for row in rows} == {
        "license": (500, 500),
        "reservation": (500, 500),
    }


async def test_a_thousand_approvals_are_planned_with_the_indexes(database: Database) -> None:
    approvals = await filed(database, 1000)
    ids: list[UUID] = [UUID(str(approval.license_id)) for approval in approvals[:100]]
    async with database.begin() as connection:
        await fetch(connection, "ANALYZE")
        sql = f"EXPLAIN SELECT {licenses.COLUMNS} FROM license WHERE license_id = ANY(CAST(:ids AS uuid[])) FOR UPDATE"
        plan = "\n".join(row[0] for row in await fetch(connection, sql, ids=ids))
    assert "Seq Scan" not in plan
