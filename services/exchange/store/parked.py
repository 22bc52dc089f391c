"""What waits for somebody to be known, and until when."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.exchange.domain.receiving import Outcome
from shared.database import Row
from shared.ids import ReceiptId
from shared.messaging.work import Work

AT_ONCE = 1000

_BODY = """SELECT parked.place, parked.receipt_id, body, parked.until, agency, source, event_id, type, load_id, "row"
           FROM parked JOIN receipt USING (receipt_id)"""
_TAKE = "ORDER BY parked.place LIMIT :at_once FOR UPDATE OF parked SKIP LOCKED"

_KNOWN_NOW = """
    SELECT place FROM parked JOIN person ON waits_kind = 'educator_number' AND educator_number = waits_value
    UNION SELECT place FROM parked JOIN license ON waits_kind = 'license_number' AND number = waits_value
    UNION SELECT place FROM parked
          JOIN person ON person_id = CASE WHEN waits_kind = 'person' THEN CAST(waits_value AS uuid) END
    UNION SELECT place FROM parked
          JOIN license ON license.person_id = CASE WHEN waits_kind = 'license_of' THEN CAST(waits_value AS uuid) END
    UNION SELECT place FROM parked JOIN organization ON waits_kind = 'organization_code' AND code = waits_value
    ORDER BY 1 LIMIT :at_once
"""


async def save(work: Work, outcomes: Sequence[Outcome], until: datetime) -> None:
    """Keeps the messages of parked outcomes; one that waits on for something else keeps its place and deadline."""
    waiting = [(o.arrival, o.waits) for o in outcomes if o.waits is not None and o.arrival.message is not None]
    if not waiting:
        return
    await work.run(
        """INSERT INTO parked (receipt_id, waits_kind, waits_value, until, body)
           SELECT id, kind, value, CAST(:until AS timestamptz), body
           FROM unnest(CAST(:ids AS uuid[]), CAST(:kinds AS text[]), CAST(:values AS text[]), CAST(:bodies AS text[]))
                WITH ORDINALITY AS given (id, kind, value, body, place) ORDER BY place
           ON CONFLICT (receipt_id) DO UPDATE
               SET waits_kind = excluded.waits_kind, waits_value = excluded.waits_value""",
        ids=[a.receipt_id for a, _ in waiting], kinds=[w.kind for _, w in waiting],
        values=[w.value for _, w in waiting], until=until,
        bodies=[a.message.model_dump_json(exclude_none=True) for a, _ in waiting if a.message],
    )  # fmt: skip


async def find_kinds(work: Work, kinds: Iterable[str]) -> list[str]:
    """Those of these kinds for which anything waits at all."""
    rows = await work.rows(
        """SELECT kind FROM unnest(CAST(:kinds AS text[])) AS given (kind)
           WHERE EXISTS (SELECT FROM parked WHERE waits_kind = kind)""",
        kinds=list(kinds),
    )
    return [row.kind for row in rows]


async def take_waiting_for(work: Work, waits: Iterable[tuple[str, str]]) -> Sequence[Row]:
    """What waits for any of these (kind, value), locked, in the order of its coming."""
    kinds, values = zip(*waits, strict=True)
    return await work.rows(
        f"""{_BODY} WHERE (waits_kind, waits_value) IN (
                SELECT * FROM unnest(CAST(:kinds AS text[]), CAST(:values AS text[]))) {_TAKE}""",
        kinds=kinds, values=values, at_once=AT_ONCE * 10,
    )  # fmt: skip


async def take_known_now(work: Work) -> Sequence[Row]:
    """What waits for somebody who came in the same moment, locked: neither knew of the other."""
    return await work.rows(f"{_BODY} WHERE parked.place IN ({_KNOWN_NOW}) {_TAKE}", at_once=AT_ONCE)


async def take_overdue(work: Work) -> Sequence[Row]:
    """What has waited until its deadline, locked."""
    return await work.rows(f"{_BODY} WHERE parked.until <= :now {_TAKE}", now=work.now, at_once=AT_ONCE)


async def forget(work: Work, ids: Iterable[ReceiptId]) -> None:
    """These wait no longer."""
    await work.run("DELETE FROM parked WHERE receipt_id = ANY(CAST(:ids AS uuid[]))", ids=list(ids))
