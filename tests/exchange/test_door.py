"""The other kinds of messages, the HTTP door with its keys, and webhooks."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from ops.local.ports import free_port
from services.exchange.app import service as exchange
from services.exchange.domain.errors import WebhookRefused
from services.exchange.domain.webhooks import check_hosts, check_url
from shared.ids import new_id
from shared.testing.system import System
from shared.tokens import Role
from tests.conftest import MakeSystem
from tests.exchange import agency as a


@pytest.fixture
async def system(make_system: MakeSystem) -> AsyncIterator[System]:
    yield await make_system(exchange, a.credentials, demo=True)


async def key_of(system: System, agency: str = "mde") -> dict[str, str]:
    officer = system.token(new_id(), "An Officer", Role("licensing_officer"))
    answer = await system.post("exchange", f"/agencies/{agency}/keys", token=officer)
    assert answer.status_code == 201
    return {"Agency-Key": answer.json()["key"]}


def event(event_id: str = "1", name: str = "CreditsAwarded", source: str = "urn:mde:pd", **data: Any) -> dict[str, Any]:
    return {"id": event_id, "source": source, "type": f"elms.inbound.{name}.v1", "data": a.AWARD | data}


async def test_rosters_actions_and_print_reports_are_re_keyed_and_receipted(system: System) -> None:
    ana, bay = a.person(), a.district("0400")
    first, second = a.license_of(ana.person_id, "1"), a.license_of(ana.person_id, "2")
    piece = str(new_id())
    named: dict[str, Any] = {"educator_number": "10000017"}
    staff = named | {"organization_code": "0400"}
    sent = [
        ("rosters", "StaffAssigned", staff | {"first_day": "2026-08-01"}),
        ("rosters", "StaffReleased", staff | {"last_day": "2026-05-31"}),
        ("rosters", "StaffAssigned", named | {"organization_code": "9999", "first_day": "2026-08-01"}),
        ("actions", "DisciplinaryActionReported", named | {"kind": "suspension", "on": "2026-03-01"}),
        ("actions", "DisciplinaryActionReported", {"license_number": "2", "last_name": "Nunez-Reed"} | {
            "kind": "reprimand", "on": "2026-03-01"}),
        ("print-reports", "PieceReported", {
            "piece_id": piece, "lease": 7, "outcome": "mailed", "at": "2026-03-04T10:00:00-06:00"}),
        ("print-reports", "PieceReported", {
            "piece_id": "7", "lease": 7, "outcome": "mailed", "at": "2026-03-04T10:00:00Z"}),
    ]  # fmt: skip
    for place, (kind, name, value) in enumerate(sent):
        await system.publish(
            f"inbound.mde.{kind}.v1", json.dumps(value).encode(), key=b"k", headers=a.headers(str(place), name)
        )
    await system.drain()
    parked = [r["event_id"] for r in await a.receipts(system) if r["type"] == "EventParked"]
    assert sorted(parked) == ["0", "1", "2", "3", "4"]
    for states in ((first, second), (ana,), (bay,)):
        await system.say(*states)
        await system.drain()
    found = {r["event_id"]: (r["type"], r.get("field")) for r in await a.receipts(system)}
    assert found == {str(n): ("EventAccepted", None) for n in (0, 1, 3, 4, 5)} | {
        "2": ("EventParked", None), "6": ("EventRefused", "piece_id"),
    }  # fmt: skip
    rosters = await a.said(system, "exchange.rosters.facts.v1")
    assert [(r["organization_id"], r["first_day"], r["released_on"]) for r in rosters] == [
        (str(bay.organization_id), "2026-08-01", None), (str(bay.organization_id), "2026-05-31", "2026-05-31"),
    ]  # fmt: skip
    actions = await a.said(system, "exchange.actions.facts.v1")
    assert sorted((r["kind"], r["license_id"]) for r in actions) == sorted([
        ("reprimand", str(second.license_id)), ("suspension", str(first.license_id)),
        ("suspension", str(second.license_id)),
    ])  # fmt: skip
    [report] = await a.said(system, "exchange.print-reports.facts.v1")
    assert (report["piece_id"], report["lease"], report["agency"]) == (piece, 7, "mde")


async def test_an_event_has_one_effect_by_whichever_door_it_comes(system: System) -> None:
    await system.say(a.person())
    await system.drain()
    key = await key_of(system)
    body = [event("1"), event("1"), event("2", reference="W-2", amount=0.1), event("3", name="Invented")]
    answer = await system.ask("POST", "exchange", "/events", json=body, headers=key)
    assert answer.status_code == 202
    assert [(r["event_id"], r["state"], r["field"]) for r in answer.json()["receipts"]] == [
        ("1", "passed", None), ("2", "refused", "amount"), ("3", "refused", "ce_type"),
    ]  # fmt: skip
    await system.publish("inbound.mde.credits.v1", a.award(), headers=a.headers("1"))
    await system.drain()
    assert len(await a.said(system, "exchange.credits.facts.v1")) == 1
    assert {r["text"] for r in await a.receipts(system) if r["event_id"] == "1"} == {"0.5 CEU counted toward 2025–2030"}
    for query, events in (
        ("reference=W-2231", ["1"]), ("source=urn:mde:pd&event_id=2", ["2"]), ("limit=2", ["3", "2"]),
        ("", ["3", "2", "1"]),
    ):  # fmt: skip
        found = (await system.ask("GET", "exchange", f"/receipts?{query}", headers=key)).json()
        assert [r["event_id"] for r in found["receipts"]] == events
    other = await system.ask("GET", "exchange", "/receipts?agency=mde", headers=await key_of(system, "elearning"))
    assert other.json()["receipts"] == []


POSTED: list[tuple[Any, int]] = [
    ([], 422),
    ([{}], 202),
    ([event("1")] * 1001, 422),
    ([{"id": "\ud800", "source": "s", "type": "t"}], 202),
    ([{"id": "1", "source": "\0", "type": "elms.inbound.CreditsAwarded.v1", "data": {"title": "\ud800\0"}}], 202),
    ([event("1", title="x" * 70_000)], 202),
    ([{"id": ["1"]}], 422),
]


async def test_whatever_is_posted_is_answered(system: System) -> None:
    key = await key_of(system) | {"Content-Type": "application/json"}
    for events, status in POSTED:
        answer = await system.ask("POST", "exchange", "/events", content=json.dumps(events), headers=key)
        assert answer.status_code == status, answer.text
        if status == 202:
            assert all(r["state"] == "refused" and r["field"] for r in answer.json()["receipts"])
    nested = await system.ask("POST", "exchange", "/events", content="[" * 100_000, headers=key)
    assert nested.status_code in (400, 422)


async def test_only_who_holds_a_key_that_stands_may_knock(system: System) -> None:
    key = await key_of(system)
    officer = system.token(new_id(), "An Officer", Role("operator"))
    wrong = {"Agency-Key": key["Agency-Key"][:-1] + "~"}
    for headers in ({}, wrong, {"Agency-Key": "x"}, {"Agency-Key": "."}):
        assert (await system.ask("POST", "exchange", "/events", json=[event()], headers=headers)).status_code == 401
    [kept] = (await system.get("exchange", "/keys", officer)).json()
    assert kept["key"] is None
    assert (await system.post("exchange", f"/keys/{kept['key_id']}/revoke", token=officer)).status_code == 204
    assert (await system.post("exchange", f"/keys/{kept['key_id']}/revoke", token=officer)).status_code == 404
    assert (await system.ask("POST", "exchange", "/events", json=[event()], headers=key)).status_code == 401
    nobody = system.token(new_id(), "A Loader", Role("loader"))
    assert (await system.post("exchange", "/agencies/mde/keys", token=nobody)).status_code == 403
    assert (await system.post("exchange", "/agencies/pets/keys", token=officer)).json()["field"] == "agency"


async def test_a_webhook_gets_each_receipt_signed_and_again_until_it_answers(system: System) -> None:
    got: list[tuple[dict[str, str], bytes]] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head)}
        got.append((headers, await reader.readexactly(int(headers["content-length"]))))
        writer.write(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % (200 if len(got) > 1 else 503))
        writer.close()
        twice.set() if len(got) > 1 else None

    twice = asyncio.Event()
    port = free_port()
    receiver = await asyncio.start_server(take, "127.0.0.1", port)
    try:
        key = await key_of(system)
        address = {"url": f"http://127.0.0.1:{port}/receipts"}
        put = await system.ask("PUT", "exchange", "/webhook", json=address, headers=key)
        secret = put.json()["secret"].encode()
        await system.ask("POST", "exchange", "/events", json=[event(amount=0.1)], headers=key)
        await system.drain()
        await asyncio.wait_for(twice.wait(), 30)
    finally:
        receiver.close()
    assert len({headers["webhook-id"] for headers, _ in got}) == 1
    for headers, body in got:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"
        assert json.loads(body)["type"] == "EventRefused"


@pytest.mark.parametrize("url", [
    "", "ftp://agency.example/x", "http://agency.example/x", "https://", "https://user:pw@agency.example/", "https://[::1",
])  # fmt: skip
def test_an_address_that_is_not_https_is_refused(url: str) -> None:
    with pytest.raises(WebhookRefused):
        check_url(url)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1", "192.168.1.1"])
def test_our_own_network_is_no_address_for_a_webhook(address: str) -> None:
    with pytest.raises(WebhookRefused):
        check_hosts(["93.184.216.34", address])
