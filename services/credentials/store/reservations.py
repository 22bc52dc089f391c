"""Reservations: credits set aside for filings. A license has at most one that is held; its row's lock keeps that."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.credentials.domain.reservation import Reservation, ReservationState
from shared.messaging.work import Work

COLUMNS = """reservation_id, application_id, license_id, person_id, option, from_valid_until, filed_on, policy_version,
    reference, state"""
OPEN = "('held', 'broken')"


async def find_reservations(work: Work, ids: Iterable[UUID], *, lock: bool = False) -> dict[UUID, Reservation]:
    """The reservations with these ids; locked in the order of their ids where they will change."""
    rows = await work.rows(
        f"""SELECT {COLUMNS} FROM reservation WHERE reservation_id = ANY(CAST(:ids AS uuid[]))
            ORDER BY reservation_id"""
        + (" FOR UPDATE" if lock else ""),
        ids=list(ids),
    )
    return {row.reservation_id: reservation_of(row) for row in rows}


async def find_of_applications(work: Work, applications: Iterable[UUID]) -> dict[UUID, Reservation]:
    """The reservation of each of these applications: the one that is not released, or the last that was."""
    rows = await work.rows(
        f"""SELECT DISTINCT ON (application_id) {COLUMNS} FROM reservation
            WHERE application_id = ANY(CAST(:ids AS uuid[]))
            ORDER BY application_id, state = 'released', made_at DESC""",
        ids=list(applications),
    )
    return {row.application_id: reservation_of(row) for row in rows}


async def find_applicant(work: Work, application: str) -> UUID | None:
    """Who filed the application with this id or reference, as far as credits were set aside for it."""
    value: UUID | str
    try:
        column, value = "application_id", UUID(application)
    except ValueError:
        column, value = "reference", application.upper()
    row = await work.row(f"SELECT person_id FROM reservation WHERE {column} = :value LIMIT 1", value=value)
    return row.person_id if row else None


async def find_open_of_licenses(work: Work, licenses: Iterable[UUID]) -> dict[UUID, Reservation]:
    """The filing that is open for each of these licenses."""
    rows = await work.rows(
        f"""SELECT {COLUMNS} FROM reservation
            WHERE license_id = ANY(CAST(:ids AS uuid[])) AND state IN {OPEN}""",
        ids=list(licenses),
    )
    return {row.license_id: reservation_of(row) for row in rows}


async def insert(work: Work, reservations: Sequence[Reservation]) -> None:
    """Keeps new reservations."""
    if not reservations:
        return
    columns: dict[str, list[Any]] = {
        name: [getattr(r, name) for r in reservations]
        for name in ("reservation_id", "application_id", "license_id", "person_id", "option", "from_valid_until",
                     "filed_on", "policy_version", "reference")
    }  # fmt: skip
    await work.run(
        f"""INSERT INTO reservation ({COLUMNS}, made_at)
            SELECT *, 'held', :now
            FROM unnest(CAST(:reservation_id AS uuid[]), CAST(:application_id AS uuid[]), CAST(:license_id AS uuid[]),
                        CAST(:person_id AS uuid[]), CAST(:option AS text[]), CAST(:from_valid_until AS date[]),
                        CAST(:filed_on AS date[]), CAST(:policy_version AS text[]),
                        CAST(:reference AS text[]))""",
        **columns,
        now=work.now,
    )


async def set_states(work: Work, states: Mapping[UUID, ReservationState]) -> None:
    """What became of reservations."""
    if not states:
        return
    await work.run(
        """UPDATE reservation SET state = given.state
           FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[])) AS given (reservation_id, state)
           WHERE reservation.reservation_id = given.reservation_id""",
        ids=list(states), states=[state.value for state in states.values()],
    )  # fmt: skip


def reservation_of(row: Any) -> Reservation:
    """The reservation in a row of `COLUMNS`."""
    *fields, state = row
    return Reservation._make((*fields, ReservationState(state)))
