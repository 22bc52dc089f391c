"""Building the look-up anew from its topics while the old one serves; and erasing."""

import asyncio
from typing import Any

import pytest

from services.lookup.app import service as lookup
from services.lookup.schedule import rebuild as rebuild_module
from services.lookup.tables import building_metadata
from shared.contracts.credentials import LicenseState
from shared.contracts.identity import PersonState
from shared.database import fetch
from shared.ids import PersonId, new_id
from shared.testing.system import System
from shared.tokens import Role
from tests.conftest import MakeSystem
from tests.lookup.examples import NEXT, license_state, person_state


@pytest.fixture
async def system(make_system: MakeSystem) -> System:
    return await make_system(lookup)


def operator(system: System) -> str:
    return system.token(new_id(), "Op", Role("operator"))


async def ask(system: System) -> Any:
    return await system.post("lookup", "/operations/rebuild", token=operator(system))


async def progress(system: System) -> Any:
    return (await system.get("lookup", "/operations/rebuild", operator(system))).json()


async def ended(system: System) -> Any:
    """The rebuild's progress once it has ended."""
    for _ in range(400):
        found = await progress(system)
        if found["state"] in ("done", "failed"):
            return found
        await asyncio.sleep(0.05)
    raise TimeoutError(found)


async def run(system: System, sql: str) -> list[Any]:
    async with system.processes["lookup"][0].runtime.database.begin() as connection:
        return list(await fetch(connection, sql))


async def shown(system: System) -> dict[str, str]:
    rows = await run(system, "SELECT number, periods -> -1 ->> 'valid_until' AS ends FROM shown.license")
    return {row.number: row.ends for row in rows}


def licenses(count: int) -> list[LicenseState]:
    return [license_state(number=f"MS-{number:05}", person_id=PersonId(new_id())) for number in range(count)]


async def test_what_was_lost_or_damaged_is_there_again_after_a_rebuild(system: System) -> None:
    holder = person_state()
    await system.say(holder, *licenses(300), license_state(number="MS-9", person_id=holder.person_id))
    await system.drain()
    before = await shown(system)
    await run(system, "DELETE FROM shown.license WHERE number > 'MS-00100'")
    await run(system, "UPDATE shown.person SET name = 'Damaged', version = 99")
    assert (await ask(system)).status_code == 202
    found = await ended(system)
    assert (found["state"], found["percent"], found["read"]) == ("done", 100, found["total"])
    assert await shown(system) == before
    assert (await system.get("lookup", "/licenses/MS-9")).json()["name"] == "Maria Lopez"
    await until_forgotten(system)


async def until_forgotten(system: System) -> None:
    """Until nothing but the shown read model is there."""
    for _ in range(400):
        if not await run(system, "SELECT 1 FROM pg_namespace WHERE nspname IN ('building', 'replaced')"):
            return
        await asyncio.sleep(0.05)
    raise TimeoutError


async def test_what_a_killed_rebuild_replaced_is_forgotten_by_the_next_look(system: System) -> None:
    await run(system, "CREATE SCHEMA replaced")
    await run(system, "CREATE TABLE replaced.license (number text)")
    await until_forgotten(system)
    assert (await progress(system))["status"] == 404


async def test_states_said_during_a_rebuild_are_shown_after_it(system: System) -> None:
    said = licenses(400)
    await system.say(*said)
    await system.drain()
    await ask(system)
    renewing = asyncio.create_task(renew(system, said))
    assert (await ended(system))["state"] == "done"
    await renewing
    await system.drain()
    assert set((await shown(system)).values()) == {"2031-06-30"}
    await system.say(license_state(number="MS-new"))
    await system.drain()
    assert "MS-new" in await shown(system)


async def renew(system: System, said: list[LicenseState]) -> None:
    for license in said:
        await system.say(license.model_copy(update={"periods": (*license.periods, NEXT)}), version=2)


