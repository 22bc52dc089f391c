"""Answers that came before the receipt that they answer, as after a restore: kept until it is there."""

from collections.abc import Sequence

from shared.contracts import Event
from shared.database import Row
from shared.ids import ReceiptId
from shared.messaging.work import Work

AT_ONCE = 5_000


async def keep(work: Work, answers: Sequence[tuple[ReceiptId, Event]]) -> None:
    """Keeps those of these answers whose receipt does not say them; it may have come in this moment.

    A receipt has one answer: the latest is kept.
    """
    await work.run(
        """INSERT INTO early_answer AS early (receipt_id, type, body, event_id, actor, trace, at)
           SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:types AS text[]), CAST(:bodies AS text[]),
                                CAST(:events AS uuid[]), CAST(:actors AS text[]), CAST(:traces AS text[]),
                                CAST(:times AS timestamptz[])) AS given (id, type, body, event_id, actor, trace, at)
           WHERE NOT EXISTS (
               SELECT 1 FROM receipt WHERE receipt_id = given.id AND state IN ('accepted', 'refused'))
           ON CONFLICT (receipt_id) DO UPDATE SET type = excluded.type, body = excluded.body,
               event_id = excluded.event_id, actor = excluded.actor, trace = excluded.trace, at = excluded.at""",
        ids=[receipt_id for receipt_id, _ in answers], types=[fact.TYPE for _, fact in answers],
        bodies=[fact.model_dump_json() for _, fact in answers], events=[fact.said.id for _, fact in answers],
        actors=[fact.said.actor for _, fact in answers], traces=[fact.said.trace for _, fact in answers],
        times=[fact.said.at for _, fact in answers],
    )  # fmt: skip


async def take(work: Work) -> Sequence[Row]:
    """Those whose receipt is here by now, and not parked; they are kept no longer."""
    return await work.rows(
        """DELETE FROM early_answer WHERE receipt_id = ANY(ARRAY(
               SELECT receipt_id FROM early_answer JOIN receipt USING (receipt_id) WHERE receipt.state <> 'parked'
               ORDER BY receipt_id LIMIT :at_once FOR UPDATE OF early_answer SKIP LOCKED)) RETURNING *""",
        at_once=AT_ONCE,
    )
