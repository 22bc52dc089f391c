"""Applications and the places that open ones hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row

from services.renewals.domain.application import Application, Claim, Reserved
from services.renewals.domain.errors import NoSuchApplication
from services.renewals.domain.references import is_reference
from services.renewals.domain.routing import Route, Why
from services.renewals.domain.states import OPEN, State
from shared.contracts.values import Authority, Reason
from shared.ids import ApplicationId, LicenseId
from shared.messaging.work import Work

COLUMNS = """application_id, version, state, reference, kind, person_id, license_id, option, filed_at, district_id,
             to_state, due_on, claimed_by, claimed_name, claimed_at, wanted, seen, reservation_id, from_valid_until,
             new_valid_until, policy_version, decided_by, decided_at, reason"""


@dataclass(frozen=True, slots=True)
class New:
    """A new application, where it goes, and proofs that are not credits."""

    application: Application
    route: Route
    license_number: str = ""
    attested: tuple[str, ...] = ()


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


async def find_open(work: Work, licenses: Sequence[LicenseId]) -> dict[LicenseId, Application]:
    """The open application of each of these licenses, locked."""
    ids = await work.rows(
        "SELECT application_id FROM open_application WHERE license_id = ANY(CAST(:licenses AS uuid[]))",
        licenses=licenses,
    )
    found = await find_locked(work, [row.application_id for row in ids]) if ids else {}
    return {a.license_id: a for a in found.values() if a.state in OPEN}


async def find_open_of_people(work: Work, people: Sequence[UUID]) -> dict[UUID, Application]:
    """The open applications of these people, by id, locked."""
    ids = await work.rows(
        """SELECT o.application_id FROM unnest(CAST(:people AS uuid[])) AS given (person_id)
           CROSS JOIN LATERAL (SELECT application_id FROM open_application
                               WHERE person_id = given.person_id OFFSET 0) AS o""",
        people=people,
    )
    return await find_locked(work, [row.application_id for row in ids]) if ids else {}


async def find_whys(work: Work, ids: Sequence[UUID]) -> dict[UUID, Why]:
    """Why each is in the state office's queue; empty where it is a district's."""
    rows = await work.rows(
        "SELECT application_id, why_state FROM application WHERE application_id = ANY(CAST(:ids AS uuid[]))", ids=ids
    )
    return {row.application_id: row.why_state for row in rows}


async def find_queues(work: Work, ids: Sequence[UUID]) -> Sequence[Row[Any]]:
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


async def take_places(work: Work, new: Sequence[New]) -> set[UUID]:
    """Gives each new application its license's place; returns the ids of those that got it."""
    rows = await work.rows(
        """INSERT INTO open_application (license_id, application_id, person_id, district_id, to_state, due_on)
           SELECT * FROM unnest(CAST(:licenses AS uuid[]), CAST(:ids AS uuid[]), CAST(:people AS uuid[]),
                                CAST(:districts AS uuid[]), CAST(:to_states AS boolean[]), CAST(:dues AS date[]))
           ON CONFLICT (license_id) DO NOTHING RETURNING application_id""",
        licenses=[n.application.license_id for n in new],
        ids=[n.application.application_id for n in new],
        people=[n.application.person_id for n in new],
        districts=[n.route.district_id for n in new],
        to_states=[n.route.to_state for n in new],
        dues=[n.application.due_on for n in new],
    )
    return {row.application_id for row in rows}


