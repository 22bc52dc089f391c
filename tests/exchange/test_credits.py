"""Credits at the door: passed on once, answered always."""

from collections.abc import AsyncIterator

import pytest

from services.exchange.app import service as exchange
from shared.testing.system import System
from tests.conftest import MakeSystem
from tests.exchange import agency as a

CREDITS = "inbound.mde.credits.v1"
PASSED_ON = "exchange.credits.facts.v1"


@pytest.fixture
async def system(make_system: MakeSystem) -> AsyncIterator[System]:
    yield await make_system(exchange, a.credentials)


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
