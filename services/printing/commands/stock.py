"""Numbered paper: what comes in, and what somebody counts."""

from services.printing.domain.errors import StockOverlaps
from services.printing.domain.sheets import Ledger, Range, range_of
from services.printing.store import paper
from shared.ids import new_id
from shared.messaging.work import Work


async def receive(first: str, last: str, by: str, work: Work) -> Range:
    """Takes sheets into the stock. Raises `BadRange`, or `StockOverlaps` for sheets that came before."""
    stock = range_of(first, last)
    if await paper.overlaps(work, stock):
        raise StockOverlaps(first=first, last=last)
    await paper.add_stock(work, new_id(), stock, by)
    work.audit("stock received", stock.first, sheets=stock.sheets)
    return stock


async def count(counted: int, by: str, work: Work) -> Ledger:
    """Records what somebody counted beside what must be there."""
    ledger, _ = await paper.ledger(work)
    await paper.add_count(work, new_id(), counted, ledger.remaining, by)
    work.audit("stock counted", "stock", counted=counted, expected=ledger.remaining)
    return (await paper.ledger(work))[0]
