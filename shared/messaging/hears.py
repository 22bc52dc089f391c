"""`@hears`: which event a handler takes, and what it locks.

A handler takes a sequence of events, no two of which concern the same locked row, and the batch's `Work`.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

from shared.contracts import Event
from shared.messaging.envelope import Record, decode
from shared.messaging.work import Work

E = TypeVar("E", bound=Event)
Events = Sequence
"""What a handler takes: `Events[RenewalApproved]`. Each event's envelope is in its `said`."""

Handler = Callable[[Events[E], Work], Awaitable[None]]


@dataclass(frozen=True, slots=True, eq=False)
class Hearing:
    """One handler: its event, the fields whose values it locks, and itself."""

    event: type[Event]
    locks: tuple[str, ...]
    handler: Handler[Any]
    decoder: Callable[[Record], Event] = decode

    def keys(self, event: Event) -> list[Any]:
        """The values that no other event of the same round may share; None locks nothing."""
        return [value for field in self.locks if (value := getattr(event, field)) is not None]


def hears(event: type[E], *, locks: str | tuple[str, ...]) -> Callable[[Handler[E]], Handler[E]]:
    """Marks a handler of `event`; `locks` names the fields whose rows it changes."""

    def mark(handler: Handler[E]) -> Handler[E]:
        fields = (locks,) if isinstance(locks, str) else locks
        handler.hearing = Hearing(event, fields, handler)  # type: ignore[attr-defined]
        return handler

    return mark


def hearings(handlers: ModuleType | None) -> tuple[Hearing, ...]:
    """All handlers of a module, in the order in which it defines them."""
    found = (getattr(value, "hearing", None) for value in vars(handlers).values()) if handlers else ()
    return tuple(hearing for hearing in found if isinstance(hearing, Hearing))
