"""A bad release pauses its consumer before it has set much aside; what is refused by a rule does not."""

import asyncio
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from shared.errors import Refused
from shared.messaging import breaker
from shared.messaging.breaker import UNEXPECTED_A_MINUTE, Breaker
from shared.messaging.replay import replay
from shared.testing.system import System
from tests.shared.messaging import reference as ref
from tests.shared.messaging.reference import INPUT, Added
from tests.shared.messaging.subject import added, by_license, consumer_of, numbered, rows


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(breaker, "LONGEST_PAUSE", 0.2)


def bad_release(event: Added) -> None:
    raise RuntimeError("nothing goes with this one")


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def letters(system: System) -> Counter[tuple[str, str]]:
    """How many wait, by state and reason."""
    found = await rows(system, "SELECT state, reason FROM dead_letter WHERE state IN ('dead', 'parked')")
    return Counter((letter.state, letter.reason) for letter in found)


async def readiness(system: System) -> tuple[int, bool]:
    """What the service's health says, and of its consumer."""
    answer = await system.get("reference", "/health/ready")
    return answer.status_code, answer.json()["consumers"][INPUT.name]["paused"]


async def test_a_bad_release_pauses_after_five_and_goes_on_where_it_was_when_it_is_healed(system: System) -> None:
    consumer, events = consumer_of(system), numbered(60)
    assert await readiness(system) == (200, False)
    ref.fail_with(bad_release)
    await system.say(*events[:30])
    await until(lambda: consumer.health()["paused"])
    tried = sum(ref.seen.values())
    await system.say(*events[30:])
    await until(lambda: sum(ref.seen.values()) >= tried + 5)  # one event, again and again
    assert (await letters(system))["dead", "unexpected"] == UNEXPECTED_A_MINUTE
    assert await added(system) == {}
    assert await readiness(system) == (503, True)

    ref.fail_with(lambda event: None)
    await system.drain()
    assert await readiness(system) == (200, False)
    for letter in await rows(system, "SELECT id FROM dead_letter WHERE state = 'dead' ORDER BY id"):
        await replay(system.processes["reference"][0].runtime, letter.id, by="test")
    await system.drain()
    assert await letters(system) == {}
    assert await added(system) == by_license(events)


async def test_who_was_healed_is_let_fail_as_often_again_before_it_pauses(system: System) -> None:
    consumer = consumer_of(system)
    for turn in range(2):
        ref.fail_with(bad_release)
        await system.say(*numbered(range(20 * turn, 20 * turn + 20)))
        await until(lambda: consumer.health()["paused"])
        ref.fail_with(lambda event: None)
        await system.drain()
        assert (await letters(system))["dead", "unexpected"] == UNEXPECTED_A_MINUTE * (turn + 1)


async def test_what_a_rule_refuses_pauses_nobody(system: System) -> None:
    """Nor is it counted: as many unexpected failures as are let may come with it."""

    def refuse(event: Added) -> None:
        if event.number < 20 - UNEXPECTED_A_MINUTE:
            raise Refused
        if event.number < 20:
            raise RuntimeError("unexpected")

    ref.fail_with(refuse)
    await system.say(*numbered(20))
    await system.drain()
    assert await letters(system) == {("dead", "refused"): 15, ("dead", "unexpected"): UNEXPECTED_A_MINUTE}
    assert not consumer_of(system).health()["paused"]
    assert await readiness(system) == (200, False)


@pytest.mark.parametrize(("every", "tripped"), [(11.0, True), (13.0, False)], ids=["within a minute", "in more"])
def test_it_is_failures_within_a_minute_that_count(
    monkeypatch: pytest.MonkeyPatch, every: float, tripped: bool
) -> None:
    now = 1000.0
    monkeypatch.setattr(breaker, "time", SimpleNamespace(monotonic=lambda: now))
    made = Breaker("any")
    for _ in range(UNEXPECTED_A_MINUTE):
        assert not made.is_tripped()
        now += every
    assert made.is_tripped() is tripped


async def test_each_pause_is_longer_than_the_last_until_something_succeeds() -> None:
    made, stop = Breaker("any"), asyncio.Event()
    stop.set()  # nobody waits here
    for tries in (1, 2, 3):
        await made.pause(RuntimeError(), stop)
        assert made.backoff.tries == tries
    made.resume()
    await made.pause(RuntimeError(), stop)
    assert made.backoff.tries == 1
