"""An answer that is heard before its record, as after a restore: the receipt comes to say it, whatever the order."""

import asyncio
from typing import Any

import pytest

from services.exchange.api.door import receipt_id_of
from services.exchange.app import service as exchange
from services.exchange.schedule import sweep_parked
from services.exchange.store import early
from shared.contracts import Event
from shared.contracts.credentials import CreditRecalled, CreditRecorded, CreditRefused
from shared.contracts.values import CreditAmount, Reason
from shared.ids import CreditId, PersonId, new_id
from shared.testing.system import System
from tests.conftest import MakeSystem
from tests.exchange import agency as a

CREDITS = "inbound.mde.credits.v1"
ANA = a.person()
WHOSE: dict[str, Any] = {
    "person_id": ANA.person_id,
    "credit_id": CreditId(new_id()),
    "receipt_id": receipt_id_of("mde", "urn:mde:pd", "1"),
}
RECORDED = CreditRecorded(
    **WHOSE, amount=CreditAmount(unit="ceu", amount=0.5), title="Reading", source="mde", counts_toward=a.PERIOD
)
REFUSED = CreditRefused(**WHOSE, reason=Reason(code="no-license", text="No license.", field="educator_number"))
RECALLED = CreditRecalled(**WHOSE, reason="The course was not held")


@pytest.fixture
async def system(make_system: MakeSystem) -> System:
    return await make_system(exchange)


async def time_goes_by(system: System) -> None:
    await sweep_parked(system.processes["exchange"][0].runtime)
    await system.drain()


async def receipts(system: System) -> list[tuple[Any, ...]]:
    return [(receipt["type"], receipt.get("code", ""), receipt["text"]) for receipt in await a.receipts(system)]


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("CreditsAwarded", RECORDED, ("EventAccepted", "", "0.5 CEU counted toward 2025–2030")),
        ("CreditsAwarded", REFUSED, ("EventRefused", "no-license", "No license.")),
        ("CreditsRecalled", RECALLED, ("EventAccepted", "", "taken back")),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Event) else "",
)
async def test_an_answer_that_comes_before_its_record_settles_it_as_one_that_comes_after(
    system: System, name: str, answer: Event, said: tuple[str, ...]
) -> None:
    value = a.award() if name == "CreditsAwarded" else a.recall()
    await system.say(ANA)
    await system.say(answer)
    await system.drain()
    await time_goes_by(system)
    await system.publish(CREDITS, value, key=b"one", headers=a.headers("1", name))
    await system.drain()
    await time_goes_by(system)
    assert await receipts(system) == [said]
    assert await a.rows(system, "SELECT 1 FROM early_answer") == []
    [kept] = await a.rows(system, "SELECT version FROM receipt")
    assert kept.version == 2


async def test_an_answer_that_crosses_with_its_record_settles_it(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record is committed after the answer looked for it, and before the answer is kept."""
    keep = early.keep

    async def keep_late(*given: Any) -> None:
        await system.publish(CREDITS, a.award(), key=b"one", headers=a.headers("1"))
        while not await a.rows(system, "SELECT 1 FROM receipt"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        await keep(*given)

    await system.say(ANA)
    await system.drain()
    monkeypatch.setattr(early, "keep", keep_late)
    await system.say(RECORDED)
    await system.drain()
    monkeypatch.setattr(early, "keep", keep)
    await time_goes_by(system)
    assert [kind for kind, *_ in await receipts(system)] == ["EventAccepted"]


async def test_an_answer_waits_while_its_record_is_parked(system: System) -> None:
    await system.publish(CREDITS, a.award(), key=b"one", headers=a.headers("1"))
    await system.drain()
    await system.say(RECORDED)
    await system.drain()
    await time_goes_by(system)
    assert [kind for kind, *_ in await receipts(system)] == ["EventParked"]
    await system.say(ANA)
    await system.drain()
    await time_goes_by(system)
    assert [kind for kind, *_ in await receipts(system)] == ["EventParked", "EventAccepted"]


async def test_the_receipt_is_said_under_the_id_that_its_answer_leads_to(system: System) -> None:
    """What follows is said under the same ids as before the restore: readers have it, and pass over it."""
    event_id = new_id()
    await system.say(ANA)
    await system.drain()
    await system.publish(CREDITS, a.award(), key=b"one", headers=a.headers("1"))
    await system.drain()
    await system.say(RECORDED, event_id=event_id)
    await system.drain()
    await a.rows(system, "DELETE FROM receipt RETURNING 1")
    await a.rows(system, "DELETE FROM inbox RETURNING 1")
    await system.say(RECORDED, event_id=event_id)
    await system.drain()
    await system.publish(CREDITS, a.award(), key=b"one", headers=a.headers("1"))
    await system.drain()
    await time_goes_by(system)
    said = [(dict(r.headers)["ce_id"], r.value) for r in await system.read("outbound.mde.receipts.v1")]
    assert len(said) == 2
    assert said[0] == said[1]


async def test_a_repeated_answer_to_a_settled_receipt_is_not_kept(system: System) -> None:
    await system.say(ANA)
    await system.drain()
    await system.publish(CREDITS, a.award(), key=b"one", headers=a.headers("1"))
    await system.drain()
    for _ in range(2):
        await system.say(RECORDED)
    await system.drain()
    assert len(await receipts(system)) == 1
    assert await a.rows(system, "SELECT 1 FROM early_answer") == []


async def test_an_answer_to_nobody_is_kept_and_says_nothing(system: System) -> None:
    await system.say(RECORDED.model_copy(update={"person_id": PersonId(new_id())}))
    await system.drain()
    await time_goes_by(system)
    assert await receipts(system) == []
    assert len(await a.rows(system, "SELECT 1 FROM early_answer")) == 1
