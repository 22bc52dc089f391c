"""What a password must be."""

import pytest

from services.identity.domain.errors import PasswordAboutYou, PasswordCommon, PasswordTooLong, PasswordTooShort
from services.identity.domain.passwords import check, is_common
from shared.errors import Refused
from shared.policies import load

RULES = load("mississippi").accounts.passwords
ABOUT = ["Rosa García-López", "rgarcia", "Lamar County School District"]


@pytest.mark.parametrize(
    "password",
    [
        "seven paper lanterns",
        "Tr0ub4dor&3 at noon",
        "kelp-orbit-71",
        "🦉 owl at the river",
        "84729138473619",
        "x" * 3 + "correct staple battery" * 2,
        "pässwört-mäppe-71",
    ],
)
def test_long_odd_and_spaced_passwords_are_welcome(password: str) -> None:
    assert check(password, about=ABOUT, rules=RULES) == password


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("kelp-71", PasswordTooShort),
        ("k" + "elp-orbit-" * 13, PasswordTooLong),
        ("password", PasswordCommon),
        ("P@ssw0rd!", PasswordCommon),
        ("Dragon2024", PasswordCommon),
        ("letmein123", PasswordCommon),
        ("!!Football1", PasswordCommon),
        ("iloveyou99", PasswordCommon),
        ("qwertyuiop", PasswordCommon),
        ("1qaz2wsx3edc", PasswordCommon),
        ("12345678", PasswordCommon),
        ("06301978", PasswordCommon),
        ("abababababab", PasswordCommon),
        ("aaaaaaaaaaaa", PasswordCommon),
        ("dragonmonkey", PasswordCommon),
        ("mississippi1", PasswordCommon),
        ("garcialopez7", PasswordAboutYou),
        ("RosaRGarcia!", PasswordAboutYou),
        ("LamarCounty26", PasswordAboutYou),
    ],
)
def test_a_weak_password_is_refused_with_its_rule(password: str, refusal: type[Refused]) -> None:
    with pytest.raises(refusal) as caught:
        check(password, about=ABOUT, rules=RULES)
    assert caught.value.field == "password"
    assert password not in caught.value.data.values()


def test_sixty_four_characters_and_more_are_accepted() -> None:
    assert check("kelp orbit " * 10, rules=RULES)


def test_the_list_stands_for_more_than_the_three_thousand_that_asvs_asks_for() -> None:
    years = [f"{stem}{year}" for stem in ("dragon", "teacher", "monkey", "welcome") for year in range(1950, 2030)]
    marks = [f"{stem}{mark}" for stem in ("Sunshine", "Princess", "Baseball") for mark in ("1", "!", "123", "01!")]
    assert all(is_common(password) for password in years + marks)