async def test_the_old_one_serves_until_the_new_one_has_caught_up(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    await system.say(*licenses(50))
    await system.drain()
    gate = asyncio.Event()
    show = rebuild_module.Rebuild._show

    async def gated(self: Any, work: Any, records: Any) -> None:
        await gate.wait()
        await show(self, work, records)

    monkeypatch.setattr(rebuild_module.Rebuild, "_show", gated)
    await ask(system)
    for _ in range(5):
        assert (await system.get("lookup", "/licenses/MS-00007")).status_code == 200
    assert (await progress(system))["state"] in ("asked", "building")
    assert (await ask(system)).json()["code"] == "rebuild-under-way"
    gate.set()
    assert (await ended(system))["state"] == "done"
    assert (await system.get("lookup", "/licenses/MS-00007")).status_code == 200


async def test_a_killed_rebuild_goes_on_where_it_stood(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    await system.say(*licenses(200))
    await system.drain()
    monkeypatch.setattr(rebuild_module, "BATCH", 20)
    show = rebuild_module.Rebuild._show
    seen: list[int] = []

    async def interrupted(self: Any, work: Any, records: Any) -> None:
        seen.extend(record.offset for record in records)
        if len(seen) in range(90, 111):
            seen.append(-1)
            raise ConnectionError("killed here")
        await show(self, work, records)

    monkeypatch.setattr(rebuild_module.Rebuild, "_show", interrupted)
    await ask(system)
    assert (await ended(system))["state"] == "done"
    assert -1 in seen
    assert len(seen) < 300
    assert len(await shown(system)) == 200


async def test_a_record_that_cannot_be_read_is_passed_over_and_counted(system: System) -> None:
    topic = LicenseState.TOPIC.name
    headers = [("ce_type", LicenseState.TYPE.encode()), ("ce_id", b"no id")]
    await system.say(*licenses(10))
    await system.publish(topic, b"{", key=b"broken", headers=headers)
    await system.publish(topic, b"{}", key=b"unknown", headers=[("ce_type", b"elms.credentials.Invented.v1")])
    await system.say(license_state(number="MS-later"))
    await system.drain()
    await ask(system)
    found = await ended(system)
    assert (found["state"], found["passed_over"]) == ("done", 1)
    assert len(await shown(system)) == 11


async def test_only_an_operator_rebuilds(system: System) -> None:
    officer = system.token(new_id(), "J. Ortiz", Role("licensing_officer"))
    assert (await system.post("lookup", "/operations/rebuild")).status_code == 401
    assert (await system.post("lookup", "/operations/rebuild", token=officer)).status_code == 403
    assert (await system.get("lookup", "/operations/rebuild", operator(system))).status_code == 404


@pytest.mark.parametrize("rebuilt", [False, True])
async def test_a_tombstone_erases_from_both_read_models(system: System, rebuilt: bool) -> None:
    holder = person_state()
    kept, erased = license_state(number="MS-kept"), license_state(number="MS-erased", person_id=holder.person_id)
    await system.say(holder, kept, erased)
    await system.publish(LicenseState.TOPIC.name, None, key=str(erased.license_id).encode())
    await system.publish(PersonState.TOPIC.name, None, key=str(holder.person_id).encode())
    await system.publish(PersonState.TOPIC.name, None, key=b"nobody")
    await system.drain()
    if rebuilt:
        await ask(system)
        await ended(system)
    assert set(await shown(system)) == {"MS-kept"}
    assert await run(system, "SELECT 1 FROM shown.person UNION SELECT 1 FROM shown.name") == []
    letters = await run(system, "SELECT record_key FROM dead_letter")
    assert [letter.record_key for letter in letters] == ["nobody"]


def test_both_read_models_have_the_same_tables() -> None:
    copies = building_metadata()
    for table in copies.tables.values():
        own = lookup.metadata.tables[f"shown.{table.name}"] if lookup.metadata else None
        assert own is not None
        assert {index.name for index in table.indexes} == {index.name for index in own.indexes}
        assert table.dialect_options["postgresql"]["with"] == own.dialect_options["postgresql"]["with"]
