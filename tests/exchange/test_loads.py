"""Files of credits: shown before they load, loaded once, gone on with after a kill, taken back as a whole."""

import asyncio
import csv
import io
import time
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.exchange import schedule
from services.exchange.app import service as exchange
from services.exchange.commands import loads as commands
from services.exchange.domain import files
from shared.ids import new_id
from shared.testing.system import System
from shared.tokens import Role, ServiceKey
from tests.conftest import MakeSystem
from tests.exchange import agency as a

COLUMNS = "educator_number,license_number,last_name,reference,unit,amount,contact_hours,title,provider,completed_on"
NUMBERS = [f"{10000000 + n}" for n in range(50)]


def row(reference: str, number: str = NUMBERS[0], unit: str = "ceu", amount: str = "0.5", **more: str) -> str:
    cells = {
        "educator_number": number, "reference": reference, "unit": unit, "amount": amount, "title": '"Reading, early"',
        "provider": "North Institute", "completed_on": "2026-02-20",
    } | more  # fmt: skip
    return ",".join(cells.get(name, "") for name in COLUMNS.split(","))


def good(count: int, prefix: str = "G") -> list[str]:
    return [row(f"{prefix}-{n}", NUMBERS[n % len(NUMBERS)]) for n in range(count)]


BAD = [
    row("B-1", amount="0.3"),
    row("B-2", amount="lots"),
    row("", amount="1"),
    row("B-4", number="99999999"),  # not known yet
    row("B-5", unit="days"),
    row("G-0", title="Said twice"),
    row("B-7") + ",one cell too many",
    row("B-8", last_name="Somebody"),
    row("B-9", completed_on="2026-03-05"),
    row("B-10", contact_hours="50"),
    'B-11,"never closed',
]


def file(*rows: str) -> bytes:
    return "\r\n".join([COLUMNS, *rows, ""]).encode("utf-8-sig")


@pytest.fixture
async def system(make_system: MakeSystem) -> AsyncIterator[System]:
    made = await make_system(exchange, a.credentials)
    await made.say(*(a.person(number, "Reed") for number in NUMBERS))
    await made.drain()
    yield made


@pytest.fixture
def token(system: System) -> str:
    return system.token(new_id(), "Lou Ader", Role("loader"))


async def send(system: System, token: str, content: bytes, **options: Any) -> httpx.Response:
    return await system.ask("POST", "exchange", "/loads?agency=mde&name=may.csv", token, content=content, **options)


