"""Credits at the door: passed on once, answered always."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.exchange.app import service as exchange
from services.exchange.schedule import sweep_parked
from shared.contracts.values import Name
from shared.ids import PersonId, new_id
from shared.testing.system import System
from tests.conftest import MakeSystem
from tests.exchange import agency as a
from tests.machine import program

CREDITS = "inbound.mde.credits.v1"
PASSED_ON = "exchange.credits.facts.v1"


@pytest.fixture
async def system(make_system: MakeSystem) -> AsyncIterator[System]:
    yield await make_system(exchange, a.credentials)


async def say(system: System, event_id: str, name: str = "CreditsAwarded", **changes: Any) -> None:
    """Publishes on one key, so that the order holds."""
    value = a.award(**changes) if name == "CreditsAwarded" else a.recall(**changes)
    await system.publish(CREDITS, value, key=b"one", headers=a.headers(event_id, name))


async def answers(system: System) -> dict[str, list[tuple[Any, ...]]]:
    """The receipts of each event id, in their order: (type, field or code, text)."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for receipt in await a.receipts(system):
        found.setdefault(receipt["event_id"], []).append((receipt["type"], receipt.get("code", ""), receipt["text"]))
    return found


COUNTED = ("EventAccepted", "", "0.5 CEU counted toward 2025–2030")
TAKEN_BACK = ("EventAccepted", "", "taken back")


async def test_an_agencys_credit_is_passed_on_and_receipted_with_the_period_it_counts_toward(system: System) -> None:
    ana = a.person()
    await system.say(ana)
    await system.drain()
    await system.publish(CREDITS, a.award(), headers=a.headers())
    await system.drain()
    [fact] = await a.said(system, PASSED_ON)
    assert (fact["type"], fact["person_id"], fact["reference"]) == ("CreditAwarded", str(ana.person_id), "W-2231")
    [receipt] = await a.receipts(system)
    assert receipt["type"] == "EventAccepted"
    assert receipt["text"] == "0.5 CEU counted toward 2025–2030"
    assert (receipt["source"], receipt["event_id"], receipt["reference"]) == ("urn:mde:pd", "1", "W-2231")


async def test_any_kafka_client_will_do(system: System) -> None:
    """kcat publishes the credit and reads the receipt."""
    await system.say(a.person())
    await system.drain()
    headers = [part for name, value in a.headers() for part in ("-H", f"{name}={value.decode()}")]
    await kcat(system, "-P", "-t", system.topic_prefix + CREDITS, *headers, given=a.award())
    await system.drain()
    told = await kcat(system, "-C", "-e", "-q", "-t", system.topic_prefix + "outbound.mde.receipts.v1")
    assert json.loads(told)["text"] == "0.5 CEU counted toward 2025–2030"


