"""What is shown: applications with their educators' names, and pages of queues."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.renewals.domain.states import AT_REVIEW
from services.renewals.store.applications import COLUMNS
from shared.database import Row
from shared.messaging.work import Work

SHOWN = (
    ", ".join(f"a.{column.strip()}" for column in COLUMNS.split(","))
    + """, a.license_number, a.totals, a.attested, a.paper, a.prints_on,
           coalesce(p.name, '') AS educator, coalesce(p.educator_number, '') AS educator_number"""
)

IN_QUEUE = {True: "o.to_state", False: "o.district_id = CAST(:district AS uuid)"}
# A page walks the queue's index and looks each application and educator up; OFFSET 0 keeps it from joining them all.
WALKED = """FROM open_application AS o
            CROSS JOIN LATERAL (SELECT * FROM application WHERE application_id = o.application_id OFFSET 0) AS a
            LEFT JOIN LATERAL (SELECT * FROM person WHERE person_id = o.person_id OFFSET 0) AS p ON true"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What of a queue is wanted. `district` None: the state office's. `me` is every id of who asks."""

    district: UUID | None
    me: Sequence[UUID]
    show: str = "waiting"
    holder: UUID | None = None
    kind: str = ""
    ends_before: date | None = None
    name: str = ""
    after: tuple[date, UUID] | None = None
    limit: int = 50


SHOWS = {
    "waiting": "o.state = ANY(CAST(:review AS text[]))",
    "overdue": "o.state = ANY(CAST(:review AS text[])) AND o.due_on < :today",
    "week": "o.state = ANY(CAST(:review AS text[])) AND o.due_on BETWEEN :today AND :sunday",
    "yours": "o.state = ANY(CAST(:review AS text[])) AND o.claimed_by = ANY(CAST(:me AS uuid[]))",
    "free": "o.state = ANY(CAST(:review AS text[])) AND o.claimed_by IS NULL",
    "returned": "o.state = 'returned'",
    "ending": "o.state = ANY(CAST(:review AS text[])) AND o.from_valid_until BETWEEN :today AND :soon",
    "blocked": "o.state = 'blocked'",
}
"""What the count links of a queue show."""


async def find(work: Work, application_id: UUID) -> Row | None:
    """One application with its educator's name."""
    return await work.row(
        f"SELECT {SHOWN} FROM application AS a LEFT JOIN person AS p USING (person_id) WHERE a.application_id = :id",
        id=application_id,
    )


async def find_of_people(work: Work, people: Sequence[UUID], at_most: int = 200) -> Sequence[Row]:
    """The applications of a person (of all their ids), newest first."""
    return await work.rows(
        f"""SELECT {SHOWN} FROM application AS a LEFT JOIN person AS p USING (person_id)
            WHERE a.person_id = ANY(CAST(:people AS uuid[]))
            ORDER BY a.filed_at DESC, a.application_id LIMIT :at_most""",
        people=people, at_most=at_most,
    )  # fmt: skip


async def find_page(work: Work, wanted: Filters, days: dict[str, date]) -> Sequence[Row]:
    """One page of a queue, soonest due first."""
    return await work.rows(
        f"""SELECT {SHOWN} {WALKED}
            WHERE {IN_QUEUE[wanted.district is None]} AND {SHOWS[wanted.show]}
              AND (CAST(:holder AS uuid) IS NULL OR o.claimed_by = :holder)
              AND (CAST(:kind AS text) = '' OR a.kind = :kind)
              AND (CAST(:ends_before AS date) IS NULL OR o.from_valid_until < :ends_before)
              AND (CAST(:name AS text) = '' OR position(:name IN p.sort_name) > 0
                   OR position(:name IN lower(p.name)) > 0)
              AND (o.due_on, o.application_id) > (CAST(:after_day AS date), CAST(:after_id AS uuid))
            ORDER BY o.due_on, o.application_id LIMIT :limit""",
        **_used(wanted, days),
        holder=wanted.holder, kind=wanted.kind, ends_before=wanted.ends_before, name=wanted.name.casefold(),
        after_day=wanted.after[0] if wanted.after else date.min,
        after_id=wanted.after[1] if wanted.after else UUID(int=0), limit=wanted.limit,
    )  # fmt: skip


async def count(work: Work, wanted: Filters, days: dict[str, date]) -> Row:
    """How many of a queue each count link shows."""
    counts = ", ".join(f"count(*) FILTER (WHERE {SHOWS[show]}) AS {show}" for show in SHOWS)
    given = _used(wanted, days, *SHOWS.values())
    queue = IN_QUEUE[wanted.district is None]
    row = await work.row(f"SELECT {counts} FROM open_application AS o WHERE {queue}", **given)
    assert row is not None
    return row


def _used(wanted: Filters, days: dict[str, date], *more: str) -> dict[str, Any]:
    """The parameters that the statement names."""
    given: dict[str, Any] = {"me": list(wanted.me), "review": sorted(AT_REVIEW), "district": wanted.district, **days}
    text = " ".join((IN_QUEUE[wanted.district is None], SHOWS[wanted.show], *more))
    return {name: value for name, value in given.items() if f":{name}" in text}
