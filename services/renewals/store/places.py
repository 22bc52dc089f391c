"""The places that open applications hold: one a license, and each in a queue."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.renewals.domain.application import Application
from services.renewals.domain.routing import Route
from services.renewals.domain.states import OPEN
from services.renewals.store.applications import find_locked
from shared.ids import LicenseId
from shared.messaging.work import Work


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


async def find_overdue(work: Work, at_most: int) -> Sequence[Application]:
    """Applications whose district's time is over, locked; those that are the state office's already are not meant."""
    rows = await work.rows(
        """SELECT application_id FROM open_application WHERE due_on < :today AND NOT to_state
           ORDER BY due_on, application_id LIMIT :at_most""",
        today=work.today, at_most=at_most,
    )  # fmt: skip
    found = await find_locked(work, [row.application_id for row in rows]) if rows else {}
    return list(found.values())


async def close(work: Work, ids: Sequence[UUID]) -> None:
    """Frees the places of these applications. Before they are saved: then no place that ends is written once more."""
    if not ids:
        return
    await work.run("DELETE FROM open_application WHERE application_id = ANY(CAST(:ids AS uuid[]))", ids=ids)


async def give_to_state(work: Work, ids: Sequence[UUID]) -> None:
    """Puts applications into the state office's queue, beside the district's; nobody has claimed them there."""
    if not ids:
        return
    await work.run(
        """WITH place AS (
               UPDATE open_application SET to_state = true, claimed_by = NULL
               WHERE application_id = ANY(CAST(:ids AS uuid[])))
           UPDATE application SET to_state = true, claimed_by = NULL, claimed_name = '', claimed_at = NULL
           WHERE application_id = ANY(CAST(:ids AS uuid[]))""",
        ids=ids,
    )


async def save_routes(work: Work, routes: Mapping[UUID, Route], versions: Sequence[int]) -> None:
    """Puts applications into other queues: both where they wait and what they remember of it."""
    await work.run(
        """WITH given AS (
               SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS bigint[]), CAST(:districts AS uuid[]),
                                    CAST(:to_states AS boolean[]), CAST(:whys AS text[]))
                        AS given (id, version, district_id, to_state, why)),
           place AS (
               UPDATE open_application AS o SET district_id = given.district_id, to_state = given.to_state,
                      claimed_by = NULL
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
