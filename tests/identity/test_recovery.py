"""Getting back in: a PIN to the owner's address, and nothing for anybody else."""

import re
import time
from typing import Any

import pytest

from services.identity.api.context import QUIET_SECONDS
from services.identity.commands import accounts
from services.identity.crypto.pins import PIN_TRIES
from tests.identity.conftest import PASSWORD, House, OpenHouse

NEW_PASSWORD = "copper lantern over the bay"


async def ask(house: House, user: str = "e.rosa") -> Any:
    return await house.post("/recoveries", {"user_id": user})


async def mailed_pin(house: House) -> str:
    await house.system.drain()
    found = re.search(r"(\d{4} \d{4})", str(house.mails()[-1].get_payload()))
    assert found
    return found[1]


async def recover(house: House, pin: str, user: str = "e.rosa", password: str = NEW_PASSWORD, hint: str = "") -> Any:
    body = {"user_id": user, "pin": pin, "new_password": password, "hint_answer": hint}
    return await house.post("/recoveries/password", body)


async def test_a_mailed_pin_sets_a_new_password_once_and_ends_all_sessions(house: House) -> None:
    session = (await house.post("/sign-in", {"user_id": "e.rosa", "password": PASSWORD})).json()["session"]
    await ask(house)
    pin = await mailed_pin(house)
    assert house.mails()[-1]["To"] == "e.rosa@example.org"
    assert (await recover(house, pin)).status_code == 204
    assert (await house.post("/sign-in", {"user_id": "e.rosa", "password": NEW_PASSWORD})).status_code == 200
    assert (await house.post("/sessions/refresh", {"session": session})).status_code == 401
    assert (await recover(house, pin, password="another harbor light")).status_code == 422
    await house.system.drain()
    assert [mail["Subject"] for mail in house.mails()] == ["Your PIN", "Your password was changed"]


async def test_asking_is_answered_alike_for_everybody(house: House) -> None:
    known, unknown = await ask(house), await ask(house, "nobody")
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    assert known.json()["detail"].startswith("If we hold an account for that, a PIN is on its way.")


@pytest.mark.parametrize("user", ["e.rosa", "nobody"])
async def test_asking_takes_a_time_that_hides_what_was_found(house: House, user: str) -> None:
    began = time.perf_counter()
    await ask(house, user)
    assert time.perf_counter() - began >= QUIET_SECONDS


async def test_the_pin_stands_nowhere_in_the_clear(house: House) -> None:
    await ask(house)
    pin = (await mailed_pin(house)).replace(" ", "")
    for table in ("pin", "effect", "audit", "outbox"):
        assert pin not in str(await house.rows(f"SELECT * FROM {table}"))


async def test_only_so_many_guesses(house: House) -> None:
    await ask(house)
    pin = await mailed_pin(house)
    for _ in range(PIN_TRIES):
        wrong = await recover(house, "0000 0000")
        assert (wrong.status_code, wrong.json()["code"], wrong.json()["field"]) == (422, "pin-wrong", "pin")
    assert (await recover(house, pin)).json() == wrong.json()


async def test_a_pin_is_of_one_account(house: House) -> None:
    await ask(house)
    pin = await mailed_pin(house)
    assert (await recover(house, pin, user="e.paul")).status_code == 422
    assert (await recover(house, pin, user="nobody")).status_code == 422
    assert (await recover(house, pin)).status_code == 204


async def test_an_old_pin_opens_nothing(house: House) -> None:
    await ask(house)
    pin = await mailed_pin(house)
    await house.rows("UPDATE pin SET expires_at = expires_at - CAST('21 minutes' AS interval) RETURNING 1")
    assert (await recover(house, pin)).status_code == 422


async def test_a_new_pin_replaces_the_one_before(house: House) -> None:
    await ask(house)
    first = await mailed_pin(house)
    await ask(house)
    second = await mailed_pin(house)
    assert (await recover(house, first)).status_code == 422
    assert (await recover(house, second)).status_code == 204


async def test_a_password_that_the_rules_refuse_does_not_use_the_pin_up(house: House) -> None:
    await ask(house)
    pin = await mailed_pin(house)
    refused = await recover(house, pin, password=PASSWORD)
    assert (refused.json()["code"], refused.json()["field"]) == ("password-used-before", "new_password")
    assert (await recover(house, pin)).status_code == 204


async def test_nobody_is_flooded_with_pins(house: House) -> None:
    answers = [await ask(house) for _ in range(accounts.PINS_PER_ACCOUNT.tries + 2)]
    assert len({answer.text for answer in answers}) == 1
    await house.system.drain()
    assert len(house.mails()) <= accounts.PINS_PER_ACCOUNT.tries


async def test_an_administrators_reset_goes_to_the_owner_alone(house: House) -> None:
    answer = await house.post(f"/people/{house.people['e.rosa']}/reset-link", by="l.admin")
    assert answer.status_code == 202
    assert not re.search(r"\d{8}", answer.text)
    pin = await mailed_pin(house)
    assert house.mails()[-1]["To"] == "e.rosa@example.org"
    assert (await recover(house, pin)).status_code == 204


@pytest.mark.parametrize(("by", "status"), [("p.super", 404), ("e.paul", 404), ("l.lee", 404), ("", 401)])
async def test_nobody_else_starts_a_reset(house: House, by: str, status: int) -> None:
    assert (await house.post(f"/people/{house.people['e.rosa']}/reset-link", by=by)).status_code == status


async def test_without_an_address_nothing_is_mailed_and_the_trail_says_so(house: House) -> None:
    await house.rows("UPDATE person SET email = NULL RETURNING 1")
    await ask(house)
    await house.system.drain()
    assert house.mails() == []
    assert await house.rows("SELECT 1 FROM audit WHERE action = 'mail.no_address'")


async def test_massachusetts_asks_for_the_hint_beside_the_pin(open_house: OpenHouse) -> None:
    house = await open_house("massachusetts")
    created = {
        "name": {"first": "Grace", "last": "Hopper"},
        "birth_date": "1979-12-09",
        "ssn": "078051120",
        "contact": {"email": "grace@example.org", "language": "es"},
        "password": "seven paper lanterns",
        "hint_question": "First school?",
        "hint_answer": "Purvis Elementary 4",
    }
    user = (await house.post("/profiles", created)).json()["user_id"]
    await ask(house, user)
    pin = await mailed_pin(house)
    assert house.mails()[-1]["Subject"] == "Su PIN"
    assert (await recover(house, pin, user, hint="Jackson Elementary 4")).status_code == 422
    assert (await recover(house, pin, user, hint="purvis  ELEMENTARY 4")).status_code == 204
