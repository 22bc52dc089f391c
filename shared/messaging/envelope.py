"""CloudEvents 1.0 in Kafka's binary content mode: attributes are headers, the value is the data alone.

What a record is refused for names the header or the field, never its value, which may be private. What PostgreSQL
could not keep (U+0000, a version of more than 63 bits, a time without its zone) is refused here, where a refusal
is a dead letter: later it would be an unexpected error, and a few of those pause the subscriber.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol

from asyncpg.pgproto.pgproto import UUID  # the driver's own: it reads a text ten times as fast
from pydantic import ValidationError

from shared.contracts import EVENTS, Envelope, Event
from shared.telemetry import is_traceparent

Headers = list[tuple[str, bytes]]
LARGEST = 2**63 - 1
"""The largest version that a column can keep."""
NUL = "contains the character U+0000"
_LAST_SECOND = 253_000_000_000  # in the year 9987
_KNOWN: dict[bytes, str] = {}
"""Events' types as records name them: each is read once."""


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


def type_of(record: Record) -> str:
    """The event type that a record names; empty when it names none that can be read."""
    for name, value in record.headers:
        if name == "ce_type" and value is not None:
            return _KNOWN.get(bytes(value)) or _type_in(bytes(value))
    return ""


def _type_in(value: bytes) -> str:
    found = value.decode(errors="replace")
    if found in EVENTS:
        _KNOWN[value] = found
    return found if found.isascii() and found.isprintable() else ""


def time_at(record: Record) -> datetime:
    """When Kafka's client says the record was made; its number may be any, the time is one that can be kept."""
    return datetime.fromtimestamp(min(max(record.timestamp, 0), _LAST_SECOND * 1000) / 1000, UTC)


def trace_of(record: Record) -> str:
    """The traceparent that a record carries, as it stands there; empty where there is none."""
    found = next((value for name, value in record.headers if name == "traceparent"), None)
    return found.decode(errors="replace") if found else ""


def trace_in(headers: dict[str, str]) -> str:
    """A stranger's trace, if it is one: ours goes on with it and says it in our own events."""
    trace = headers.get("traceparent", "")
    return trace if trace and is_traceparent(trace) else ""


def decode(record: Record) -> Event:
    """The event in a record, in its envelope. Raises `Undecodable`."""
    try:
        headers = _texts(record)
        envelope = _envelope(record, headers)
        model = EVENTS[envelope.type]
    except (KeyError, ValueError, AttributeError) as error:
        raise Undecodable(f"headers: {_header_problem(record)}") from error
    if len(headers) != len(record.headers) and (name := _repeated(record)):
        raise Undecodable(f"headers: {name} is there twice")
    if record.value is None:
        raise Undecodable("no value")
    try:
        event: Event = model.__pydantic_validator__.validate_json(record.value)
    except (ValidationError, ValueError, RecursionError) as error:
        raise Undecodable(f"data: {_problem(error)}") from error
    if b"\\u0000" in record.value and (field := next(_with_nul(event.model_dump()), None)):
        raise Undecodable(f"data: {field}: {NUL}")
    return event.received(envelope)


def version_of(text: str) -> int:
    """The version in a `ce_sequence`. Raises `ValueError` for what no column can keep."""
    version = int(text)
    if not 0 <= version <= LARGEST:
        raise ValueError("no version")
    return version


@lru_cache(maxsize=256)
def _time_of(text: str) -> datetime:
    """An instant with its zone; all that one transaction said has the same."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or not 1 < at.year < 9999:
        raise ValueError("no instant")
    return at


def _texts(record: Record) -> dict[str, bytes]:
    """The headers, all of them text, those that nobody reads, too; one without a value is as good as none."""
    headers = dict(record.headers)
    try:
        b"\n".join(headers.values()).decode()
    except TypeError:
        headers = {name: value for name, value in record.headers if value is not None}
        b"\n".join(headers.values()).decode()
    return headers


def _envelope(record: Record, headers: dict[str, bytes]) -> Envelope:
    """The envelope; its fields in their order, for names cost."""
    get = headers.get
    source, subject = get("ce_source", b"").decode(), get("ce_subject", b"").decode()
    actor, trace = get("ce_actor", b"").decode(), get("traceparent", b"").decode()
    text = source + subject + actor + trace
    if "\0" in text or "\n" in text:  # the first no column can keep, the second no page of the outbox
        raise ValueError("no text")
    cause = get("ce_causationid")
    fields = (
        UUID(headers["ce_id"].decode()),
        headers["ce_type"].decode(),
        source,
        _time_of(headers["ce_time"].decode()),
        subject,
        version_of(get("ce_sequence", b"0").decode()),
        actor,
        UUID(cause.decode()) if cause else None,
        trace,
        record.topic,
        record.partition,
        record.offset,
    )
    return tuple.__new__(Envelope, fields)  # a named tuple's own way is a function in Python


_OF_ONE_LINE = {"ce_source", "ce_subject", "ce_actor", "traceparent"}
_READ: dict[str, tuple[Callable[[str], object], str]] = {
    "ce_type": (EVENTS.__getitem__, "names no event that is known"),
    "ce_id": (UUID, "is no UUID"),
    "ce_time": (_time_of, "is no time with its zone"),
    "ce_sequence": (version_of, "is no version"),
    "ce_causationid": (lambda text: UUID(text) if text else None, "is no UUID"),
}


def editable_headers(record: Record) -> list[str]:
    """Those that are read, but for an id that can be: by it repetitions are known."""
    found = dict(record.headers)
    try:
        UUID((found.get("ce_id") or b"").decode())
    except ValueError:
        return list(_READ)
    return [name for name in _READ if name != "ce_id"]


def _header_problem(record: Record) -> str:
    """Which header keeps the record from being read, and why."""
    there = {name for name, value in record.headers if value is not None}
    for name, value in record.headers:
        read, problem = _READ.get(name, (str, ""))
        try:
            text = (value or b"").decode()
            read(text) if name in there else None
        except UnicodeDecodeError:
            return f"{_shown(name)} is not UTF-8"
        except (KeyError, ValueError):
            return f"{name} {problem}"
        if "\0" in text:
            return f"{_shown(name)} {NUL}"
        if "\n" in text and name in _OF_ONE_LINE:
            return f"{_shown(name)} contains a line break"
    return next((f"no {name}" for name in ("ce_type", "ce_id", "ce_time") if name not in there), "cannot be read")


def _repeated(record: Record) -> str:
    """One of our headers that is there twice: nobody could say which one counts."""
    names = [name for name, _ in record.headers]
    return next((name for name in names if name in _READ and names.count(name) > 1), "")


def _shown(name: str) -> str:
    return repr(name[:40])


def _with_nul(value: Any, place: str = "") -> Iterator[str]:
    """The places of a text with U+0000, which JSON can say and no column can keep."""
    if isinstance(value, str) and "\0" in value:
        yield place
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _with_nul(inner, f"{place}.{name}".lstrip("."))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _with_nul(inner, f"{place}.{number}")


def _problem(error: Exception) -> str:
    """The first problem, with its field and without the value, which may be private."""
    if isinstance(error, ValidationError):
        first: Sequence[Any] = error.errors(include_input=False, include_url=False)
        told = "; ".join(f"{'.'.join(map(str, e['loc']))}: {_words(e['msg'])}" for e in first[:3])
        return told.replace("\0", "\ufffd")
    return type(error).__name__


def _words(message: str) -> str:
    """pydantic's sentence; of a UUID without the letter that was found in it, for that is the value's."""
    return message.partition(": found ")[0]
