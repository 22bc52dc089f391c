"""A patient service's batch waits for company; what it holds meanwhile must not overtake what a seek brings again."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import CorruptRecordException

from shared.messaging.broker import PatientSubscriber

PART = TopicPartition("people.state", 0)


class Source:
    """Kafka's consumer, as far as a fetch goes: each call brings the next of these, or raises it."""

    def __init__(self, *fetches: Any) -> None:
        self.fetches = list(fetches)

    async def getmany(self, *, timeout_ms: float, max_records: int) -> dict[TopicPartition, list[int]]:
        found = self.fetches.pop(0)
        if callable(found):
            found = found()
        if isinstance(found, Exception):
            raise found
        return {PART: found} if found else {}


def patient() -> PatientSubscriber:
    subscriber = PatientSubscriber.__new__(PatientSubscriber)
    subscriber.batch_timeout_ms, subscriber.max_records, subscriber.linger = 500, 1000, 0.001
    subscriber.reads_ahead = False
    subscriber.standing = SimpleNamespace(seeks=1)  # type: ignore[assignment]
    return subscriber


async def test_what_comes_meanwhile_is_taken_with_it() -> None:
    assert await patient().get_msg(Source([37], [38, 39])) == (37, 38, 39)  # type: ignore[arg-type]


async def test_what_was_in_hand_when_we_sought_is_not_taken_before_what_stands_before_it() -> None:
    subscriber = patient()

    def after_a_rebalance() -> list[int]:
        subscriber.standing.seeks += 1
        return [36, 37, 38]

    assert await subscriber.get_msg(Source([37], after_a_rebalance)) == (36, 37, 38)  # type: ignore[arg-type]


@pytest.mark.parametrize("trouble", [CorruptRecordException(), []], ids=["trouble", "nothing"])
async def test_what_was_in_hand_is_kept_whatever_the_second_fetch_brings(trouble: Any) -> None:
    assert await patient().get_msg(Source([37], trouble)) == (37,)  # type: ignore[arg-type]
