"""Rounds: the same locked row at most once in a statement, and what concerns one key in its order."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from shared.contracts import Event
from shared.messaging.hears import Hearing

Heard = tuple[Hearing, Event]


def rounds(heard: Iterable[Heard]) -> list[dict[Hearing, list[Event]]]:
    """The events in as few rounds as possible: each comes after every earlier one that shares a locked row."""
    free: dict[Any, int] = {}  # the first round that is still free of a row; an id's number is hashed without Python
    found: list[dict[Hearing, list[Event]]] = []
    for hearing, event in heard:
        keys = [key.int if isinstance(key, UUID) else key for key in hearing.keys(event)]
        number = 0
        for key in keys:
            if (first := free.get(key, 0)) > number:
                number = first
        for key in keys:
            free[key] = number + 1
        if number == len(found):
            found.append(defaultdict(list))
        found[number][hearing].append(event)
    return found
