"""The conformance suite's quick part, on every real subscriber: each service hears what is said, and what is not."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import pytest

from ops.topology import SERVICES
from shared.contracts import Event, Kind
from shared.database import fetch
from shared.ids import new_id
from shared.messaging.batch import Subscription
from shared.service import Service
from shared.testing.system import System
from tests.conftest import MakeSystem
from tests.shared.messaging.samples import sample

HEARERS = [
    service
    for service in (import_module(f"services.{each.name}.app").service for each in SERVICES)
    if service.metadata is not None and service.handlers is not None
]


@pytest.mark.parametrize("service", HEARERS, ids=lambda service: service.name)
async def test_every_subscriber_keeps_the_promises(service: Service, make_system: MakeSystem) -> None:
    """Unreadable records become dead letters, unknown types are passed over, what comes twice counts once."""
    system = await make_system(service)
    heard = [each for each in system.processes[service.name][0].runtime.subscriptions if is_ours(each)]
    for subscription in heard:
        await say_all(system, subscription)
    await system.drain()
    for subscription in heard:
        await check(system, service.name, subscription)


def is_ours(subscription: Subscription) -> bool:
    """The door has a suite of its own: there everything is a stranger's."""
    return subscription.topic.kind is not Kind.INBOUND


def events_of(subscription: Subscription) -> list[type[Event]]:
    return [hearing.event for hearing in subscription.hearings if hearing.event.TYPE.startswith("elms.")]


async def say_all(system: System, subscription: Subscription) -> None:
    """Every type that is heard, each event said twice; and around them what nobody can read or knows."""
    topic = subscription.topic.name
    await system.publish(topic, b'{"half', key=b"broken", headers=[("ce_type", None)])
    await system.publish(topic, b"{}", key=b"new", headers=[("ce_type", b"elms.tests.Invented.v1")])
    for event in events_of(subscription):
        for made in (sample(event), sample(event)):
            event_id = new_id()
            await system.say(made, event_id=event_id)
            await system.say(made, event_id=event_id)
    await system.publish(topic, b"{}", key=b"broken too", headers=[("ce_type", b"\xff")])


async def check(system: System, service: str, subscription: Subscription) -> None:
    letters = await rows(
        system, service,
        "SELECT reason, detail, record_key FROM dead_letter WHERE consumer = :consumer ORDER BY id", subscription,
    )  # fmt: skip
    crashed = [letter.detail for letter in letters if letter.reason == "unexpected"]
    assert crashed == [], f"{service} {subscription.name}: a lawful event must be handled, or refused by a rule"
    unread = {letter.record_key for letter in letters if letter.reason == "undecodable"}
    assert unread == {"broken", "broken too"}
    claimed = await rows(
        system, service, "SELECT count(*) AS n FROM inbox WHERE consumer = :consumer", subscription
    )  # fmt: skip
    set_aside = sum(letter.reason in ("refused", "parked") for letter in letters)
    if subscription.causes_effects:
        assert claimed[0].n + set_aside >= 2 * len(events_of(subscription))
        assert claimed[0].n <= 2 * len(events_of(subscription))
    else:
        assert (claimed[0].n, set_aside) == (0, 0), "a state needs no inbox, and is never refused"


async def rows(system: System, service: str, sql: str, subscription: Subscription) -> Sequence[Any]:
    async with system.processes[service][0].runtime.database.begin() as connection:
        return await fetch(connection, sql, consumer=subscription.name)