async def until(system: System, token: str, load: Any, state: str, **counts: int) -> dict[str, Any]:
    """The load, when it has come to a state and its counts."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        found: dict[str, Any] = (await system.get("exchange", f"/loads/{load['load_id']}", token)).json()
        if found["state"] in (state, "failed") and all(found[name] == count for name, count in counts.items()):
            break
        await asyncio.sleep(0.1)
    assert {name: found[name] for name in ("state", *counts)} == {"state": state} | counts, found["reason"]
    return found


async def load_it(system: System, token: str, load: Any) -> dict[str, Any]:
    await system.post("exchange", f"/loads/{load['load_id']}/load", token=token)
    return await until(system, token, load, "loaded", open=0)


async def test_a_file_is_shown_loaded_once_and_taken_back(system: System, token: str) -> None:
    content = file(*good(2500), *BAD)
    load = await until(system, token, (await send(system, token, content)).json(), "checked")
    assert {name: load[name] for name in ("rows", "new", "known", "waiting", "wrong")} == {
        "rows": 2511, "new": 2500, "known": 0, "waiting": 1, "wrong": 10,
    }  # fmt: skip
    found = [(mistake["row"] - 2501, mistake["field"]) for mistake in load["problems"]]
    assert found == [
        (1, "amount"), (2, "amount"), (3, "reference"), (4, "educator_number"), (5, "unit"), (6, "reference"),
        (7, "row"), (8, "last_name"), (9, "completed_on"), (10, "contact_hours"), (11, "row"),
    ]  # fmt: skip
    assert await a.said(system, "exchange.credits.facts.v1") == []  # nothing is loaded by looking

    await system.post("exchange", f"/loads/{load['load_id']}/load", token=token)
    load = await until(system, token, load, "loaded", open=0, parked=1)
    assert (load["said"], load["accepted"]) == (2501, 2500)
    await system.say(a.person("99999999", "Late"))
    load = await until(system, token, load, "loaded", open=0, parked=0, accepted=2501)
    assert len(load["problems"]) == 10

    again = await until(system, token, (await send(system, token, content)).json(), "checked")
    assert (again["new"], again["known"], again["waiting"], again["wrong"]) == (0, 2501, 0, 10)
    again = await load_it(system, token, again)
    assert again["said"] == 0

    path = f"/loads/{load['load_id']}/recall-preview"
    preview = (await system.get("exchange", path, token)).json()
    assert (preview["accepted"], preview["people"], preview["recalling"]) == (2501, 51, 0)
    await system.post("exchange", f"/loads/{load['load_id']}/recall", {"reason": "Sent by mistake"}, token)
    await until(system, token, load, "recalled")
    while (await system.get("exchange", path, token)).json()["recalling"]:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    load = await until(system, token, load, "recalled")
    assert load["taken_back"] == 2501
    assert Counter(fact["type"] for fact in await a.said(system, "exchange.credits.facts.v1")) == {
        "CreditAwarded": 2501, "CreditTakenBack": 2501,
    }  # fmt: skip
    third = await until(system, token, (await send(system, token, content)).json(), "checked")
    assert (third["new"], third["known"], third["wrong"]) == (0, 0, 2511)
    assert await a.receipts(system) == []


async def test_all_that_is_wrong_comes_as_a_file(system: System, token: str) -> None:
    content = file(*(row(f"=R-{n}", amount="0.3") for n in range(1500)))
    load = await until(system, token, (await send(system, token, content)).json(), "checked", wrong=1500)
    answer = await system.get("exchange", f"/loads/{load['load_id']}/errors.csv", token)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [int(r["Row"]) for r in rows] == list(range(2, 1502))
    assert rows[0] == {
        "Row": "2", "Field": "amount", "Problem": "0.3 CEU is too little; nothing under 0.5 CEU is accepted.",
        "Fix": "Leave it out; it cannot count.", "Reference": "'=R-0",
    }  # fmt: skip


async def test_what_refused_rows_were_refused_for_is_said_and_not_asked_again(system: System, token: str) -> None:
    content = file(row("S-1", unit="semi"), row("S-2"))
    load = await until(system, token, (await send(system, token, content)).json(), "checked", new=2)
    load = await load_it(system, token, load)
    assert (load["accepted"], load["refused"]) == (1, 1)
    assert [(m["row"], m["field"], m["problem"]) for m in load["problems"]] == [
        (2, "unit", "SEMI doesn't renew this license.")
    ]
    again = await until(system, token, (await send(system, token, content)).json(), "checked")
    assert (again["new"], again["known"], again["wrong"]) == (0, 1, 1)
    corrected = file(row("S-1", unit="ceu"))
    better = await until(system, token, (await send(system, token, corrected)).json(), "checked", new=1)
    assert (await load_it(system, token, better))["accepted"] == 1


async def test_a_load_that_is_killed_goes_on_and_doubles_nothing(
    system: System, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files.split, "__kwdefaults__", {"at_most": 100})
    killed = Counter[str]()
    move = commands._move

    async def kill_before_the_commit(work: Any, load: Any, chunk: Any, *rest: Any) -> None:
        await move(work, load, chunk, *rest)
        killed[load.state] += 1
        if killed[load.state] % 2:
            raise ConnectionError("killed before the commit")

    monkeypatch.setattr(commands, "_move", kill_before_the_commit)
    load = await until(system, token, (await send(system, token, file(*good(1000)))).json(), "checked", new=1000)
    load = await load_it(system, token, load)
    assert (load["said"], load["accepted"]) == (1000, 1000)
    assert killed["checking"] >= 20
    assert killed["loading"] >= 20
    facts = await a.said(system, "exchange.credits.facts.v1")
    assert Counter(fact["reference"] for fact in facts) == Counter(f"G-{n}" for n in range(1000))


async def test_a_load_rests_long_only_behind_a_chunk_from_which_something_follows(
    system: System, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked, work_one = [], schedule._work_one

    async def watched(runtime: Any, store: Any, load: Any) -> bool:
        worked.append((load.state, await work_one(runtime, store, load)))
        return worked[-1][1]

    monkeypatch.setattr(schedule, "_work_one", watched)
    for _ in range(2):
        load = await until(system, token, (await send(system, token, file(*good(3)))).json(), "checked")
        await load_it(system, token, load)
    assert worked == [("checking", False), ("loading", True), ("checking", False), ("loading", False)]


async def test_only_loaders_and_officers_load(system: System, token: str) -> None:
    for role, status in (("superintendent", 403), ("licensing_officer", 202)):
        other = system.token(new_id(), "Somebody", Role(role))
        assert (await send(system, other, file())).status_code == status
    assert (await send(system, "", file())).status_code == 401
    command = {"Service-Token": ServiceKey.of("operations", system.folder / "keys").sign(audience="exchange")}
    assert (await send(system, "", file(), headers=command)).status_code == 202  # `elms load`
    for query, field in (("agency=nobody", "agency"), ("agency=mde&kind=pets", "kind")):
        answer = await system.ask("POST", "exchange", f"/loads?{query}", token, content=file())
        assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_the_same_file_sent_again_with_its_key_is_the_same_load(system: System, token: str) -> None:
    sent = [await send(system, token, file(*good(3)), headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert sent[0].json()["load_id"] == sent[1].json()["load_id"]


async def test_what_is_not_possible_in_a_state_is_refused(system: System, token: str) -> None:
    load = await until(system, token, (await send(system, token, file())).json(), "checked", rows=0)
    path = f"/loads/{load['load_id']}"
    assert (await system.post("exchange", f"{path}/recall", {"reason": "Wrong file"}, token)).status_code == 409
    assert (await system.get("exchange", f"/loads/{new_id()}", token)).status_code == 404
    assert (await system.post("exchange", f"{path}/recall", {"reason": "x"}, token)).json()["field"] == "reason"
    assert schedule.MOST_UNSAID > files.ROWS
