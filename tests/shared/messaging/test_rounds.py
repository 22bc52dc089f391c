"""Rounds: no two events of one share a locked row, and each comes after every earlier one that shares one with it."""

from typing import Any
from uuid import UUID

import pytest
from asyncpg.pgproto import pgproto

from shared.contracts import Fact, Kind, Topic
from shared.messaging.hears import Hearing
from shared.messaging.rounds import rounds

A, B, C = (UUID(int=n) for n in range(1, 4))


class Paired(Fact, topic=Topic("rounds.facts.v1", Kind.FACTS, "tests", "about one thing, or two"), key="one"):
    """It concerns one row or two; a row's key is an id, as a rule."""

    one: Any
    other: Any = None


async def handler(events: Any, work: Any) -> None:
    """Nothing is handled here."""


FIRST, SECOND = Hearing(Paired, ("one", "other"), handler), Hearing(Paired, ("one",), handler)


@pytest.mark.parametrize(
    ("keys", "numbers"),
    [
        ([], []),
        ([(A, None), (B, None), (C, None)], [0, 0, 0]),
        ([(A, None), (A, None), (B, None), (A, None)], [0, 1, 0, 2]),
        ([(A, B), (B, C), (C, None), (A, None)], [0, 1, 2, 1]),
        ([(A, A), (A, None)], [0, 1]),
        ([(None, None), (None, None)], [0, 0]),
        ([("a", None), ("b", None), ("a", None)], [0, 0, 1]),
        ([(A, None), (pgproto.UUID(str(A)), None)], [0, 1]),  # the driver's own ids are equal to others
    ],
)
def test_each_event_is_in_the_first_round_that_is_free(keys: list[tuple[Any, Any]], numbers: list[int]) -> None:
    events = [Paired(one=one, other=other) for one, other in keys]
    found = rounds((FIRST, event) for event in events)
    assert found == [
        {FIRST: [event for event, at in zip(events, numbers, strict=True) if at == number]}
        for number in range(max(numbers, default=-1) + 1)
    ]


def test_each_handler_has_its_own_events_of_a_round_in_their_order() -> None:
    events = [Paired(one=key) for key in (A, B, C, A)]
    heard = list(zip((SECOND, FIRST, SECOND, FIRST), events, strict=True))
    assert rounds(heard) == [{SECOND: [events[0], events[2]], FIRST: [events[1]]}, {FIRST: [events[3]]}]
