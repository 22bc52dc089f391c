"""Cases: what an officer has to decide, because a credit was recalled after the approval or an agency reported."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.errors import Conflict, NotFound
from shared.messaging.work import Work

COLUMNS = """case_id, kind, license_id, person_id, application_id, credit_id, agency, action, acted_on, note,
    opened_at, closed_at, closed_by, outcome"""


@dataclass(frozen=True, slots=True)
class Case:
    """One case; open while `closed_at` is None."""

    case_id: UUID
    kind: str
    license_id: UUID
    person_id: UUID
    agency: str
    opened_at: datetime
    application_id: UUID | None = None
    credit_id: UUID | None = None
    action: str = ""
    acted_on: date | None = None
    note: str = ""
    closed_at: datetime | None = None
    closed_by: str | None = None
    outcome: str | None = None


class CaseUnknown(NotFound):
    """No case has this id."""

    text = "No case has this id."
    field = "case_id"


class CaseClosed(Conflict):
    """Somebody has decided it. Data: by, outcome."""

    text = "This case is closed: {outcome}."


async def open_cases(work: Work, cases: Sequence[Case]) -> None:
    """Opens cases; one that is there stays as it is."""
    for case in cases:
        await work.run(
            f"""INSERT INTO officer_case ({COLUMNS})
                VALUES (:case_id, :kind, :license_id, :person_id, :application_id, :credit_id, :agency, :action,
                    :acted_on, :note, :opened_at, NULL, NULL, NULL) ON CONFLICT DO NOTHING""",
            case_id=case.case_id, kind=case.kind, license_id=case.license_id, person_id=case.person_id,
            application_id=case.application_id, credit_id=case.credit_id, agency=case.agency, action=case.action,
            acted_on=case.acted_on, note=case.note, opened_at=case.opened_at,
        )  # fmt: skip


async def find_open(work: Work, licenses: Iterable[UUID] | None = None) -> list[Case]:
    """The open cases of these licenses, or all, the oldest first."""
    rows = await work.rows(
        f"""SELECT {COLUMNS} FROM officer_case
            WHERE closed_at IS NULL AND (CAST(:ids AS uuid[]) IS NULL OR license_id = ANY(CAST(:ids AS uuid[])))
            ORDER BY opened_at, case_id LIMIT 500""",
        ids=None if licenses is None else list(licenses),
    )
    return [_case(row) for row in rows]


async def get_open_locked(work: Work, case_id: UUID) -> Case:
    """An open case, locked. Raises `CaseUnknown` or `CaseClosed`."""
    row = await work.row(f"SELECT {COLUMNS} FROM officer_case WHERE case_id = :id FOR UPDATE", id=case_id)
    if row is None:
        raise CaseUnknown
    if row.closed_at is not None:
        raise CaseClosed(by=row.closed_by, outcome=row.outcome)
    return _case(row)


async def close(work: Work, case_id: UUID, *, by: str, outcome: str) -> None:
    """Closes a case with what was decided."""
    await work.run(
        "UPDATE officer_case SET closed_at = :now, closed_by = :by, outcome = :outcome WHERE case_id = :id",
        id=case_id, by=by, outcome=outcome, now=work.now,
    )  # fmt: skip


def _case(row: Any) -> Case:
    return Case(**dict(row))
