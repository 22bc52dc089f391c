"""How often one address may ask."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from services.lookup.domain.limits import ADDRESSES, Limiter, too_many


def test_a_bucket_is_emptied_and_fills_with_time() -> None:
    limiter = Limiter(capacity=3, refill=0.5)
    assert [limiter.wait("a", at=0) for _ in range(4)] == [0, 0, 0, 2]
    assert limiter.wait("b", at=0) == 0
    assert limiter.wait("a", at=1) == 1
    assert limiter.wait("a", at=2) == 0


def test_a_refusal_takes_nothing_and_cheap_questions_are_many() -> None:
    limiter = Limiter(capacity=1, refill=1)
    assert [limiter.wait("a", at=0, cost=0.25) for _ in range(5)] == [0, 0, 0, 0, 0.25]


def test_no_more_buckets_are_kept_than_agreed() -> None:
    limiter = Limiter()
    for number in range(ADDRESSES + 10):
        limiter.wait(str(number), at=0)
    assert len(limiter.buckets) == ADDRESSES


def test_the_refusal_names_the_time_in_the_states_zone() -> None:
    refusal = too_many(datetime(2026, 3, 4, 20, 19, 30, tzinfo=UTC), 20.0, ZoneInfo("America/Chicago"), "CT")
    assert str(refusal) == "Too many searches. Try again at 2:20 p.m. CT."
    assert refusal.data["seconds"] == 21
