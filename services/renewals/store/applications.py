"""Applications: found, locked, saved. What queues count of one stands in its place, too, and is saved with it."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import orjson

from services.renewals.domain.application import Application, Claim, Reserved
from services.renewals.domain.errors import NoSuchApplication
from services.renewals.domain.references import is_reference
from services.renewals.domain.routing import Why
from services.renewals.domain.states import State
from shared.contracts.values import Authority, Reason
from shared.database import Row
from shared.ids import ApplicationId
from shared.messaging.work import Work

COLUMNS = """application_id, version, state, reference, kind, person_id, license_id, option, filed_at, district_id,
             to_state, due_on, claimed_by, claimed_name, claimed_at, wanted, seen, reservation_id, from_valid_until,
             new_valid_until, policy_version, decided_by, decided_at, reason"""


async def lock(work: Work, ids: Sequence[UUID]) -> None:
    """Locks the applications among these ids, in sorted order, until the work ends."""
    await work.run(
        """SELECT 1 FROM application WHERE application_id = ANY(CAST(:ids AS uuid[]))
           ORDER BY application_id FOR NO KEY UPDATE""",
        ids=ids,
    )


async def find_locked(work: Work, ids: Sequence[UUID]) -> dict[UUID, Application]:
    """The applications of these ids, locked in sorted order until the work ends."""
    rows = await work.rows(
        f"""SELECT {COLUMNS} FROM application WHERE application_id = ANY(CAST(:ids AS uuid[]))
            ORDER BY application_id FOR NO KEY UPDATE""",
        ids=ids,
    )
    return {row.application_id: from_row(row) for row in rows}


async def get_locked(work: Work, application_id: UUID) -> Application:
    """The application, locked. Raises `NoSuchApplication`."""
    found = await find_locked(work, [application_id])
    if application_id not in found:
        raise NoSuchApplication
    return found[application_id]


async def find_whys(work: Work, ids: Sequence[UUID]) -> dict[UUID, Why]:
    """Why each is in the state office's queue; empty where it is a district's."""
    rows = await work.rows(
        "SELECT application_id, why_state FROM application WHERE application_id = ANY(CAST(:ids AS uuid[]))", ids=ids
    )
    return {row.application_id: row.why_state for row in rows}


async def find_queues(work: Work, ids: Sequence[UUID]) -> Sequence[Row]:
    """In which districts' queues these applications are, each once."""
    return await work.rows(
        """SELECT DISTINCT district_id FROM application
           WHERE application_id = ANY(CAST(:ids AS uuid[]))""",
        ids=ids,
    )


async def find_known(work: Work, ids: Sequence[UUID]) -> set[UUID]:
    """Those of these ids that are applications."""
    rows = await work.rows(
        "SELECT application_id FROM application WHERE application_id = ANY(CAST(:ids AS uuid[]))", ids=ids
    )
    return {row.application_id for row in rows}


async def find_id(work: Work, words: str) -> ApplicationId | None:
    """The id behind an id or a reference."""
    if is_reference(words):
        row = await work.row("SELECT application_id FROM application WHERE reference = :words", words=words.upper())
        return row.application_id if row else None
    try:
        return ApplicationId(UUID(words))
    except ValueError:
        return None


async def save_state(
    work: Work,
    ids: Sequence[UUID],
    state: State,
    *,
    by: Authority | None = None,
    at: datetime | None = None,
    reason: Reason | None = None,
) -> None:
    """Puts many into one state, by one authority and for one reason where somebody decided; their versions rise."""
    if not ids:
        return
    await work.run(
        """WITH place AS (
               UPDATE open_application SET state = :state WHERE application_id = ANY(CAST(:ids AS uuid[])))
           UPDATE application SET state = :state, version = greatest(version + 1, :floor),
                  decided_by = coalesce(CAST(:by AS text), decided_by),
                  decided_at = coalesce(CAST(:at AS timestamptz), decided_at),
                  reason = coalesce(CAST(:reason AS text), reason)
           WHERE application_id = ANY(CAST(:ids AS uuid[]))""",
        ids=ids, state=state, floor=work.next_version(), by=_json(by), at=at, reason=_json(reason),
    )  # fmt: skip


