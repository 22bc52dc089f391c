"""What a share of all measurements stays under."""

from collections.abc import Sequence
from statistics import quantiles


def percentile(milliseconds: Sequence[float], which: int) -> float:
    """So many percent of all took no longer than that. Raises `statistics.StatisticsError` for fewer than two."""
    return quantiles(milliseconds, n=100, method="inclusive")[which - 1]