async def add(work: Work, new: Sequence[New]) -> None:
    """Keeps new applications."""
    given = [n.application for n in new]
    await work.run(
        """INSERT INTO application (application_id, version, state, reference, kind, person_id, license_id, option,
                                    filed_at, district_id, to_state, why_state, due_on, attested,
                                    license_number)
           SELECT id, version, state, reference, kind, person, license, option, filed_at, district, to_state, why,
                  due, coalesce(string_to_array(nullif(attested, ''), chr(31)), '{}'), number
           FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[]), CAST(:states AS text[]),
                       CAST(:references AS text[]), CAST(:kinds AS text[]), CAST(:people AS uuid[]),
                       CAST(:licenses AS uuid[]), CAST(:options AS text[]), CAST(:filed AS timestamptz[]),
                       CAST(:districts AS uuid[]), CAST(:to_states AS boolean[]), CAST(:whys AS text[]),
                       CAST(:dues AS date[]), CAST(:attested AS text[]), CAST(:numbers AS text[]))
                AS given (id, version, state, reference, kind, person, license, option, filed_at, district, to_state,
                          why, due, attested, number)""",
        ids=[a.application_id for a in given],
        versions=[a.version for a in given],
        states=[a.state for a in given],
        references=[a.reference for a in given],
        kinds=[a.kind for a in given],
        people=[a.person_id for a in given],
        licenses=[a.license_id for a in given],
        options=[a.option for a in given],
        filed=[a.filed_at for a in given],
        districts=[n.route.district_id for n in new],
        to_states=[n.route.to_state for n in new],
        whys=[n.route.why for n in new],
        dues=[a.due_on for a in given],
        attested=["\x1f".join(n.attested) for n in new],
        numbers=[n.license_number for n in new],
    )


async def save_state(
    work: Work, ids: Sequence[UUID], state: State, *, by: Authority | None = None, at: datetime | None = None
) -> None:
    """Puts many into one state, by one authority where somebody decided; their versions rise."""
    if not ids:
        return
    await work.run(
        """UPDATE application SET state = :state, version = greatest(version + 1, :floor),
                  decided_by = coalesce(CAST(:by AS text), decided_by),
                  decided_at = coalesce(CAST(:at AS timestamptz), decided_at)
           WHERE application_id = ANY(CAST(:ids AS uuid[]))""",
        ids=ids, state=state, floor=work.next_version(), by=_json(by), at=at,
    )  # fmt: skip


async def save(work: Work, changed: Sequence[Application]) -> None:
    """Writes what a decision changed: state, version, claim, who decided, when and why."""
    if not changed:
        return
    await work.run(
        """UPDATE application AS a
           SET version = given.version, state = given.state, decided_by = given.decided_by,
               decided_at = given.decided_at, reason = given.reason, claimed_by = given.claimed_by,
               claimed_name = given.claimed_name, claimed_at = given.claimed_at
           FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[]), CAST(:states AS text[]),
                       CAST(:deciders AS text[]), CAST(:decided AS timestamptz[]), CAST(:reasons AS text[]),
                       CAST(:claimers AS uuid[]), CAST(:claimer_names AS text[]), CAST(:claimed AS timestamptz[]))
                AS given (id, version, state, decided_by, decided_at, reason, claimed_by, claimed_name, claimed_at)
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


async def close(work: Work, ids: Sequence[UUID]) -> None:
    """Frees the places of these applications."""
    if not ids:
        return
    await work.run("DELETE FROM open_application WHERE application_id = ANY(CAST(:ids AS uuid[]))", ids=ids)


async def save_reserved(work: Work, changed: Sequence[Application], totals: Sequence[str]) -> None:
    """Writes what credentials reserved, and that the applications wait from now on."""
    found = [(a, a.reserved) for a in changed if a.reserved is not None]
    await work.run(
        """UPDATE application AS a
           SET version = given.version, state = given.state, wanted = given.wanted,
               totals = CAST(given.totals AS jsonb),
               reservation_id = given.reservation_id, from_valid_until = given.from_until,
               new_valid_until = given.new_until, policy_version = given.policy_version
           FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[]), CAST(:states AS text[]),
                       CAST(:wanted AS smallint[]), CAST(:totals AS text[]), CAST(:reservations AS uuid[]),
                       CAST(:froms AS date[]), CAST(:news AS date[]), CAST(:policies AS text[]))
                AS given (id, version, state, wanted, totals, reservation_id, from_until, new_until, policy_version)
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


