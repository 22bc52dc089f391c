"""Receipts: what became of each message, and what was said of each credit."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.exchange.domain.credits import Said
from services.exchange.domain.receiving import Outcome
from shared.database import Row
from shared.ids import CreditId, ReceiptId
from shared.messaging.work import Work

SHOWN = """place, receipt_id, agency, source, event_id, type, reference, state, code, text, field, until,
           credit_id, load_id, version, at"""


async def find(work: Work, ids: Iterable[ReceiptId]) -> Sequence[Row]:
    """Those of these receipts that exist."""
    return await work.rows(f"SELECT {SHOWN} FROM receipt WHERE receipt_id = ANY(CAST(:ids AS uuid[]))", ids=list(ids))


async def find_said(work: Work, credits: Iterable[CreditId]) -> list[Said]:
    """What was said of these credits, in its order."""
    if not (wanted := list(credits)):
        return []
    rows = await work.rows(
        """SELECT receipt_id, credit_id, type = 'CreditsRecalled' AS recalls, person_id, state, fingerprint,
                  code, text, field
           FROM receipt WHERE credit_id = ANY(CAST(:credits AS uuid[])) ORDER BY place""",
        credits=wanted,
    )
    return [Said(**row) for row in rows]


async def save(work: Work, outcomes: Sequence[Outcome], *, until: datetime, version: int) -> None:
    """Keeps what became of each message; a parked one's outcome replaces that it is parked."""
    arrivals = [outcome.arrival for outcome in outcomes]
    await work.run(
        """INSERT INTO receipt (receipt_id, agency, source, event_id, type, reference, state, code, text, field, until,
                                credit_id, person_id, fingerprint, same_as, load_id, "row", version, at)
           SELECT id, agency, source, event_id, type, reference, state, code, text, field,
                  CASE WHEN state = 'parked' THEN CAST(:until AS timestamptz) END,
                  credit_id, person_id, fingerprint, same_as, load_id, "row", CAST(:version AS bigint), :now
           FROM unnest(CAST(:ids AS uuid[]), CAST(:agencies AS text[]), CAST(:sources AS text[]),
                       CAST(:event_ids AS text[]), CAST(:types AS text[]), CAST(:references AS text[]),
                       CAST(:states AS text[]), CAST(:codes AS text[]), CAST(:texts AS text[]), CAST(:fields AS text[]),
                       CAST(:credits AS uuid[]), CAST(:people AS uuid[]), CAST(:fingerprints AS bigint[]),
                       CAST(:same AS uuid[]), CAST(:loads AS uuid[]), CAST(:rows AS int[])) WITH ORDINALITY
                AS given (id, agency, source, event_id, type, reference, state, code, text, field,
                          credit_id, person_id, fingerprint, same_as, load_id, "row", place)
           ORDER BY place
           ON CONFLICT (receipt_id) DO UPDATE SET state = excluded.state, code = excluded.code, text = excluded.text,
               field = excluded.field, until = coalesce(receipt.until, excluded.until), person_id = excluded.person_id,
               fingerprint = excluded.fingerprint, same_as = excluded.same_as, version = receipt.version + 1
           WHERE receipt.state = 'parked'""",
        ids=[a.receipt_id for a in arrivals], agencies=[a.agency for a in arrivals],
        sources=[a.source for a in arrivals], event_ids=[a.event_id for a in arrivals],
        types=[a.type for a in arrivals], references=[a.reference for a in arrivals],
        states=[o.state for o in outcomes], codes=[o.code for o in outcomes],
        texts=[o.text for o in outcomes], fields=[o.field for o in outcomes],
        credits=[a.credit_id for a in arrivals], people=[o.person_id for o in outcomes],
        fingerprints=[o.fingerprint for o in outcomes], same=[o.same_as for o in outcomes],
        loads=[a.load_id for a in arrivals], rows=[a.row for a in arrivals],
        until=until, version=version, now=work.now,
    )  # fmt: skip


async def settle(work: Work, settled: Sequence[tuple[ReceiptId, str, str, str, str | None, UUID | None]]) -> Any:
    """Keeps the outcomes (receipt, state, code, text, field, license) that another service decided; what changed.

    Receipts that share an outcome (`same_as`) change with it; parked ones do not: they were not passed on yet.
    """
    ids, states, codes, texts, fields, licenses = zip(*settled, strict=True)
    return await work.rows(
        f"""WITH given AS (
               SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:codes AS text[]),
                   CAST(:texts AS text[]), CAST(:fields AS text[]), CAST(:licenses AS uuid[]))
                   AS given (id, new_state, new_code, new_text, new_field, new_license)
           ), concerned AS (
               SELECT found.place AS at_place, given.* FROM given CROSS JOIN LATERAL (
                   SELECT place FROM receipt WHERE receipt_id = id LIMIT 1) AS found
               UNION ALL
               SELECT alike.place, given.* FROM given CROSS JOIN LATERAL (
                   SELECT place FROM receipt WHERE same_as = id LIMIT 1000) AS alike
           )
           UPDATE receipt SET state = new_state, code = new_code, text = new_text, field = new_field,
               license_id = new_license, version = version + 1
           FROM concerned
           WHERE place = at_place AND state <> 'parked' AND (state, text) IS DISTINCT FROM (new_state, new_text)
           RETURNING {SHOWN}, "row", id AS because""",
        ids=ids, states=states, codes=codes, texts=texts, fields=fields, licenses=licenses,
    )  # fmt: skip


async def settle_alike(work: Work) -> Sequence[Row]:
    """Settles receipts that crossed with the outcome they share; those that it changed."""
    shown = ", ".join(f"receipt.{column.strip()}" for column in SHOWN.split(","))
    return await work.rows(
        f"""UPDATE receipt SET state = other.state, code = other.code, text = other.text, field = other.field,
               license_id = other.license_id, version = receipt.version + 1
           FROM receipt AS other
           WHERE receipt.same_as IS NOT NULL AND receipt.state = 'passed' AND other.receipt_id = receipt.same_as
             AND other.state IN ('accepted', 'refused')
           RETURNING {shown}"""
    )


async def find_of_agency(work: Work, agency: str, before: int, at_most: int) -> Sequence[Row]:
    """An agency's receipts, latest first, before a place."""
    return await work.rows(
        f"""SELECT {SHOWN} FROM receipt WHERE agency = :agency AND place < :before AND load_id IS NULL
            ORDER BY place DESC LIMIT :at_most""",
        agency=agency, before=before, at_most=at_most,
    )  # fmt: skip


async def find_of_credit(work: Work, credit_id: CreditId) -> Sequence[Row]:
    """All that was said of one credit, in its order."""
    return await work.rows(f"SELECT {SHOWN} FROM receipt WHERE credit_id = :id ORDER BY place", id=credit_id)
