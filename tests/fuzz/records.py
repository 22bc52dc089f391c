"""Kafka records as nobody should send them: strategies for headers, values and mutations of lawful events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson
from hypothesis import strategies as st

from shared.contracts import EVENTS, Event
from shared.testing.saying import message
from tests.shared.messaging.samples import sample

PRIVATE = "4111-private"
"""Stands where a value may be private; no error may repeat it."""
MANY = 10**6

Header = tuple[str, bytes | None]


@dataclass(slots=True)
class Raw:
    """A record as it came."""

    value: bytes | None
    headers: Sequence[Any]
    key: bytes | None = None
    topic: str = "identity.people.state.v1"
    partition: int = 0
    offset: int = 7
    timestamp: int = 1_700_000_000_000


@cache
def lawful(event_type: str) -> tuple[dict[str, Any], tuple[Header, ...]]:
    """The data and the headers of a lawful event of a type."""
    event: Event = sample(EVENTS[event_type])
    _key, value, headers = message(event, at=datetime(2026, 3, 4, 15, tzinfo=UTC))
    return orjson.loads(value), tuple(headers)


def raw(event_type: str, value: bytes | None = None, **headers: bytes | None) -> Raw:
    """The record of a lawful event, with another value or other headers."""
    data, own = lawful(event_type)
    changed = [(name, headers.pop(name, old)) for name, old in own]
    return Raw(orjson.dumps(data) if value is None else value, [*changed, *headers.items()])


DEEP = b"[" * 200 + b"]" * 200
LONG_NUMBER = b"9" * MANY
SPLIT = b"\xc3"
HOSTILE = [
    b"", b" ", b"null", b"[]", b'""', b"0", b"-", b"{", b"}", b'{"', b"{}{}", SPLIT, b'"' + SPLIT + b'"', b"\0",
    b'"\\u0000"', b'"\\ud800"', b"\xef\xbb\xbf{}", DEEP, b'{"a":' * 200 + b"1" + b"}" * 200, b"[" * 100_000,
    b"NaN", b"1e999999999", b"-1e-999999999", b"true",
]  # fmt: skip
"""Values that are no event."""

ATOMS: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just(PRIVATE)
    | st.sampled_from([
        "", "\0", "2026-02-30", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00",
        "24:00", "x" * 10_000, "1e1000000", "NaN", "-0", 2**63, -(2**63) - 1, 10**30, 0, -1,
        "'; DROP TABLE license; --",
    ])
)  # fmt: skip
JSON = st.recursive(
    ATOMS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
HEADER_VALUES: st.SearchStrategy[bytes | None] = (
    st.none() | st.binary(max_size=40) | st.text(max_size=20).map(str.encode)
    | st.sampled_from([
        b"", b"\0", SPLIT, b"x" * 10_000, b"2026", b"2026-03-04", b"2026-03-04T15:00:00", b"0001-01-01T00:00:00+23:59",
        b"9999-12-31T23:59:59-23:59", LONG_NUMBER, b"-1", b"1.5", b"9223372036854775808", b"1_0", b"{}", b"null",
    ])
)  # fmt: skip
NAMES = ["ce_id", "ce_type", "ce_time", "ce_source", "ce_subject", "ce_sequence", "ce_actor", "ce_causationid",
         "traceparent", "ce_specversion", "content-type"]  # fmt: skip
HEADERS = st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=10), HEADER_VALUES), max_size=8)
TYPES = st.sampled_from(sorted(EVENTS))


@st.composite
def mutated_values(draw: st.DrawFn) -> tuple[str, bytes]:
    """A lawful event with one to three of its values changed somewhere, or its bytes cut or struck."""
    event_type = draw(TYPES)
    data = orjson.loads(orjson.dumps(lawful(event_type)[0]))
    for _ in range(draw(st.integers(1, 3))):
        _change(draw, data)
    value = orjson.dumps(data, default=str, option=orjson.OPT_NON_STR_KEYS) if _fits(data) else _written(data)
    how = draw(st.sampled_from(["whole", "whole", "whole", "cut", "struck"]))
    place = draw(st.integers(0, len(value)))
    if how == "cut":
        value = value[:place]
    elif how == "struck":
        value = value[:place] + draw(st.binary(min_size=1, max_size=3)) + value[place + 1 :]
    return event_type, value


def _fits(data: Any) -> bool:
    try:
        orjson.dumps(data)
    except TypeError:
        return False
    return True


def _written(data: Any) -> bytes:
    import json  # noqa: PLC0415 - the slow writer, for what the fast one refuses: large whole numbers

    return json.dumps(data).encode(errors="replace")


def _change(draw: st.DrawFn, data: dict[str, Any]) -> None:
    """Changes, removes or adds one value, at the top or below."""
    here: Any = data
    while True:
        places = list(here) if isinstance(here, dict) else list(range(len(here)))
        if not places:
            return
        place = draw(st.sampled_from(places))
        below = here[place]
        if isinstance(below, dict | list) and below and draw(st.booleans()):
            here = below
            continue
        if isinstance(here, dict) and draw(st.integers(0, 5)) == 0:
            del here[place]
        else:
            here[place] = draw(JSON)
        return
