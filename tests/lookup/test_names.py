"""Names: the keys they are found under, the ways to read what somebody typed, and slips of the pen."""

import pytest

from services.lookup.domain.names import (
    KeyRange,
    NameKey,
    TooFewLetters,
    closest,
    is_number,
    name_keys,
    number_key,
    read_as_name,
)
from shared.contracts.values import Name
from tests.lookup.examples import person_state


@pytest.mark.parametrize(("first", "last", "former", "keys"), [
    ("Maria", "Lopez", (), {("lopez", "maria")}),
    ("María José", "García-López", (), {("garcialopez", "mariajose"), ("lopez", "mariajose")}),
    ("Sean", "O'Brien, Jr.", (), {("obrien", "sean")}),
    ("Ann", "Smith", ("Jones",), {("smith", "ann"), ("jones", "ann")}),
    ("Ana", "de la Cruz", (), {("delacruz", "ana"), ("lacruz", "ana"), ("cruz", "ana")}),
    ("Łukasz", "Øster", (), {("oster", "lukasz")}),
])  # fmt: skip
def test_a_person_is_found_under_every_name_they_have_or_had(
    first: str, last: str, former: tuple[str, ...], keys: set[tuple[str, str]]
) -> None:
    person = person_state(first, last, former_last_names=former)
    assert name_keys(person) == {NameKey(*key) for key in keys}


def test_a_middle_name_is_part_of_the_first() -> None:
    person = person_state().model_copy(update={"name": Name(first="Ann", middle="B.", last="Lee")})
    assert name_keys(person) == {NameKey("lee", "annb")}


@pytest.mark.parametrize(("query", "ways"), [
    ("Lopez", [("lopez", "")]),
    ("LÓPEZ, Ma", [("lopez", "ma")]),
    ("Maria Lopez", [("marialopez", ""), ("lopez", "maria"), ("maria", "lopez")]),
    ("de la Cruz", [("delacruz", ""), ("lacruz", "de"), ("de", "lacruz"), ("cruz", "dela"), ("dela", "cruz")]),
    ("J Smith", [("jsmith", ""), ("smith", "j")]),
    ("Smith, J", [("smith", "j")]),
])  # fmt: skip
def test_a_query_is_read_in_every_way_that_makes_sense(query: str, ways: list[tuple[str, str]]) -> None:
    assert list(read_as_name(query, fewest=2)) == [NameKey(*way) for way in ways]


@pytest.mark.parametrize("query", ["", "L", "L, Maria", "é", "-", "%", "_ _", ",Maria", "!!"])
def test_less_than_two_letters_of_a_last_name_are_refused(query: str) -> None:
    with pytest.raises(TooFewLetters) as refused:
        read_as_name(query, fewest=2)
    assert refused.value.field == "q"
    assert "at least 2 letters" in str(refused.value)


@pytest.mark.parametrize(("typed", "name", "is_near"), [
    ("lopez", "lopez", True), ("lopes", "lopez", True), ("simth", "smith", True), ("gonzales", "gonsalez", True),
    ("thompson", "tomson", True), ("lee", "lea", True), ("lee", "leigh", False), ("thompson", "tomsen", False),
])  # fmt: skip
def test_a_name_is_near_within_two_slips_of_the_pen_and_a_short_one_within_one(
    typed: str, name: str, is_near: bool
) -> None:
    assert closest(typed, [name]) == ((name,) if is_near else ())


def test_the_nearest_names_come_first_and_distant_ones_not_at_all() -> None:
    assert closest("lopes", ["lopezz", "lopez", "loper", "lovelace"]) == ("loper", "lopez", "lopezz")
    assert closest("lee", ["lea", "leigh"]) == ("lea",)


@pytest.mark.parametrize(("number", "key"), [("MS-204417", "MS204417"), (" ms 204417 ", "MS204417")])
def test_a_number_is_compared_without_its_punctuation(number: str, key: str) -> None:
    assert number_key(number) == key
    assert is_number(number)


def test_a_range_holds_what_begins_so_and_nothing_else() -> None:
    low, high = KeyRange.beginning(NameKey("lop", "")).last
    assert all(low <= key < high for key in ("lop", "lopez", "lopž"))
    assert not any(low <= key < high for key in ("lo", "loq", "lz"))
