"""How often one address may ask: a bucket of tokens that fills with time."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shared.errors import TooMany

CAPACITY = 60.0
"""Tokens of a full bucket: a search costs one. A district office behind one address searches in bursts."""
REFILL = 1.0
"""Tokens a second."""
ADDRESSES = 50_000
"""So many buckets are kept; those used longest ago are forgotten, which is as if they were full."""


class TooManySearches(TooMany):
    """An address asked too often. Raise with `seconds` to wait, and the `time` when it may ask again."""

    text = "Too many searches. Try again at {time}."


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


@dataclass(slots=True)
class Limiter:
    """The buckets of one process. Times are seconds of a clock that only goes forward."""

    capacity: float = CAPACITY
    refill: float = REFILL
    buckets: OrderedDict[str, _Bucket] = field(default_factory=OrderedDict)

    def wait(self, address: str, at: float, cost: float = 1.0) -> float:
        """Takes `cost` tokens and returns 0; or takes none and returns the seconds until there are as many."""
        bucket = self.buckets.setdefault(address, _Bucket(self.capacity, at))
        self.buckets.move_to_end(address)
        if len(self.buckets) > ADDRESSES:
            self.buckets.popitem(last=False)
        bucket.tokens = min(self.capacity, bucket.tokens + (at - bucket.at) * self.refill)
        bucket.at = at
        if bucket.tokens < cost:
            return (cost - bucket.tokens) / self.refill
        bucket.tokens -= cost
        return 0.0


def too_many(now: datetime, seconds: float, zone: ZoneInfo, zone_label: str) -> TooManySearches:
    """The refusal, with the time of day at which to try again, rounded up to the minute."""
    again = (now + timedelta(seconds=seconds + 59)).astimezone(zone)
    half = "a.m." if again.hour < 12 else "p.m."
    time = f"{again.hour % 12 or 12}:{again.minute:02} {half} {zone_label}"
    return TooManySearches(seconds=int(seconds) + 1, time=time)
