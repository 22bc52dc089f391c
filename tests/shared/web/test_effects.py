"""What was given up outside is seen with its reason, and set due again by an operator, on record."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest

from shared.effects import worker
from shared.ids import LicenseId, new_id
from shared.runtime import Runtime
from shared.testing.system import System
from shared.tokens import Role, ServiceKey
from tests.conftest import FreshTopics, MakeSystem
from tests.shared.messaging.reference import TOPICS, Added, reference

is_away = True


async def tell(_runtime: Runtime, _payload: Mapping[str, Any]) -> None:
    """The outside, which is away or there."""
    if is_away:
        raise worker.Failed("the mail server refused")


@pytest.fixture
async def system(make_system: MakeSystem, fresh_topics: FreshTopics, monkeypatch: pytest.MonkeyPatch) -> System:
    """Two effects that were given up."""
    monkeypatch.setattr("tests.shared.web.test_effects.is_away", True)
    monkeypatch.setattr(worker, "AT_MOST", 1)
    await fresh_topics(*TOPICS)
    system = await make_system(dataclasses.replace(reference, outside={"tell": tell}))
    await system.say(*(Added(license_id=LicenseId(new_id()), number=n) for n in range(2)))
    await system.drain()
    return system


async def rows(system: System, sql: str) -> list[tuple[Any, ...]]:
    async with system.processes["reference"][0].runtime.reading(actor="test") as work:
        return [tuple(row) for row in await work.rows(sql)]


async def test_an_operator_sees_why_effects_were_given_up_and_sets_them_due(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator = system.token(new_id(), "Oscar Ops", Role("operator"))
    found = (await system.get("reference", "/operations/effects", operator)).json()
    assert [(e["kind"], e["state"], e["attempts"], e["last_error"]) for e in found] == [
        ("tell", "gave_up", 1, "Failed('the mail server refused')")
    ] * 2
    other = await system.post("reference", "/operations/effects/due?kind=mail", token=operator)
    assert other.json() == {"due": 0}
    monkeypatch.setattr("tests.shared.web.test_effects.is_away", False)
    assert (await system.post("reference", "/operations/effects/due", token=operator)).json() == {"due": 2}
    await system.drain()
    assert await rows(system, "SELECT state, attempts, last_error FROM effect") == [("done", 1, None)] * 2
    assert (await system.get("reference", "/operations/effects", operator)).json() == []
    audited = await rows(system, "SELECT subject, detail ->> 'count' FROM audit WHERE action = 'effects set due'")
    assert audited == [("mail", "0"), ("all", "2")]


async def test_only_operators_and_their_command_set_effects_due(system: System) -> None:
    path = "/operations/effects/due"
    educator = system.token(new_id(), "Rosa Lopez", Role("educator"))
    assert (await system.post("reference", path, token=educator)).status_code == 403
    assert (await system.post("reference", path)).status_code == 401
    key = ServiceKey.of("operations", system.folder / "keys").sign(audience="reference")
    answer = await system.ask("POST", "reference", path, headers={"Service-Token": key})
    assert (answer.status_code, answer.json()) == (200, {"due": 2})
