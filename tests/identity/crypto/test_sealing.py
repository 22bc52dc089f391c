"""Sealed values open only in their own place; marks match without opening."""

import pytest

from services.identity.crypto.sealing import RootKeyMalformed, SealBroken, Vault, new_root_key, read_root_keys

ROOT, NEW_ROOT = read_root_keys(new_root_key())[0], read_root_keys(new_root_key())[0]
SSN = b"123456789"


def test_a_sealed_value_opens_in_its_own_place() -> None:
    vault = Vault([ROOT])
    assert vault.open(vault.seal(SSN, about="person/1/ssn"), about="person/1/ssn") == SSN


def test_sealing_twice_shows_nothing_in_common() -> None:
    vault = Vault([ROOT])
    one, other = (vault.seal(SSN, about="person/1/ssn") for _ in range(2))
    assert one != other
    assert SSN not in one


def test_a_value_copied_to_another_row_does_not_open() -> None:
    vault = Vault([ROOT])
    with pytest.raises(SealBroken):
        vault.open(vault.seal(SSN, about="person/1/ssn"), about="person/2/ssn")


@pytest.mark.parametrize("place", [0, 5, 20, -1])
def test_an_altered_value_does_not_open(place: int) -> None:
    vault = Vault([ROOT])
    sealed = bytearray(vault.seal(SSN, about="x"))
    sealed[place] ^= 1
    with pytest.raises(SealBroken):
        vault.open(bytes(sealed), about="x")


@pytest.mark.parametrize("cut", [b"", b"abc", b"abcd123"])
def test_a_stump_does_not_open(cut: bytes) -> None:
    with pytest.raises(SealBroken):
        Vault([ROOT]).open(cut, about="x")


def test_a_rotated_root_opens_the_old_and_keeps_the_marks() -> None:
    old, rotated = Vault([ROOT]), Vault([NEW_ROOT, ROOT])
    assert rotated.open(old.seal(SSN, about="x"), about="x") == SSN
    assert rotated.mark("ssn", "123456789") == old.mark("ssn", "123456789")
    with pytest.raises(SealBroken):
        old.open(rotated.seal(SSN, about="x"), about="x")


def test_marks_are_equal_only_for_one_kind_value_and_key() -> None:
    vault = Vault([ROOT])
    marks = {
        vault.mark("ssn", "6789"),
        vault.mark("last_four", "6789"),
        vault.mark("ssn", "6780"),
        Vault([NEW_ROOT]).mark("ssn", "6789"),
    }
    assert len(marks) == 4
    assert vault.mark("ssn", "") == ""


@pytest.mark.parametrize("text", ["", "not base64!", "c2hvcnQ="])
def test_a_malformed_root_key_is_named_and_not_repeated(text: str) -> None:
    with pytest.raises(RootKeyMalformed, match="ELMS_IDENTITY_KEY") as caught:
        read_root_keys(text)
    assert not text or text not in str(caught.value)
