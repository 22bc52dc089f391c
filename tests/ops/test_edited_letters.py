"""A dead letter's edited copy takes effect only when a second operator confirms it; the audit trail keeps both."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import httpx
import orjson
import pytest

from services.credentials.app import service as credentials
from shared.contracts.topics import RECEIVED_CREDITS, Kind
from shared.database import fetch
from shared.errors import Refused
from shared.ids import PersonId, new_id
from shared.testing.system import System
from shared.tokens import Role
from shared.web.editing import edited, is_editable, leaves
from tests.conftest import MakeSystem

VALUE = {"amount": {"unit": "ceu", "amount": "1"}, "periods": [{"until": "2026-06-30"}], "copies": 2, "told": None,
         "done": False}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "text", "after"),
    [
        ("amount.unit", "semi", {"unit": "semi", "amount": "1"}),
        ("amount.amount", "2", {"unit": "ceu", "amount": "2"}),
        ("periods.0.until", "2031-06-30", [{"until": "2031-06-30"}]),
        ("copies", "3", 3),
        ("done", "true", True),
        ("told", "2026-01-01", "2026-01-01"),
        ("told", "7", 7),
    ],
)
def test_a_copy_has_one_other_value_of_the_same_kind(path: str, text: str, after: Any) -> None:
    assert edited(VALUE, {path: text}) == VALUE | {path.split(".", maxsplit=1)[0]: after}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount": "1"}, "There is no single value at amount."),
        ({"nothing": "1"}, "There is no single value at nothing."),
        ({"copies": "three"}, "copies must be a whole number."),
        ({"done": "1"}, "done must be true or false."),
        ({"copies": "2"}, "Change at least one value."),
    ],
)
def test_a_copy_that_cannot_be_is_refused_by_name(changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        edited(VALUE, changes)


def test_every_single_value_has_a_path() -> None:
    assert leaves(VALUE) == {
        "amount.unit": "ceu", "amount.amount": "1", "periods.0.until": "2026-06-30", "copies": 2, "told": None,
        "done": False,
    }  # fmt: skip


@dataclass
class Letters:
    """Credentials with a credit that cannot be read, and a good one of the same educator parked behind it."""

    system: System
    person: PersonId
    letter: int = 0

    async def ask(self, operator: str, path: str, body: Any = None, **params: Any) -> httpx.Response:
        return await self.system.ask(
            "GET" if body is None else "POST", "credentials", f"/operations/dead-letters/{self.letter}{path}",
            operator, json=body, params=params,
        )  # fmt: skip

    async def shown(self, operator: str) -> dict[str, Any]:
        return dict((await self.ask(operator, "")).json())

    async def rows(self, sql: str) -> list[Any]:
        async with self.system.processes["credentials"][0].runtime.database.begin() as connection:
            return list(await fetch(connection, sql))


@pytest.fixture
async def letters(make_system: MakeSystem) -> AsyncIterator[Letters]:
    yield await broken(make_system)


async def broken(make_system: MakeSystem, **headers: str) -> Letters:
    """With other headers of the credit that cannot be read, too; an empty one is left out."""
    system = await make_system(credentials, seal_key="MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
    made = Letters(system, PersonId(new_id()))
    await _award(made, "Literacy", "a half", **headers)
    await _award(made, "Numeracy", "1")
    end = time.monotonic() + 90
    while len(found := await made.rows("SELECT id, state FROM dead_letter ORDER BY id")) < 2:
        assert time.monotonic() < end, "no dead letter appeared"
        await asyncio.sleep(0.1)
    assert [row.state for row in found] == ["dead", "parked"]
    made.letter = found[0].id
    return made


async def _award(to: Letters, title: str, amount: str, **other: str) -> None:
    event = new_id()
    value = {
        "person_id": str(to.person), "credit_id": str(new_id()), "receipt_id": str(new_id()), "agency": "mde",
        "reference": title, "amount": {"unit": "ceu", "amount": amount}, "contact_hours": None, "title": title,
        "provider": "MDE", "started_on": None, "completed_on": "2025-05-03",
    }  # fmt: skip
    said = {"specversion": "1.0", "id": str(event), "type": "elms.exchange.CreditAwarded.v1",
            "source": "/services/exchange", "sequence": "1", "time": "2026-03-04T15:00:00Z"}  # fmt: skip
    headers = [(f"ce_{name}", text.encode()) for name, text in (said | other).items() if text]
    key = str(to.person).encode()
    await to.system.publish(RECEIVED_CREDITS.name, orjson.dumps(value), key=key, headers=headers)


async def test_an_edited_copy_takes_effect_once_a_second_person_confirms_and_the_audit_keeps_both(
    letters: Letters,
) -> None:
    ann, ben = (letters.system.token(new_id(), name, Role("operator")) for name in ("Ann Ops", "Ben Ops"))
    shown = await letters.shown(ann)
    assert (shown["editable"], shown["proposal"]) == (True, None)
    wrong = await letters.ask(ann, "/edits", {"changes": {"amount.amount": "half"}, "reason": "typed wrong"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "changes")
    fine = await letters.ask(ann, "/edits", {"changes": {"amount.amount": "0.5"}, "reason": "typed wrong"})
    assert fine.status_code == 204, fine.text
    proposal = (await letters.shown(ben))["proposal"]
    assert (proposal["by_name"], proposal["reason"]) == ("Ann Ops", "typed wrong")
    assert proposal["changes"] == [{"path": "amount.amount", "before": "█" * 6, "after": "0.5"}]
    confirm = f"/edits/{proposal['id']}/confirm"
    own = await letters.ask(ann, confirm, {})
    assert (own.status_code, own.json()["code"]) == (422, "second-person-needed")
    assert await letters.rows("SELECT 1 FROM credit") == []
    done = await letters.ask(ben, confirm, {})
    assert (done.status_code, done.json()) == (200, {"handled": 2})
    found = await letters.rows("SELECT title, amount FROM credit ORDER BY title")
    assert [(row.title, str(row.amount)) for row in found] == [("Literacy", "0.5"), ("Numeracy", "1")]
    assert (await letters.ask(ben, confirm, {})).status_code == 409
    audit = await letters.rows("SELECT action, detail FROM audit WHERE action LIKE 'dead letter edit %' ORDER BY id")
    assert [(row.action.rpartition(" ")[2], row.detail["by_name"]) for row in audit] == [
        ("proposed", "Ann Ops"), ("confirmed", "Ben Ops"),
    ]  # fmt: skip
    assert audit[0].detail["sealed"]
    assert "0.5" not in str(audit[0].detail)


async def test_a_header_is_edited_as_a_value_is_but_never_an_id_that_can_be_read(make_system: MakeSystem) -> None:
    letters = await broken(make_system, time="")
    ann, ben = (letters.system.token(new_id(), name, Role("operator")) for name in ("Ann Ops", "Ben Ops"))
    assert (await letters.shown(ann))["editable_headers"] == ["ce_type", "ce_time", "ce_sequence", "ce_causationid"]
    value, time = {"amount.amount": "0.5"}, {"header:ce_time": "2026-03-04T15:00:00Z"}

    async def refused(changes: dict[str, str]) -> tuple[str, str]:
        answer = (await letters.ask(ann, "/edits", {"changes": changes, "reason": "cut off"})).json()
        return answer["field"], answer["detail"]

    assert await refused(value) == ("changes", "The edited copy can't be read: headers: no ce_time")
    assert await refused(value | {"header:ce_time": "noon"}) == (
        "changes", "The edited copy can't be read: headers: ce_time is no time with its zone",
    )  # fmt: skip
    assert (await refused({"header:ce_id": str(new_id())}))[0] == "header:ce_id"
    assert (await letters.ask(ann, "/edits", {"changes": value | time, "reason": "cut off"})).status_code == 204
    proposal = (await letters.shown(ben))["proposal"]
    assert {"path": "header:ce_time", "before": None, "after": "2026-03-04T15:00:00Z"} in proposal["changes"]
    done = await letters.ask(ben, f"/edits/{proposal['id']}/confirm", {})
    assert (done.status_code, done.json()) == (200, {"handled": 2})


async def test_a_proposal_is_withdrawn_or_replaced_and_only_the_one_that_was_seen_is_confirmed(
    letters: Letters,
) -> None:
    ann, ben = (letters.system.token(new_id(), name, Role("operator")) for name in ("Ann Ops", "Ben Ops"))
    body = {"changes": {"amount.amount": "0.5"}, "reason": "typed wrong"}
    await letters.ask(ann, "/edits", body)
    first = (await letters.shown(ben))["proposal"]["id"]
    await letters.ask(ann, "/edits", body | {"changes": {"amount.amount": "5"}})
    second = (await letters.shown(ben))["proposal"]["id"]
    assert (await letters.ask(ben, f"/edits/{first}/confirm", {})).status_code == 409
    assert (await letters.ask(ben, f"/edits/{second}/withdraw", {})).status_code == 204
    assert (await letters.shown(ben))["proposal"] is None
    assert (await letters.ask(ben, f"/edits/{second}/confirm", {})).status_code == 409
    assert await letters.rows("SELECT 1 FROM credit") == []
    educator = letters.system.token(new_id(), "Rosa", Role("educator"))
    assert (await letters.ask(educator, "/edits", body)).status_code == 403


@pytest.mark.parametrize(("kind", "editable"), [("inbound", False), ("facts", True)])
def test_what_an_agency_said_at_the_door_is_never_edited(kind: str, editable: bool) -> None:
    subscription = SimpleNamespace(name="c", topic=SimpleNamespace(kind=Kind(kind)))
    runtime = cast("Any", SimpleNamespace(subscriptions=(subscription,)))
    assert is_editable(runtime, cast("Any", SimpleNamespace(consumer="c", state="dead"))) is editable
