"""Whatever stands in a record, decoding ends: an event, or `Undecodable` with the field and without the value."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import EVENTS, Event
from shared.contracts.identity import PersonState
from shared.messaging.dead_letters import key_of
from shared.messaging.envelope import Undecodable, decode, type_of
from shared.messaging.erasure import hears_erasure
from shared.messaging.inbound import ForeignRecord
from shared.messaging.inbound import decode as decode_foreign
from tests.fuzz.amount import COUNTED, examples
from tests.fuzz.records import (
    DEEP,
    HEADER_VALUES,
    HEADERS,
    HOSTILE,
    LONG_NUMBER,
    NAMES,
    PRIVATE,
    TYPES,
    Raw,
    lawful,
    mutated_values,
    raw,
)

LARGEST = 2**63 - 1
"""What a version in the database can be."""
LONGEST_REASON = 2000


async def _forget(erased: Any, work: Any) -> None:
    """Hears erasures; never called."""


ERASURE = hears_erasure(PersonState)(_forget).hearing  # type: ignore[attr-defined]


def taken(record: Raw) -> Event | None:
    """The event, if it is one; what else comes out fails the test."""
    COUNTED["records"] += 1
    try:
        event = decode(record)
    except Undecodable as error:
        assert str(error)
        assert len(str(error)) < LONGEST_REASON
        assert "\0" not in str(error)
        return None
    check_envelope(event)
    assert type_of(record) == event.TYPE, "who hears it is found by another type than it has"
    return event


def check_envelope(event: Event) -> None:
    """What a handler and the database take for granted of an envelope."""
    said = event.said
    assert said.at.utcoffset() is not None
    assert said.at.timestamp() is not None
    assert 0 <= said.version <= LARGEST
    assert not {"\0", "\n"} & {*said.actor, *said.subject, *said.source, *said.trace}
    assert not any(isinstance(leaf, str) and "\0" in leaf for leaf in leaves(event.model_dump()))


def leaves(value: Any) -> Iterator[Any]:
    """Every text and number of an event's data."""
    if isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)
    else:
        yield value


@pytest.mark.parametrize("event_type", sorted(EVENTS))
def test_a_lawful_event_is_decoded(event_type: str) -> None:
    assert taken(raw(event_type)) is not None


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_event_is_undecodable(value: bytes) -> None:
    for event_type in EVENTS:
        assert taken(raw(event_type, value)) is None


@pytest.mark.parametrize(
    "inner", [DEEP, LONG_NUMBER, b"-" + LONG_NUMBER, b"1e" + LONG_NUMBER, b'"' + LONG_NUMBER + b'"']
)
@pytest.mark.parametrize("event_type", sorted(EVENTS)[::8])
def test_a_monstrous_value_in_any_field_ends_quickly(event_type: str, inner: bytes) -> None:
    for field in EVENTS[event_type].model_fields:
        rest = b"".join(b',"%s":1' % other.encode() for other in EVENTS[event_type].model_fields if other != field)
        taken(raw(event_type, b'{"%s":%s%s}' % (field.encode(), inner, rest)))


@examples(100)
@given(st.binary(max_size=300), HEADERS, st.none() | st.binary(max_size=20))
def test_random_records_are_undecodable(value: bytes, headers: list[Any], key: bytes | None) -> None:
    taken(Raw(value, headers, key))


@examples(200)
@given(TYPES, st.dictionaries(st.sampled_from(NAMES), HEADER_VALUES, min_size=1, max_size=3))
def test_a_lawful_event_with_hostile_headers_is_an_event_or_undecodable(
    event_type: str, headers: dict[str, bytes | None]
) -> None:
    taken(raw(event_type, **headers))


@examples(100)
@given(TYPES, HEADERS)
def test_headers_that_are_there_twice_name_one_type(event_type: str, more: list[Any]) -> None:
    record = raw(event_type)
    taken(Raw(record.value, [*record.headers, *more]))
    taken(Raw(record.value, [*more, *record.headers]))


@examples(150)
@given(mutated_values())
def test_a_mutated_event_is_an_event_or_undecodable(mutated: tuple[str, bytes]) -> None:
    taken(raw(*mutated))


