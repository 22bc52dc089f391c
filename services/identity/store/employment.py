"""Who works where, from which day and until when."""

from collections.abc import Sequence
from datetime import date

from services.identity.domain.person import Person
from services.identity.store.people import COLUMNS, person_of
from shared.errors import NotFound
from shared.ids import OrganizationId, PersonId
from shared.messaging.work import Work


class NotEmployed(NotFound):
    """The person does not work there."""

    text = "This person does not work for this organization."
    field = "organization_id"


async def save_employment(
    work: Work,
    people: Sequence[PersonId],
    organizations: Sequence[OrganizationId],
    first_days: Sequence[date],
    last_days: Sequence[date | None],
) -> None:
    """Who works where from which day, and until when; said again, the later word stands."""
    await work.run(
        """INSERT INTO employment (person_id, organization_id, first_day, last_day)
           SELECT DISTINCT ON (person_id, organization_id) person_id, organization_id, first_day, last_day
           FROM unnest(CAST(:people AS uuid[]), CAST(:organizations AS uuid[]), CAST(:first_days AS date[]),
                       CAST(:last_days AS date[])) WITH ORDINALITY
                AS given (person_id, organization_id, first_day, last_day, place)
           ORDER BY person_id, organization_id, place DESC
           ON CONFLICT (person_id, organization_id)
           DO UPDATE SET first_day = excluded.first_day, last_day = excluded.last_day""",
        people=list(people), organizations=list(organizations),
        first_days=list(first_days), last_days=list(last_days),
    )  # fmt: skip


async def end_employment(work: Work, person_id: PersonId, organization_id: OrganizationId, last_day: date) -> None:
    """Their last day there. Raises NotEmployed."""
    ended = await work.run(
        "UPDATE employment SET last_day = :day WHERE person_id = :person AND organization_id = :organization",
        person=person_id, organization=organization_id, day=last_day,
    )  # fmt: skip
    if not ended:
        raise NotEmployed


async def find_staff(work: Work, organization_id: OrganizationId, *, after: str, most: int) -> list[Person]:
    """Who works for an organization today, by name; from the educator number `after` of the page before."""
    rows = await work.rows(
        f"""SELECT {COLUMNS} FROM employment job JOIN person p ON p.id = job.person_id
            WHERE job.organization_id = :organization AND p.merged_into IS NULL
              AND (job.last_day IS NULL OR job.last_day >= :today)
              AND (p.name_key, p.educator_number) > (
                   SELECT coalesce(max(q.name_key), ''), coalesce(max(q.educator_number), '')
                   FROM person q WHERE q.educator_number = :after)
            ORDER BY p.name_key, p.educator_number LIMIT :most""",
        organization=organization_id, after=after, most=most, today=work.today,
    )  # fmt: skip
    return [person_of(row) for row in rows]
