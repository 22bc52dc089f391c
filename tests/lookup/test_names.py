"""Names: the keys they are found under, the ways to read what somebody typed, and slips of the pen."""

from random import Random

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
    slips_of,
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


def slip(random: Random, name: str) -> str:
    """The name with a letter left out, added, mistaken or swapped with its neighbour."""
    at, letter = random.randrange(len(name)), random.choice("abcdez")
    if random.random() < 0.25 and at + 1 < len(name):
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + random.choice(["", letter, letter + name[at]]) + name[at + 1 :]


def test_whatever_is_near_has_a_slip_in_common() -> None:
    random, near = Random(3), 0
    for _ in range(3000):
        name = "".join(random.choices("abcde", k=random.choice([3, 4, 5, 6, 8, 12, 26])))
        typed = slip(random, slip(random, name)) if random.random() < 0.8 else slip(random, name)
        if typed and closest(typed, [name]):
            near += 1
            assert set(slips_of(typed)) & set(slips_of(name)), (typed, name)
    assert near > 2000


def test_a_long_name_has_no_more_slips_than_one_of_ten_letters_and_each_is_a_number_of_postgresql() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    counts = {length: len(slips_of(letters[:length])) for length in (1, 2, 3, 9, 10, 26)}
    assert counts == {1: 0, 2: 1, 3: 4, 9: 46, 10: 56, 26: 56}
    assert all(-(1 << 31) <= number < 1 << 31 for number in slips_of("gonzalez"))


@pytest.mark.parametrize(("number", "key"), [("MS-204417", "MS204417"), (" ms 204417 ", "MS204417")])
def test_a_number_is_compared_without_its_punctuation(number: str, key: str) -> None:
    assert number_key(number) == key
    assert is_number(number)


def test_a_range_holds_what_begins_so_and_nothing_else() -> None:
    low, high = KeyRange.beginning(NameKey("lop", "")).last
    assert all(low <= key < high for key in ("lop", "lopez", "lopž"))
    assert not any(low <= key < high for key in ("lo", "loq", "lz"))
