"""Ids that follow from something else are the same in every repetition, and sort with their cause."""

from datetime import UTC, datetime
from uuid import RFC_4122

import pytest
from asyncpg.pgproto import pgproto

from shared.ids import derived_id, derived_text, id_floor, named_id, new_id, text_of

AT = datetime(2026, 3, 4, 15, tzinfo=UTC)


@pytest.mark.parametrize("parts", [(), ("a",), ("a", 1), ("a\x1f1",), (new_id(), "elms.x.v1", 0)])
def test_equal_parts_make_an_equal_id_of_the_causes_time(parts: tuple[object, ...]) -> None:
    cause = new_id()
    made = derived_id(cause, *parts)
    assert made == derived_id(cause, *parts) != derived_id(new_id(), *parts)
    assert derived_text(cause, "\x1f".join(map(str, parts))) == str(made)
    assert (made.version, made.variant, made.bytes[:6]) == (7, RFC_4122, cause.bytes[:6])


def test_other_parts_make_another_id() -> None:
    cause = new_id()
    assert len({derived_id(cause, *parts) for parts in [(), ("a",), ("b",), ("a", 0), ("a", 1), ("a0",)]}) == 6


def test_an_id_lies_behind_the_floor_of_its_time() -> None:
    assert id_floor(AT) <= named_id(AT, "row 1") < id_floor(AT.replace(hour=16))


def test_an_id_is_written_alike_whoever_made_it() -> None:
    made = new_id()
    assert text_of(made) == text_of(pgproto.UUID(str(made))) == str(made)
