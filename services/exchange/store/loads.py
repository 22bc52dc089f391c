"""Loads of files: where each stands, what is wrong with its rows."""

from collections.abc import Sequence
from typing import Any

from services.exchange.domain.receiving import Outcome
from shared.messaging.work import Work


async def count_settled(work: Work, rows: Sequence[Any]) -> None:
    """Counts receipts of loads that were settled."""


async def count_released(work: Work, outcomes: Sequence[Outcome]) -> None:
    """Counts parked rows of loads that wait no longer."""
