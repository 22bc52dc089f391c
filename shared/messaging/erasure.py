"""Tombstones of state topics: a key without a value erases what every reader knows of it.

@hears_erasure(PersonState)
async def forget_people_on_erasure(erased: Events[Erased], work: Work) -> None: ...
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

from shared.contracts import Envelope, State
from shared.ids import named_id
from shared.messaging.envelope import Record, Undecodable, time_at, trace_in, version_of
from shared.messaging.hears import Events, Hearing
from shared.messaging.work import Work

ERASED = "erased"
"""The type under which a subscription looks for who hears its topic's tombstones."""


class Erased(State):
    """What had this id is to be forgotten. A version of 0 means: whatever the version that is known."""

    erased_id: UUID


Handler = Callable[[Events[Erased], Work], Awaitable[None]]


def hears_erasure(state: type[State]) -> Callable[[Handler], Handler]:
    """Marks the handler of the tombstones of a state's topic."""
    event = type(f"Erased{state.__name__}", (Erased,), {"TOPIC": state.TOPIC, "TYPE": ERASED, "KEY": "erased_id"})

    def decode(record: Record) -> Erased:
        return _decode(record, event)

    def mark(handler: Handler) -> Handler:
        handler.hearing = Hearing(event, ("erased_id",), handler, decode)  # type: ignore[attr-defined]
        return handler

    return mark


def _decode(record: Record, event: type[Erased]) -> Erased:
    """The tombstone in an envelope: its own id and version where it has them, else made from its place."""
    headers = {name: _text(value) for name, value in record.headers if value is not None}
    place = (record.topic, record.partition, record.offset)
    at = time_at(record)
    try:
        erased_id = UUID((record.key or b"").decode())
        event_id = UUID(headers["ce_id"]) if "ce_id" in headers else named_id(at, ERASED, *place)
        version = version_of(headers.get("ce_sequence", "0"))
    except ValueError as error:
        raise Undecodable(f"a tombstone's key, ce_id or ce_sequence: {type(error).__name__}") from error
    envelope = Envelope(
        id=event_id, type=ERASED, source=headers.get("ce_source", ""), at=at, subject=str(erased_id),
        version=version, actor=headers.get("ce_actor", ""), cause=None, trace=trace_in(headers),
        topic=record.topic, partition=record.partition, offset=record.offset,
    )  # fmt: skip
    return event(erased_id=erased_id).received(envelope)


def _text(value: bytes) -> str:
    return value.decode(errors="replace").replace("\0", "\ufffd").replace("\n", " ")
