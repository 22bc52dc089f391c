"""CloudEvents 1.0 in Kafka's binary content mode: attributes are headers, the value is the data alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import orjson
from asyncpg.pgproto.pgproto import UUID  # the driver's own: it reads a text ten times as fast
from pydantic import ValidationError

from shared.contracts import EVENTS, Envelope, Event

Headers = list[tuple[str, bytes]]
_FIXED: Headers = [("ce_specversion", b"1.0"), ("content-type", b"application/json")]


class Record(Protocol):
    """A Kafka record, as it came."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


class Undecodable(Exception):
    """A record that cannot be read as an event; it says which part and why."""


def to_headers(service: str, key: str, attributes: str) -> Headers:
    """Kafka's headers of an outbox row's attributes."""
    found: dict[str, str] = orjson.loads(attributes)
    trace = found.pop("traceparent")
    headers = [("ce_" + name, value.encode()) for name, value in found.items()]
    headers += [("ce_source", b"/services/" + service.encode()), ("ce_subject", key.encode())]
    return _FIXED + headers + ([("traceparent", trace.encode())] if trace else [])


def type_of(record: Record) -> str:
    """The event type that a record names; empty when it names none that can be read."""
    for name, value in record.headers:
        if name == "ce_type" and value is not None:
            found = bytes(value).decode(errors="replace")
            return found if found.isascii() else ""
    return ""


def decode(record: Record) -> Event:
    """The event in a record, in its envelope. Raises `Undecodable`."""
    try:
        headers = {name: value.decode() for name, value in record.headers if value is not None}
        model = EVENTS[headers["ce_type"]]
        envelope = _envelope(record, headers)
    except (KeyError, ValueError, AttributeError) as error:
        raise Undecodable(f"headers: {error!r}") from error
    if record.value is None:
        raise Undecodable("no value")
    try:
        event: Event = model.__pydantic_validator__.validate_json(record.value)
    except (ValidationError, ValueError, RecursionError) as error:
        raise Undecodable(f"data: {_problem(error)}") from error
    return event.received(envelope)


def _envelope(record: Record, headers: dict[str, str]) -> Envelope:
    cause = headers.get("ce_causationid")
    return Envelope(
        id=UUID(headers["ce_id"]),
        type=headers["ce_type"],
        source=headers.get("ce_source", ""),
        at=datetime.fromisoformat(headers["ce_time"]),
        subject=headers.get("ce_subject", ""),
        version=int(headers.get("ce_sequence", "0")),
        actor=headers.get("ce_actor", ""),
        cause=UUID(cause) if cause else None,
        trace=headers.get("traceparent", ""),
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
    )


def _problem(error: Exception) -> str:
    """The first problem, with its field and without the value, which may be private."""
    if isinstance(error, ValidationError):
        first: Sequence[Any] = error.errors(include_input=False, include_url=False)
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in first[:3])
    return type(error).__name__