async def kcat(system: System, *arguments: str, given: bytes = b"") -> bytes:
    """What kcat prints. It must succeed."""
    running = await asyncio.create_subprocess_exec(
        program("kcat"), "-b", system.kafka, *arguments, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await running.communicate(given)
    assert running.returncode == 0
    return told


async def test_each_event_is_answered_and_a_second_saying_has_no_second_effect(system: System) -> None:
    ana, maria = a.person(), a.person("10000025", "Lee", former_last_names=("Ng",))
    gone = a.person("10000033", "Ng", merged_into=maria.person_id)
    await system.say(ana, maria, gone, a.license_of(ana.person_id), a.license_of(gone.person_id, "300001"))
    await system.drain()
    by_license: dict[str, Any] = {"educator_number": None, "license_number": "245178", "last_name": "NUNEZ REED"}
    await say(system, "award")
    await say(system, "award")  # the same event again
    await say(system, "again", contact_hours=5.0)  # another event of the same content
    await say(system, "other", amount=1, contact_hours=10)
    await say(system, "theirs", educator_number="10000025")
    await say(system, "by license", **by_license, reference="W-2")
    await say(system, "wrong name", **by_license | {"last_name": "Smith"}, reference="W-3")
    await say(system, "merged", educator_number="10000033", license_number="300001", last_name="Ng", reference="W-4")
    await say(system, "not theirs", license_number="300001", reference="W-5")
    await say(system, "small", amount=0.3, contact_hours=3, reference="W-6")
    await say(system, "semi", unit="semi", reference="W-7")
    await say(system, "recall", "CreditsRecalled")
    await say(system, "recall", "CreditsRecalled")
    await say(system, "too late", reference="W-2231")
    await say(system, "early recall", "CreditsRecalled", reference="W-8")
    await say(system, "after it", reference="W-8")
    await system.drain()
    await sweep_parked(system.processes["exchange"][0].runtime)  # an award and its copy may have crossed
    await system.drain()

    found = await answers(system)
    assert set(found.pop("award")) == set(found.pop("again")) == {COUNTED}
    assert set(found.pop("recall")) == set(found.pop("early recall")) == {TAKEN_BACK}
    assert found.pop("by license") == found.pop("merged") == [COUNTED]
    assert {event: [code for _, code, _ in said] for event, said in found.items()} == {
        "other": ["reference-used"],
        "theirs": ["reference-of-another"],
        "wrong name": ["name-disagrees"],
        "not theirs": ["license-of-another"],
        "small": ["amount-too-small"],
        "semi": ["credit-not-usable"],
        "too late": ["reference-taken-back"],
        "after it": ["reference-taken-back"],
    }
    facts = [(fact["type"], fact.get("reference")) for fact in await a.said(system, PASSED_ON)]
    assert sorted(facts, key=str) == [
        ("CreditAwarded", "W-2"), ("CreditAwarded", "W-2231"), ("CreditAwarded", "W-4"), ("CreditAwarded", "W-7"),
        ("CreditTakenBack", None), ("CreditTakenBack", None),
    ]  # fmt: skip


async def test_a_credit_of_an_unknown_educator_waits_until_they_are_known(system: System) -> None:
    await say(system, "1")
    await say(system, "2", educator_number=None, license_number="245178", last_name="Reed", reference="W-2")
    await say(system, "3", "CreditsRecalled")
    await system.drain()
    assert {event: said[0][0] for event, said in (await answers(system)).items()} == dict.fromkeys("123", "EventParked")
    reed = a.person(last="Reed")
    await system.say(a.license_of(reed.person_id))
    await system.drain()
    assert await a.rows(system, "SELECT waits_kind FROM parked ORDER BY place") == [
        ("educator_number",), ("person",), ("educator_number",),
    ]  # fmt: skip
    await system.say(reed)
    await system.drain()
    found = await answers(system)
    assert found["2"][1:] == [COUNTED]
    assert found["3"][1:] == [TAKEN_BACK]
    assert await a.rows(system, "SELECT 1 FROM parked") == []


async def test_what_waited_until_its_deadline_is_refused_with_the_field(system: System) -> None:
    await say(system, "1", educator_number="99999999")
    await system.drain()
    runtime = system.processes["exchange"][0].runtime
    for days, expected in ((13.9, 1), (0.2, 2)):
        system.clock.move(days=days)
        await sweep_parked(runtime)
        await system.drain()
        assert len(await a.receipts(system)) == expected
    refusal = (await a.receipts(system))[-1]
    assert (refusal["type"], refusal["code"], refusal["field"]) == (
        "EventRefused", "educator-unknown", "educator_number",
    )  # fmt: skip
    await say(system, "2", educator_number="99999999")  # and the agency may try again
    await system.say(a.person("99999999", person_id=PersonId(new_id()), name=Name(first="Al", last="Fox")))
    await system.drain()
    await sweep_parked(runtime)  # they may have crossed
    await system.drain()
    assert (await answers(system))["2"][-1] == COUNTED


BAD: list[tuple[str, Any, Any]] = [
    ("ce_id", [], a.award()),
    ("ce_id", [("ce_id", None), ("ce_source", b"\xff"), ("ce_type", b"\0")], a.award()),
    ("ce_source", [("ce_id", b"\0\xfe"), ("ce_type", b"elms.inbound.CreditsAwarded.v1")], a.award()),
    ("ce_id", a.headers("x" * 5000), a.award()),
    ("ce_type", a.headers("type", "StaffAssigned"), a.award()),
    ("value", a.headers("tombstone"), None),
    ("value", a.headers("bytes"), b"\xff\x00"),
    ("value", a.headers("large"), b"x" * 200_000),
    ("title", a.headers("nul"), a.award(title="a\0b")),
    ("nickname", a.headers("unknown"), a.award(nickname="Al")),
    ("completed_on", a.headers("future"), a.award(completed_on="2026-03-05")),
    ("contact_hours", a.headers("hours"), a.award(contact_hours=6)),
]


async def test_what_cannot_be_taken_is_refused_with_its_field_and_blocks_nobody(system: System) -> None:
    await system.say(a.person())
    await system.drain()
    for _, headers, value in BAD:
        await system.publish(CREDITS, value, key=b"one", headers=headers)
    await say(system, "good")
    await system.drain()
    found = await a.receipts(system)
    assert sorted(r["field"] for r in found if r["type"] == "EventRefused") == sorted(field for field, _, _ in BAD)
    assert [r["event_id"] for r in found if r["type"] == "EventAccepted"] == ["good"]
    assert await a.rows(system, "SELECT 1 FROM dead_letter") == []