async def save(work: Work, changed: Sequence[Application]) -> None:
    """Writes what a decision changed: state, version, claim, who decided, when and why."""
    if not changed:
        return
    await work.run(
        """WITH given AS (
               SELECT * FROM unnest(
                   CAST(:ids AS uuid[]), CAST(:versions AS bigint[]), CAST(:states AS text[]),
                   CAST(:deciders AS text[]), CAST(:decided AS timestamptz[]), CAST(:reasons AS text[]),
                   CAST(:claimers AS uuid[]), CAST(:claimer_names AS text[]), CAST(:claimed AS timestamptz[]))
                   AS given (id, version, state, decided_by, decided_at, reason, claimed_by, claimed_name, claimed_at)),
           place AS (
               UPDATE open_application AS o SET state = given.state, claimed_by = given.claimed_by
               FROM given WHERE o.application_id = given.id AND o.application_id = ANY(CAST(:ids AS uuid[])))
           UPDATE application AS a
           SET version = given.version, state = given.state, decided_by = given.decided_by,
               decided_at = given.decided_at, reason = given.reason, claimed_by = given.claimed_by,
               claimed_name = given.claimed_name, claimed_at = given.claimed_at
           FROM given
           WHERE a.application_id = given.id AND a.application_id = ANY(CAST(:ids AS uuid[]))""",
        ids=[a.application_id for a in changed],
        versions=[a.version for a in changed],
        states=[a.state for a in changed],
        deciders=[_json(a.decided_by) for a in changed],
        decided=[a.decided_at for a in changed],
        reasons=[_json(a.reason) for a in changed],
        claimers=[a.claim and a.claim.person_id for a in changed],
        claimer_names=[a.claim.name if a.claim else "" for a in changed],
        claimed=[a.claim and a.claim.since for a in changed],
    )


async def save_reserved(work: Work, changed: Sequence[Application], totals: Sequence[str]) -> None:
    """Writes what credentials reserved, and that the applications wait from now on."""
    found = [(a, a.reserved) for a in changed if a.reserved is not None]
    await work.run(
        """WITH given AS (
               SELECT * FROM unnest(
                   CAST(:ids AS uuid[]), CAST(:versions AS bigint[]), CAST(:states AS text[]),
                   CAST(:wanted AS smallint[]), CAST(:totals AS text[]), CAST(:reservations AS uuid[]),
                   CAST(:froms AS date[]), CAST(:news AS date[]), CAST(:policies AS text[]))
                   AS given (id, version, state, wanted, totals, reservation_id, from_until, new_until,
                             policy_version)),
           place AS (
               UPDATE open_application AS o SET state = given.state, from_valid_until = given.from_until
               FROM given WHERE o.application_id = given.id AND o.application_id = ANY(CAST(:ids AS uuid[])))
           UPDATE application AS a
           SET version = given.version, state = given.state, wanted = given.wanted,
               totals = CAST(given.totals AS jsonb),
               reservation_id = given.reservation_id, from_valid_until = given.from_until,
               new_valid_until = given.new_until, policy_version = given.policy_version
           FROM given
           WHERE a.application_id = given.id AND a.application_id = ANY(CAST(:ids AS uuid[]))""",
        ids=[a.application_id for a, _ in found],
        versions=[a.version for a, _ in found],
        states=[a.state for a, _ in found],
        wanted=[a.wanted for a, _ in found],
        totals=totals,
        reservations=[r.reservation_id for _, r in found],
        froms=[r.from_valid_until for _, r in found],
        news=[r.new_valid_until for _, r in found],
        policies=[r.policy_version for _, r in found],
    )


def from_row(row: Row) -> Application:
    """A row that begins with `COLUMNS`, as the value that rules are about."""
    application_id, version, state, reference, kind, person_id, license_id, option, filed_at, *rest = row
    district_id, to_state, due_on, claimer, claimer_name, claimed_at, wanted, seen, *rest = rest
    reservation_id, from_until, new_until, policy_version, decider, decided_at, reason, *_ = rest
    return Application(
        application_id,
        version,
        State(state),
        reference,
        kind,
        person_id,
        license_id,
        option,
        filed_at,
        district_id,
        to_state,
        due_on,
        Claim(claimer, claimer_name, claimed_at) if claimer else None,
        wanted,
        seen,
        Reserved(reservation_id, from_until, new_until, policy_version) if reservation_id else None,
        _authority(decider) if decider else None,
        decided_at,
        Reason.model_validate_json(reason) if reason else None,
    )


@lru_cache(maxsize=1024)
def _authority(text: str) -> Authority:
    """Of many applications few people decide."""
    return Authority.model_validate_json(text)


def _json(value: Authority | Reason | None) -> str | None:
    return orjson.dumps(value.model_dump(mode="json")).decode() if value is not None else None
