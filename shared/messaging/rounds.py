"""Rounds: the same locked row at most once in a statement, and what concerns one key in its order."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from shared.contracts import Event
from shared.messaging.hears import Hearing

Heard = tuple[Hearing, Event]


def rounds(heard: Iterable[Heard]) -> list[dict[Hearing, list[Event]]]:
    """The events in as few rounds as possible: each comes after every earlier one that shares a locked row."""
    heard = list(heard)
    locked = [key for hearing, event in heard for key in hearing.keys(event)]
    if len(set(locked)) == len(locked):
        return [_by_hearing(heard)] if heard else []
    last: dict[Any, int] = {}
    found: list[dict[Hearing, list[Event]]] = []
    for hearing, event in heard:
        keys = hearing.keys(event)
        number = max((last.get(key, -1) for key in keys), default=-1) + 1
        for key in keys:
            last[key] = number
        if number == len(found):
            found.append(defaultdict(list))
        found[number][hearing].append(event)
    return found


def _by_hearing(heard: Iterable[Heard]) -> dict[Hearing, list[Event]]:
    """The events of one round, for in most batches no two share a row."""
    found: dict[Hearing, list[Event]] = defaultdict(list)
    for hearing, event in heard:
        found[hearing].append(event)
    return found
