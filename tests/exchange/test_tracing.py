"""One trace from an agency's request, over Kafka through two services, to the call that answers the agency."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from aiokafka import ConsumerRecord

from ops.local.ports import free_port
from services.credentials.app import service as credentials
from services.exchange.app import service as exchange
from services.exchange.commands import receipts
from shared.contracts import Event
from shared.contracts.exchange import EventAccepted
from shared.ids import ReceiptId, new_id
from shared.messaging.inbound import decode
from shared.messaging.work import Work
from shared.settings import Settings
from shared.telemetry import new_trace
from shared.testing.system import System
from tests.conftest import MakeSystem
from tests.exchange import agency as a
from tests.exchange.test_door import event, key_of

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
GIVEN = f"00-{TRACE}-00f067aa0ba902b7-01"


class Receiver:
    """An agency's own system, which takes receipts; the first time it is busy."""

    def __init__(self) -> None:
        self.got: list[dict[str, str]] = []
        self.satisfied = asyncio.Event()
        self.port = free_port()

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head)}
        await reader.readexactly(int(headers["content-length"]))
        self.got.append(headers)
        writer.write(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % (200 if len(self.got) > 1 else 503))
        writer.close()
        if len(self.got) > 1:
            self.satisfied.set()


async def traces_on(system: System, topic: str) -> list[tuple[str, str]]:
    """Of each event on a topic, its type's name and its trace."""
    found = [dict(record.headers) for record in await system.read(topic)]
    return [(each["ce_type"].decode().split(".")[2], each["traceparent"].decode().split("-")[1]) for each in found]


async def test_each_webhook_of_a_batch_is_called_in_the_trace_of_its_own_event(monkeypatch: pytest.MonkeyPatch) -> None:
    async def everybody(_work: Work) -> frozenset[str]:
        return frozenset({"mde"})

    monkeypatch.setattr(receipts.webhooks, "find_active", everybody)
    now, traces = datetime.now(UTC), [new_trace() for _ in range(3)]
    work = Work(None, "exchange", now, Settings().policy, "system", new_id(), trace=new_trace())  # type: ignore[arg-type]
    common: dict[str, Any] = {"agency": "mde", "source": "s", "event_id": "1", "reference": "", "text": "ok"}
    said = [(EventAccepted(receipt_id=ReceiptId(new_id()), **common), 1, heard_in(each)) for each in traces]
    await receipts.say(work, said)
    assert [json.loads(payload)["traceparent"] for _, _, payload, _ in work._effects] == traces


def heard_in(traceparent: str) -> Event:
    """An event that came in a trace."""
    headers = (*a.headers(), ("traceparent", traceparent.encode()))
    return decode(ConsumerRecord("inbound.mde.credits.v1", 0, 1, 0, 0, b"k", a.award(), None, -1, -1, headers))


@pytest.mark.parametrize("door", ["http", "kafka"])
async def test_a_trace_goes_from_a_request_through_two_services_and_back(
    make_system: MakeSystem, lines: list[dict[str, Any]], door: str
) -> None:
    system = await make_system(exchange, credentials, demo=True)
    await system.say(a.person())
    await system.drain()
    key, receiver = await key_of(system), Receiver()
    server = await asyncio.start_server(receiver.take, "127.0.0.1", receiver.port)
    try:
        address = {"url": f"http://127.0.0.1:{receiver.port}/receipts"}
        assert (await system.ask("PUT", "exchange", "/webhook", json=address, headers=key)).status_code == 200
        if door == "http":
            headers = key | {"traceparent": GIVEN}
            answer = await system.ask("POST", "exchange", "/events", json=[event()], headers=headers)
            assert (answer.status_code, answer.headers["traceparent"].split("-")[1]) == (202, TRACE)
        else:
            given = [*a.headers(), ("traceparent", GIVEN.encode())]
            await system.publish("inbound.mde.credits.v1", a.award(), b"k", given)
        await system.drain()
        await asyncio.wait_for(receiver.satisfied.wait(), 60)
    finally:
        server.close()
    assert await traces_on(system, "exchange.credits.facts.v1") == [("CreditAwarded", TRACE)]
    assert await traces_on(system, "credentials.credits.facts.v1") == [("CreditRecorded", TRACE)]
    assert await traces_on(system, "outbound.mde.receipts.v1") == [("EventAccepted", TRACE)]
    assert [headers["traceparent"].split("-")[1] for headers in receiver.got] == [TRACE, TRACE]
    assert [line["trace_id"] for line in lines if line["event"] == "effect failed"] == [TRACE]
