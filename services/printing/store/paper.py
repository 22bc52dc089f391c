"""The ledger of numbered paper."""

from datetime import datetime
from uuid import UUID

from services.printing.domain.sheets import Ledger, Range
from shared.messaging.work import Work


async def overlaps(work: Work, stock: Range) -> bool:
    """Whether some of these sheets were received before."""
    row = await work.row(
        "SELECT 1 FROM stock WHERE length(first) = length(:first) AND first <= :last AND last >= :first LIMIT 1",
        first=stock.first, last=stock.last,
    )  # fmt: skip
    return row is not None


async def add_stock(work: Work, stock_id: UUID, stock: Range, by: str) -> None:
    await work.run(
        """INSERT INTO stock (stock_id, first, last, sheets, received_by, received_at)
           VALUES (:id, :first, :last, :sheets, :by, :now)""",
        id=stock_id, first=stock.first, last=stock.last, sheets=stock.sheets, by=by, now=work.now,
    )  # fmt: skip


async def ranges(work: Work) -> list[Range]:
    """All sheets that were ever received."""
    rows = await work.rows("SELECT first, last, sheets FROM stock ORDER BY received_at, first")
    return [Range(**row) for row in rows]


async def add_count(work: Work, count_id: UUID, counted: int, expected: int, by: str) -> None:
    await work.run(
        """INSERT INTO stock_count (count_id, counted, expected, counted_by, counted_at)
           VALUES (:id, :counted, :expected, :by, :now)""",
        id=count_id, counted=counted, expected=expected, by=by, now=work.now,
    )  # fmt: skip


async def ledger(work: Work) -> tuple[Ledger, datetime | None]:
    """The ledger, and when somebody last counted."""
    row = await work.row(
        """SELECT (SELECT coalesce(sum(sheets), 0) FROM stock) AS received,
                  (SELECT count(*) FROM sheet WHERE NOT spoiled) AS good,
                  (SELECT count(*) FROM sheet WHERE spoiled) AS spoiled,
                  count.counted - count.expected AS off_by, count.counted_at
           FROM (SELECT) AS one
           LEFT JOIN LATERAL (SELECT * FROM stock_count ORDER BY counted_at DESC, count_id DESC LIMIT 1) AS count
                ON true"""
    )
    assert row is not None
    return Ledger(int(row.received), row.good, row.spoiled, row.off_by), row.counted_at
