"""When two spellings are one name."""

import pytest

from services.identity.domain.names import name_key, normalised, same_name
from shared.contracts.values import Name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O'Brien", "OBRIEN"),
        ("O’Brien", "O Brien"),
        ("García-López", "garcia lopez"),
        ("Núñez", "NUNEZ"),
        ("Straße", "Strasse"),
        ("Søren", "Soren"),
        ("St. John", "St John"),
        ("  Lee ", "lee"),
    ],
)
def test_case_accents_hyphens_and_apostrophes_do_not_tell_names_apart(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(("one", "other"), [("Lopez", "Lopes"), ("Ann", "Anne"), ("Smith", "Smyth")])
def test_another_letter_is_another_name(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Name(first="Ana", last="Cruz"), Name(first="ANA", last="Cruz Jr."), True),
        (Name(first="Ana", last="Cruz", middle="M."), Name(first="Ana", last="Cruz", middle="Maria"), True),
        (Name(first="Ana", last="Cruz", middle="Maria"), Name(first="Ana", last="Cruz"), True),
        (Name(first="Ana", last="Cruz", middle="Maria"), Name(first="Ana", last="Cruz", middle="Luisa"), False),
        (Name(first="Ana", last="Cruz", middle="L"), Name(first="Ana", last="Cruz", middle="Maria"), False),
        (Name(first="Ana", last="Cruz"), Name(first="Eva", last="Cruz"), False),
        (Name(first="Mary", last="Ann"), Name(first="Ann", last="Mary"), False),
    ],
)
def test_first_and_last_must_agree_and_the_middle_must_not_contradict(one: Name, other: Name, expected: bool) -> None:
    assert same_name(one, other) is expected
    assert same_name(other, one) is expected


def test_a_suffix_alone_is_still_a_surname() -> None:
    assert name_key(Name(first="Wei", last="Sr")) == "sr wei"
