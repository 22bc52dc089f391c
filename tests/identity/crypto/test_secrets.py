"""Passwords, PINs and signed tokens."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet

from services.identity.crypto.passwords import PasswordVault, TooBusyToHash
from services.identity.crypto.pins import PIN_TRIES, KeptPin, issue_pin, mark_of_pin, one_time_password, opens
from services.identity.crypto.sealing import Vault, new_root_key, read_root_keys
from services.identity.crypto.tokens import Signer, new_signing_key
from shared.ids import new_id

VAULT = Vault(read_root_keys(new_root_key()))
NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
ACCOUNT = new_id()


@pytest.fixture(scope="module")
def passwords() -> PasswordVault:
    return PasswordVault(workers=1)


async def test_a_password_is_verified_exactly_as_typed(passwords: PasswordVault) -> None:
    encoded = await passwords.hash("Kelp orbit 71 ")
    assert encoded.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await passwords.verify(encoded, "Kelp orbit 71 ")
    for other in ("kelp orbit 71 ", "Kelp orbit 71", ""):
        assert not await passwords.verify(encoded, other)


async def test_without_an_account_no_password_fits(passwords: PasswordVault) -> None:
    assert not await passwords.verify(None, "nobody has this password")


async def test_a_former_password_is_recognised(passwords: PasswordVault) -> None:
    history = [await passwords.hash(word) for word in ("first kelp", "second kelp")]
    assert await passwords.was_used(history, "first kelp")
    assert not await passwords.was_used(history, "third kelp")


async def test_a_flood_is_told_to_come_back_instead_of_waiting() -> None:
    narrow = PasswordVault(workers=1, waiting=1)
    answers = await asyncio.gather(*(narrow.verify(None, "x") for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(answer, TooBusyToHash) for answer in answers) == 2
    assert not await narrow.verify(None, "x")


def kept(**change: object) -> tuple[str, KeptPin]:
    issued = issue_pin(VAULT, account_id=ACCOUNT, at=NOW, lifetime=timedelta(minutes=20))
    values: dict[str, object] = {"mark": issued.mark, "expires_at": issued.expires_at, **change}
    return mark_of_pin(VAULT, ACCOUNT, issued.pin), KeptPin(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "at", "expected"),
    [
        ({}, NOW, True),
        ({"tries": PIN_TRIES - 1}, NOW, True),
        ({"tries": PIN_TRIES}, NOW, False),
        ({"used": True}, NOW, False),
        ({}, NOW + timedelta(minutes=20), False),
        ({"mark": "0" * 64}, NOW, False),
    ],
)
def test_a_pin_works_once_in_time_with_tries_left(change: dict[str, object], at: datetime, expected: bool) -> None:
    given, on_file = kept(**change)
    assert opens(on_file, given, at=at) is expected


def test_a_pin_is_read_with_spaces_and_belongs_to_one_account() -> None:
    assert mark_of_pin(VAULT, ACCOUNT, "1234 5678") == mark_of_pin(VAULT, ACCOUNT, "12345678")
    assert mark_of_pin(VAULT, ACCOUNT, "12345678") != mark_of_pin(VAULT, new_id(), "12345678")
    assert not opens(None, mark_of_pin(VAULT, ACCOUNT, "12345678"), at=NOW)


def test_one_time_passwords_differ_and_are_readable() -> None:
    made = {one_time_password() for _ in range(100)}
    assert len(made) == 100
    assert not set("".join(made)) & set("ilo01")


def test_a_token_is_verified_by_the_published_keys_alone() -> None:
    signer = Signer(VAULT, [new_signing_key(VAULT, at=NOW)])
    published = KeySet.import_key_set(signer.public_keys())  # type: ignore[arg-type]
    token = signer.sign({"sub": "somebody"})
    read = jwt.decode(token, published, algorithms=["ES256"])
    assert (read.claims, read.header["typ"]) == ({"sub": "somebody"}, "at+jwt")
    assert all("d" not in key for key in signer.public_keys()["keys"])


def test_the_newest_key_signs_and_the_older_ones_still_verify() -> None:
    old, new = new_signing_key(VAULT, at=NOW), new_signing_key(VAULT, at=NOW + timedelta(days=30))
    before, after = Signer(VAULT, [old]), Signer(VAULT, [old, new])
    published = KeySet.import_key_set(after.public_keys())  # type: ignore[arg-type]
    assert jwt.decode(before.sign({"n": 1}), published, algorithms=["ES256"]).header["kid"] == old.key_id
    assert jwt.decode(after.sign({"n": 2}), published, algorithms=["ES256"]).header["kid"] == new.key_id


def test_a_token_of_another_key_is_refused() -> None:
    stranger = Signer(VAULT, [new_signing_key(VAULT, at=NOW)])
    ours = new_signing_key(VAULT, at=NOW)
    forged = Signer(VAULT, [ours]).sign({"sub": "x"}).rsplit(".", 1)[0] + "." + stranger.sign({}).rsplit(".", 1)[1]
    with pytest.raises(BadSignatureError):
        published = KeySet.import_key_set(Signer(VAULT, [ours]).public_keys())  # type: ignore[arg-type]
        jwt.decode(forged, published, algorithms=["ES256"])
