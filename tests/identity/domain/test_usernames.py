"""User names: chosen or assigned."""

import pytest

from services.identity.domain.errors import UserNameLooksLikeSsn, UserNameMalformed, UserNameReserved
from services.identity.domain.usernames import assigned_candidates, check_chosen, uniqueness_key
from shared.contracts.values import Name
from shared.errors import Refused
from shared.policies import load

RULES = load("mississippi").accounts.user_names


@pytest.mark.parametrize("user_name", ["rgarcia", "Rosa.Garcia", "r_garcia-2026", "4teacher"])
def test_a_chosen_user_name_is_kept_as_written(user_name: str) -> None:
    assert check_chosen(user_name, RULES) == user_name


@pytest.mark.parametrize(
    ("user_name", "refusal"),
    [
        ("abc", UserNameMalformed),
        ("x" * 41, UserNameMalformed),
        ("rosa garcia", UserNameMalformed),
        ("rosa<script>", UserNameMalformed),
        (".rosa", UserNameMalformed),
        ("rosa\n", UserNameMalformed),
        ("123456789", UserNameLooksLikeSsn),
        ("123-45-6789", UserNameLooksLikeSsn),
        ("Administrator", UserNameReserved),
    ],
)
def test_a_user_name_outside_the_policy_is_refused_with_its_rule(user_name: str, refusal: type[Refused]) -> None:
    with pytest.raises(refusal) as caught:
        check_chosen(user_name, RULES)
    assert caught.value.field == "user_id"


def test_user_names_are_unique_regardless_of_case() -> None:
    assert uniqueness_key("RGarcia") == uniqueness_key("rgarcia")


def test_an_assigned_user_name_is_made_of_the_name_and_a_number() -> None:
    names = list(assigned_candidates(Name(first="Óscar", last="García-López"), [42, 12345]))
    assert names == ["ogarcialo0042", "ogarcialo12345"]


def test_a_name_without_latin_letters_still_gets_a_user_name() -> None:
    assert next(assigned_candidates(Name(first="'", last="-"), [7])) == "user0007"


def test_the_refusal_says_the_form_in_words() -> None:
    with pytest.raises(UserNameMalformed) as caught:
        check_chosen("a b", RULES)
    assert str(caught.value) == "Use 4 to 40 letters or digits, or . _ -, and begin with a letter or digit."