@pytest.mark.parametrize("event_type", sorted(EVENTS))
def test_the_reason_names_the_field_and_never_the_value(event_type: str) -> None:
    """Every field in turn gets a value that it cannot be; text, which can be anything, is passed over."""
    for field in lawful(event_type)[0]:
        for wrong in ([PRIVATE], {PRIVATE: PRIVATE}, PRIVATE):
            record = raw(event_type, orjson.dumps(lawful(event_type)[0] | {field: wrong}))
            COUNTED["records"] += 1
            try:
                decode(record)
            except Undecodable as error:
                assert field in str(error)
                assert PRIVATE not in str(error)


@pytest.mark.parametrize("name", ["ce_id", "ce_time", "ce_sequence", "ce_causationid"])
def test_the_reason_names_the_header_and_never_its_value(name: str) -> None:
    with pytest.raises(Undecodable) as caught:
        decode(raw(PersonState.TYPE, **{name: PRIVATE.encode()}))
    assert name in str(caught.value)
    assert PRIVATE not in str(caught.value)


TOPICS = st.sampled_from(["inbound.mde.credits.v1", "t1.inbound.printshop.print-reports.v1"])
TIMES = st.sampled_from([-1, 0, 1_700_000_000_000, 2**62]) | st.integers(-(2**63), 2**63 - 1)


@examples(150)
@given(st.none() | st.binary(max_size=200), HEADERS, TOPICS, TIMES)
def test_a_strangers_record_is_never_refused(value: bytes | None, headers: list[Any], topic: str, at: int) -> None:
    COUNTED["records"] += 1
    event = decode_foreign(Raw(value, headers, None, topic, timestamp=at))
    assert isinstance(event, ForeignRecord)
    assert event.agency in ("mde", "printshop")
    assert event.said.at.utcoffset() is not None
    assert "\0" not in event.said.trace


@examples(150)
@given(st.none() | st.binary(max_size=40) | st.uuids().map(lambda found: str(found).encode()), HEADERS, TIMES)
def test_a_tombstone_is_an_erasure_or_undecodable(key: bytes | None, headers: list[Any], at: int) -> None:
    COUNTED["records"] += 1
    try:
        event = ERASURE.decoder(Raw(None, headers, key, timestamp=at))
    except Undecodable as error:
        assert len(str(error)) < LONGEST_REASON
        assert "\0" not in str(error)
    else:
        check_envelope(event)


@pytest.mark.parametrize("text", ["a\0b", "\0"])
def test_a_text_that_no_column_can_keep_is_undecodable(text: str) -> None:
    """Later it would be an unexpected error, and six of them in a minute pause the subscriber."""
    data, _ = lawful(PersonState.TYPE)
    with pytest.raises(Undecodable, match=r"name\.last"):
        decode(raw(PersonState.TYPE, orjson.dumps(data | {"name": {"first": "A", "last": text}})))


@pytest.mark.parametrize("header", ["ce_actor", "ce_source", "ce_subject", "traceparent"])
def test_an_attribute_of_two_lines_is_undecodable(header: str) -> None:
    """The outbox keeps an attribute in a line; CloudEvents allows no control characters in one."""
    with pytest.raises(Undecodable, match=f"^headers: '{header}' contains a line break$"):
        decode(raw(PersonState.TYPE, **{header: b"a\nb"}))


@pytest.mark.parametrize("letter", ["\0", "§"])
def test_a_letter_of_what_is_no_uuid_is_not_told(letter: str) -> None:
    """Found by 70 times the usual examples: pydantic quotes it."""
    data, _ = lawful(PersonState.TYPE)
    with pytest.raises(Undecodable, match=r"^data: person_id: Input should be a valid UUID, invalid character$"):
        decode(raw(PersonState.TYPE, orjson.dumps(data | {"person_id": letter})))


def test_a_backslash_before_u0000_is_no_nul() -> None:
    data, _ = lawful(PersonState.TYPE)
    event = decode(raw(PersonState.TYPE, orjson.dumps(data | {"name": {"first": "A", "last": "\\u0000"}})))
    assert isinstance(event, PersonState)


def test_what_a_dead_letter_shows_of_a_stranger_can_be_kept() -> None:
    assert key_of(Raw(b"", (), b"a\0b")) == "a\ufffdb"
    assert type_of(Raw(b"", (("ce_type", b"a\0b"),))) == ""