async def save_routes(work: Work, routes: Mapping[UUID, Route], versions: Sequence[int]) -> None:
    """Puts applications into other queues: both where they wait and what they remember of it."""
    await work.run(
        """WITH given AS (
               SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[]), CAST(:districts AS uuid[]),
                                    CAST(:to_states AS boolean[]), CAST(:whys AS text[]))
                        AS given (id, version, district_id, to_state, why)),
           place AS (
               UPDATE open_application AS o SET district_id = given.district_id, to_state = given.to_state
               FROM given WHERE o.application_id = given.id AND o.application_id = ANY(CAST(:ids AS uuid[])))
           UPDATE application AS a
           SET version = given.version, district_id = given.district_id, to_state = given.to_state,
               why_state = given.why, claimed_by = NULL, claimed_name = '', claimed_at = NULL
           FROM given WHERE a.application_id = given.id AND a.application_id = ANY(CAST(:ids AS uuid[]))""",
        ids=list(routes),
        versions=versions,
        districts=[r.district_id for r in routes.values()],
        to_states=[r.to_state for r in routes.values()],
        whys=[r.why for r in routes.values()],
    )


async def give_to_state(work: Work, ids: Sequence[UUID]) -> None:
    """Puts applications into the state office's queue, beside the district's; nobody has claimed them there."""
    if not ids:
        return
    await work.run(
        """WITH place AS (
               UPDATE open_application SET to_state = true WHERE application_id = ANY(CAST(:ids AS uuid[])))
           UPDATE application SET to_state = true, claimed_by = NULL, claimed_name = '', claimed_at = NULL
           WHERE application_id = ANY(CAST(:ids AS uuid[]))""",
        ids=ids,
    )


async def find_overdue(work: Work, at_most: int) -> Sequence[Application]:
    """Applications whose district's time is over, locked; those that are the state office's already are not meant."""
    rows = await work.rows(
        """SELECT application_id FROM open_application WHERE due_on < :today AND NOT to_state
           ORDER BY due_on, application_id LIMIT :at_most""",
        today=work.today, at_most=at_most,
    )  # fmt: skip
    found = await find_locked(work, [row.application_id for row in rows]) if rows else {}
    return list(found.values())


async def next_references(work: Work, year: int, count: int) -> list[int]:
    """The year's next numbers. They come from one sequence, so nobody waits for anybody; a rollback leaves a gap."""
    await work.run(
        """INSERT INTO reference_year (year, starts_after)
           SELECT :year, nextval('reference_number') WHERE NOT EXISTS (SELECT FROM reference_year WHERE year = :year)
           ON CONFLICT DO NOTHING""",
        year=year,
    )
    rows = await work.rows(
        """SELECT nextval('reference_number') - starts_after AS number
           FROM reference_year CROSS JOIN generate_series(1, :count) WHERE year = :year""",
        year=year, count=count,
    )  # fmt: skip
    return [row.number for row in rows]


def from_row(row: Row[Any]) -> Application:
    """A row as the value that rules are about."""
    return Application(
        application_id=row.application_id,
        version=row.version,
        state=State(row.state),
        reference=row.reference,
        kind=row.kind,
        person_id=row.person_id,
        license_id=row.license_id,
        option=row.option,
        filed_at=row.filed_at,
        district_id=row.district_id,
        to_state=row.to_state,
        due_on=row.due_on,
        claim=Claim(row.claimed_by, row.claimed_name, row.claimed_at) if row.claimed_by else None,
        wanted=row.wanted,
        seen=row.seen,
        reserved=_reserved(row),
        decided_by=_authority(row.decided_by) if row.decided_by else None,
        decided_at=row.decided_at,
        reason=Reason.model_validate_json(row.reason) if row.reason else None,
    )


def _reserved(row: Row[Any]) -> Reserved | None:
    if row.reservation_id is None:
        return None
    return Reserved(row.reservation_id, row.from_valid_until, row.new_valid_until, row.policy_version)


@lru_cache(maxsize=1024)
def _authority(text: str) -> Authority:
    """Of many applications few people decide."""
    return Authority.model_validate_json(text)


def _json(value: Authority | Reason | None) -> str | None:
    return orjson.dumps(value.model_dump(mode="json")).decode() if value is not None else None
