"""Sign-in, sessions, tokens: one answer for every way to be wrong."""

from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from services.identity.commands import accounts
from services.identity.crypto.passwords import PasswordVault
from tests.identity.conftest import PASSWORD, House

NEW_PASSWORD = "copper lantern over the bay"


async def sign_in(house: House, user: str = "e.rosa", password: str = PASSWORD) -> Any:
    return await house.post("/sign-in", {"user_id": user, "password": password})


async def test_a_sign_in_gives_a_session_and_a_token_that_the_published_keys_verify(house: House) -> None:
    answer = (await sign_in(house, "l.lee")).json()
    keys = KeySet.import_key_set((await house.get("/.well-known/jwks.json")).json())
    claims = jwt.decode(answer["access_token"], keys, algorithms=["ES256"]).claims
    assert (claims["iss"], claims["aud"], claims["sub"]) == ("elms-identity", "elms", str(house.people["l.lee"]))
    assert claims["exp"] - claims["iat"] == answer["expires_in"] <= 600
    roles = {(r["role"], r["organization_id"]) for r in answer["person"]["roles"]}
    assert roles == {("educator", None), ("superintendent", str(house.districts["3700"]))}


async def test_a_token_opens_ones_own_data(house: House) -> None:
    token = (await sign_in(house)).json()["access_token"]
    house.system.processes["identity"][0].app.state.verifier.trust(
        KeySet([])
    )  # as a fresh process, which asks for the keys
    me = await house.system.get("identity", "/me", token)
    assert me.status_code == 200
    assert me.json()["user_id"] == "e.rosa"
    assert "ssn" not in me.text and "birth" not in me.text


@pytest.mark.parametrize(
    ("user", "password"),
    [("e.rosa", "wrong"), ("e.rosa", PASSWORD.upper()), ("E.Rosa", PASSWORD), ("nobody", PASSWORD), ("e.rosa", " ")],
)
async def test_every_wrong_sign_in_is_answered_alike(house: House, user: str, password: str) -> None:
    answer = await sign_in(house, user, password)
    assert answer.status_code == 401
    assert answer.json()["detail"] == "That User ID and password don't match. Both are case-sensitive."
    assert answer.json()["field"] == "password"


@pytest.mark.parametrize("user", ["e.rosa", "nobody"])
async def test_a_sign_in_hashes_once_whether_or_not_there_is_an_account(
    house: House, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hashing is what takes long: without it an answer would tell that there is no such account."""
    hashed: list[str] = []
    fits = PasswordVault._fits
    monkeypatch.setattr(PasswordVault, "_fits", lambda *given: hashed.append(given[1]) or fits(*given))
    await sign_in(house, user, "wrong")
    assert [encoded.partition(",")[0] for encoded in hashed] == ["$argon2id$v=19$m=19456"]


@pytest.mark.parametrize("user", ["e.rosa", "nobody.at.all"])
async def test_too_many_tries_are_answered_alike_with_and_without_an_account(house: House, user: str) -> None:
    for _ in range(accounts.PER_ACCOUNT.tries):
        assert (await sign_in(house, user, "wrong")).status_code == 401
    answer = await sign_in(house, user, PASSWORD)
    assert answer.status_code == 429
    assert answer.json()["detail"].startswith("Too many tries. Wait until ")
    assert (await sign_in(house, "e.paul")).status_code == 200


async def test_a_success_forgets_the_tries_before_it(house: House) -> None:
    for _ in range(accounts.PER_ACCOUNT.tries + 2):
        assert (await sign_in(house)).status_code == 200


async def test_a_session_gives_tokens_until_it_is_ended(house: House) -> None:
    session = (await sign_in(house)).json()["session"]
    assert (await house.post("/sessions/refresh", {"session": session})).json()["access_token"]
    assert (await house.post("/sign-out", {"session": session})).status_code == 204
    assert (await house.post("/sessions/refresh", {"session": session})).status_code == 401


@pytest.mark.parametrize(
    ("column", "by"), [("last_used_at", accounts.IDLE), ("ends_at", accounts.ABSOLUTE + timedelta(seconds=1))]
)
async def test_a_session_ends_by_idleness_and_by_age(house: House, column: str, by: timedelta) -> None:
    session = (await sign_in(house)).json()["session"]
    await house.rows(f"UPDATE session SET {column} = {column} - CAST(:by AS interval) RETURNING 1", by=by)
    answer = await house.post("/sessions/refresh", {"session": session})
    assert (answer.status_code, answer.json()["code"]) == (401, "session-over")


async def test_a_sessions_secret_is_kept_nowhere(house: House) -> None:
    session = (await sign_in(house)).json()["session"]
    assert session not in str(await house.rows("SELECT * FROM session"))
    assert session not in str(await house.rows("SELECT * FROM audit"))


async def test_a_changed_password_ends_all_other_sessions(house: House) -> None:
    here, elsewhere = [(await sign_in(house)).json()["session"] for _ in range(2)]
    body = {"session": here, "current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert (await house.post("/password", body)).status_code == 204
    assert (await house.post("/sessions/refresh", {"session": here})).status_code == 200
    assert (await house.post("/sessions/refresh", {"session": elsewhere})).status_code == 401
    assert (await sign_in(house)).status_code == 401
    assert (await sign_in(house, password=NEW_PASSWORD)).status_code == 200


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (PASSWORD, "password-used-before"),
        ("short", "password-too-short"),
        ("Password123!", "password-common"),
        ("ENARosa1980", "password-about-you"),
    ],
)
async def test_a_new_password_follows_the_rules(house: House, new: str, code: str) -> None:
    session = (await sign_in(house)).json()["session"]
    body = {"session": session, "current_password": PASSWORD, "new_password": new}
    answer = await house.post("/password", body)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, code, "new_password")


async def test_no_former_password_is_used_again(house: House) -> None:
    session = (await sign_in(house)).json()["session"]
    for current, new, expected in ((PASSWORD, NEW_PASSWORD, 204), (NEW_PASSWORD, PASSWORD, 422)):
        body = {"session": session, "current_password": current, "new_password": new}
        assert (await house.post("/password", body)).status_code == expected


async def test_the_old_password_is_needed_to_set_a_new_one(house: House) -> None:
    session = (await sign_in(house)).json()["session"]
    body = {"session": session, "current_password": "wrong", "new_password": NEW_PASSWORD}
    answer = await house.post("/password", body)
    assert (answer.status_code, answer.json()["field"]) == (401, "current_password")


async def test_an_assigned_password_is_changed_before_anything_else(house: House) -> None:
    await house.rows("UPDATE account SET must_change = true RETURNING 1")
    signed_in = (await sign_in(house)).json()
    assert (signed_in["access_token"], signed_in["must_change_password"]) == (None, True)
    session = signed_in["session"]
    assert (await house.post("/sessions/refresh", {"session": session})).json()["access_token"] is None
    body = {"session": session, "current_password": PASSWORD, "new_password": NEW_PASSWORD}
    await house.post("/password", body)
    assert (await house.post("/sessions/refresh", {"session": session})).json()["access_token"]


async def test_a_role_that_was_taken_away_is_gone_from_the_next_token(house: House) -> None:
    session = (await sign_in(house, "l.lee")).json()["session"]
    await house.rows("UPDATE role_grant SET last_day = '2026-03-03' RETURNING 1")
    person = (await house.post("/sessions/refresh", {"session": session})).json()["person"]
    assert [role["role"] for role in person["roles"]] == ["educator"]
