"""Cases: profiles that resemble somebody on file and contradict them, until a person decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.identity.domain.matching import PartialMatch
from shared.errors import NotFound
from shared.ids import OrganizationId, PersonId
from shared.messaging.work import Work

COLUMNS = "id, reference, district_id, person_ids, differing, sealed_claim, state, opened_at, decided_by, person_id"


@dataclass(frozen=True)
class Case:
    """One case. `sealed_claim` holds what the claimant gave, until it is decided."""

    case_id: UUID
    reference: str
    district_id: OrganizationId | None
    person_ids: tuple[PersonId, ...]
    differing: tuple[str, ...]
    state: str
    opened_at: datetime
    sealed_claim: bytes | None = None
    decided_by: str | None = None
    person_id: PersonId | None = None


class CaseUnknown(NotFound):
    """No case has this id."""

    text = "No case has this id."
    field = "case_id"


async def open_case(
    work: Work, case_id: UUID, reference: str, claim_mark: str, match: PartialMatch, *,
    district_id: OrganizationId | None, sealed_claim: bytes,
) -> str | None:  # fmt: skip
    """The reference of the claim's case: the given one, or that of the case it already has; None where it is taken."""
    await work.run(
        """INSERT INTO profile_case (id, reference, claim_mark, district_id, person_ids, differing, sealed_claim,
               opened_at)
           VALUES (:id, :reference, :claim_mark, :district_id, CAST(:people AS uuid[]), CAST(:differing AS text[]),
               :sealed, :now)
           ON CONFLICT DO NOTHING""",
        id=case_id, reference=reference, claim_mark=claim_mark, district_id=district_id,
        people=list(match.person_ids), differing=[trait.value for trait in match.differing], sealed=sealed_claim,
        now=work.now,
    )  # fmt: skip
    row = await work.row(
        "SELECT reference FROM profile_case WHERE claim_mark = :mark AND state = 'open'", mark=claim_mark
    )
    return row.reference if row else None


async def get_case(work: Work, case_id: UUID) -> Case:
    """One case, locked. Raises CaseUnknown."""
    row = await work.row(f"SELECT {COLUMNS} FROM profile_case WHERE id = :id FOR UPDATE", id=case_id)
    if row is None:
        raise CaseUnknown
    return _case(row)


async def open_cases(work: Work, districts: Sequence[OrganizationId] | None, *, most: int = 200) -> list[Case]:
    """Open cases of these districts, or of all and of none; the oldest first."""
    rows = await work.rows(
        f"""SELECT {COLUMNS} FROM profile_case WHERE state = 'open'
            AND (CAST(:districts AS uuid[]) IS NULL OR district_id = ANY(CAST(:districts AS uuid[])))
            ORDER BY opened_at, id LIMIT :most""",
        districts=None if districts is None else list(districts), most=most,
    )  # fmt: skip
    return [_case(row) for row in rows]


async def close_case(work: Work, case_id: UUID, state: str, person_id: PersonId) -> None:
    """The case is decided; what the claimant gave is not kept with it any longer."""
    await work.run(
        """UPDATE profile_case SET state = :state, person_id = :person_id, decided_by = :by, decided_at = :now,
               sealed_claim = NULL WHERE id = :id""",
        id=case_id, state=state, person_id=person_id, by=work.actor, now=work.now,
    )  # fmt: skip


def _case(row: Any) -> Case:
    return Case(
        case_id=row.id,
        reference=row.reference,
        district_id=row.district_id,
        person_ids=tuple(row.person_ids),
        differing=tuple(row.differing),
        state=row.state,
        opened_at=row.opened_at,
        sealed_claim=row.sealed_claim,
        decided_by=row.decided_by,
        person_id=row.person_id,
    )
