"""What a person's own data must look like."""

from datetime import date

import pytest

from services.identity.domain.errors import BirthDateImpossible, ChangedByProof, LastFourMalformed
from services.identity.domain.numbers import (
    EDUCATOR_NUMBERS,
    check_last_four,
    check_ssn,
    educator_number,
    is_educator_number,
)
from services.identity.domain.people import (
    check_address,
    check_birth_date,
    check_email,
    check_name,
    check_phone,
    check_self_edit,
)
from shared.contracts.values import Address, Name
from shared.errors import Refused
from shared.policies import load

HOME = Address(line1=" 12  Elm St ", city="Jackson", state="ms", postal_code="39205-0771")


def test_an_address_is_tidied() -> None:
    assert check_address(HOME) == Address(line1="12 Elm St", city="Jackson", state="MS", postal_code="39205-0771")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"line1": " "}, "address.line1"),
        ({"city": ""}, "address.city"),
        ({"state": "Miss."}, "address.state"),
        ({"postal_code": "3920"}, "address.postal_code"),
    ],
)
def test_a_malformed_address_names_its_line(change: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as caught:
        check_address(HOME.model_copy(update=change))
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("name", "field"),
    [
        (Name(first="", last="Lee"), "name.first"),
        (Name(first="Wei", last="--"), "name.last"),
        (Name(first="Wei", last="L33"), "name.last"),
        (Name(first="Wei", last="Lee", middle="<b>"), "name.middle"),
    ],
)
def test_a_malformed_name_names_its_part(name: Name, field: str) -> None:
    with pytest.raises(Refused) as caught:
        check_name(name)
    assert caught.value.field == field


def test_one_letter_and_a_foreign_script_are_names() -> None:
    assert check_name(Name(first="U", last=" Ли ")) == Name(first="U", last="Ли")


@pytest.mark.parametrize(
    ("phone", "expected"),
    [("(601) 359-3483", "601-359-3483"), ("1.601.359.3483", "601-359-3483"), ("+44 20 7946 0000", "+442079460000")],
)
def test_phone_numbers_are_kept_in_one_form(phone: str, expected: str) -> None:
    assert check_phone(phone) == expected


@pytest.mark.parametrize("phone", ["359-3483", "call me", "+1 601 359"])
def test_a_phone_number_without_enough_digits_is_refused(phone: str) -> None:
    with pytest.raises(Refused):
        check_phone(phone)


@pytest.mark.parametrize("email", ["rosa", "rosa@", "@example.org", "a b@example.org", "rosa@example", "a@b..org"])
def test_what_is_no_email_address_is_refused(email: str) -> None:
    with pytest.raises(Refused):
        check_email(email)


def test_an_email_address_keeps_its_local_part() -> None:
    assert check_email(" Rosa@Example.ORG ") == "Rosa@example.org"


@pytest.mark.parametrize("ssn", ["000-12-3456", "666-12-3456", "900-12-3456", "123-00-4567", "123-45-0000", "12345678"])
def test_an_ssn_that_is_never_issued_is_refused_and_not_repeated(ssn: str) -> None:
    with pytest.raises(Refused) as caught:
        check_ssn(ssn)
    assert ssn not in str(caught.value)
    assert caught.value.field == "ssn"


def test_an_ssn_is_kept_as_nine_digits() -> None:
    assert check_ssn("123-45-6789") == "123456789"


@pytest.mark.parametrize("four", ["123", "12345", "abcd", "0000"])
def test_the_last_four_are_four_digits(four: str) -> None:
    with pytest.raises(LastFourMalformed):
        check_last_four(four)


@pytest.mark.parametrize("born", [date(1890, 1, 1), date(2020, 1, 1), date(2030, 1, 1)])
def test_an_impossible_birth_year_is_refused(born: date) -> None:
    with pytest.raises(BirthDateImpossible):
        check_birth_date(born, today=date(2026, 5, 1))


@pytest.mark.parametrize(("state", "refused"), [("mississippi", None), ("massachusetts", "name")])
def test_the_states_policy_says_whether_a_name_is_changed_by_proof(state: str, refused: str | None) -> None:
    editable = load(state).accounts.profiles.edits
    check_self_edit(["address", "phone"], editable=editable)
    if refused is None:
        check_self_edit(["name"], editable=editable)
        return
    with pytest.raises(ChangedByProof) as caught:
        check_self_edit(["name"], editable=editable)
    assert caught.value.field == refused


def test_an_educator_numbers_check_digit_finds_every_wrong_digit_and_every_swap() -> None:
    number = educator_number(3_141_592)
    assert is_educator_number(number)
    for place, digit in enumerate(number):
        for wrong in set("0123456789") - {digit}:
            assert not is_educator_number(number[:place] + wrong + number[place + 1 :])
    for place in range(len(number) - 1):
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert swapped == number or not is_educator_number(swapped)


@pytest.mark.parametrize("draw", [-1, EDUCATOR_NUMBERS])
def test_a_draw_outside_the_range_is_an_error(draw: int) -> None:
    with pytest.raises(ValueError, match="a draw is from 0"):
        educator_number(draw)


def test_the_states_prefix_stands_before_the_number() -> None:
    assert is_educator_number(educator_number(7, prefix="MS"), prefix="MS")
    assert not is_educator_number(educator_number(7), prefix="MS")
