"""New applications, their places and their numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.renewals.domain.application import Application
from services.renewals.domain.routing import Route
from shared.messaging.work import Work


@dataclass(frozen=True, slots=True)
class New:
    """A new application, where it goes, and proofs that are not credits."""

    application: Application
    route: Route
    license_number: str = ""
    attested: tuple[str, ...] = ()


async def take_places(work: Work, new: Sequence[New]) -> set[UUID]:
    """Gives each new application its license's place; returns the ids of those that got it."""
    rows = await work.rows(
        """INSERT INTO open_application (license_id, application_id, person_id, district_id, to_state, due_on, state)
           SELECT * FROM unnest(CAST(:licenses AS uuid[]), CAST(:ids AS uuid[]), CAST(:people AS uuid[]),
                                CAST(:districts AS uuid[]), CAST(:to_states AS boolean[]), CAST(:dues AS date[]),
                                CAST(:states AS text[]))
           ON CONFLICT (license_id) DO NOTHING RETURNING application_id""",
        licenses=[n.application.license_id for n in new],
        ids=[n.application.application_id for n in new],
        people=[n.application.person_id for n in new],
        districts=[n.route.district_id for n in new],
        to_states=[n.route.to_state for n in new],
        dues=[n.application.due_on for n in new],
        states=[n.application.state for n in new],
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
