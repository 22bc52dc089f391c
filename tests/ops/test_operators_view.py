"""What an operator sees and does: each service's status, its dead letters, their end; personal text stays hidden."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from ops import dead_letters
from ops.errors import Obstacle
from ops.rebuild import rebuild
from ops.status import Status, status_of_all
from services.lookup.app import service as lookup
from services.lookup.queries.rebuild import Progress
from shared.contracts.topics import LICENSE_STATES
from shared.database import fetch
from shared.ids import new_id
from shared.messaging.showing import redacted
from shared.settings import Settings
from shared.testing.system import System
from shared.tokens import Role
from tests.conftest import MakeSystem


@pytest.fixture
async def system(make_system: MakeSystem, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[System]:
    """The look-up alone, and an operator whose environment is that service's."""
    system = await make_system(lookup, seal_key="MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
    settings = settings_of(system)
    told = {"KAFKA": settings.kafka, "DATABASE": settings.database, "TOPIC_PREFIX": settings.topic_prefix}
    for name, value in (told | {"SEAL_KEY": settings.seal_key}).items():
        monkeypatch.setenv(f"ELMS_{name}", value)
    await system.drain()
    yield system


def settings_of(system: System) -> Settings:
    """What the look-up's process was told."""
    (process,) = system.processes["lookup"]
    return process.runtime.settings


async def status_of_lookup(system: System) -> Status:
    """The look-up's line of `elms status`."""
    return next(each for each in await status_of_all(settings_of(system)) if each.service == "lookup")


async def test_a_running_service_is_ready_with_one_copy_and_no_lag(system: System) -> None:
    status = await status_of_lookup(system)
    assert (status.state, status.copies, status.dead_letters, status.effects_due) == ("ready", 1, 0, 0)


async def test_a_service_that_is_away_is_said_to_be_away(system: System) -> None:
    settings = settings_of(system).model_copy(update={"peers": {"printing": "http://127.0.0.1:9"}})
    printing = next(each for each in await status_of_all(settings) if each.service == "printing")
    assert (printing.state, printing.copies, printing.outbox_age) == ("away", 0, None)


async def test_what_cannot_be_read_is_listed_shown_without_names_and_discarded(system: System) -> None:
    await system.publish(LICENSE_STATES.name, b'{"holder": "Ruby Bridges", "year": 1960}', key=b"k", headers=HEADERS)
    letter = await appeared()
    assert (await status_of_lookup(system)).dead_letters == 1
    shown = await dead_letters.show_letter("lookup", letter)
    assert shown["value"] == {"holder": "█" * 12, "year": 1960}
    assert shown["headers"]["ce_type"] == "elms.credentials.LicenseState.v1"
    assert await dead_letters.discard_letter("lookup", letter, "a test's own") == 0
    assert await dead_letters.list_letters(["lookup"]) == []
    with pytest.raises(Obstacle, match="is closed already"):
        await dead_letters.replay_letter("lookup", letter)


async def test_an_operators_page_shows_the_same_letter_and_that_it_was_read_is_recorded(system: System) -> None:
    await system.publish(LICENSE_STATES.name, b'{"holder": "Ruby Bridges", "year": 1960}', key=b"k", headers=HEADERS)
    path = f"/operations/dead-letters/{await appeared()}"
    operator = system.token(new_id(), "Oscar Ops", Role("operator"))
    shown = (await system.get("lookup", path, operator)).json()
    assert (shown["value"], shown["record_key"], shown["state"]) == ({"holder": "█" * 12, "year": 1960}, "k", "dead")
    assert "sealed" not in shown
    async with system.processes["lookup"][0].runtime.database.begin() as connection:
        assert len(await fetch(connection, "SELECT 1 FROM audit WHERE action = 'dead letter read'")) == 1
    somebody = system.token(new_id(), "Rosa Lopez", Role("educator"))
    assert (await system.get("lookup", path, somebody)).status_code == 403
    assert (await system.get("lookup", "/operations/dead-letters/4711", operator)).status_code == 404


async def test_a_letter_that_cannot_be_handled_stays_as_it_was(system: System) -> None:
    await system.publish(LICENSE_STATES.name, b"{}", key=b"k", headers=HEADERS)
    letter = await appeared()
    with pytest.raises(Obstacle, match="stays as it was"):
        await dead_letters.replay_letter("lookup", letter)
    assert [row.id for _, row in await dead_letters.list_letters(["lookup"])] == [letter]


async def test_a_letter_that_does_not_exist_is_named(system: System) -> None:
    with pytest.raises(Obstacle, match="Letter 4711 of lookup does not exist"):
        await dead_letters.show_letter("lookup", 4711)


async def test_a_rebuild_is_followed_to_its_end_and_a_second_one_asked_meanwhile_is_the_same(system: System) -> None:
    async def followed() -> list[Progress]:
        return [progress async for progress in rebuild()]

    first, second = await asyncio.gather(followed(), followed())
    assert (first[-1].state, second[-1].state) == ("done", "done")
    assert first[-1].id == second[-1].id


HEADERS = [
    ("ce_specversion", b"1.0"),
    ("ce_id", b"0190f5d2-7c1e-7b1a-8c1d-0242ac120002"),
    ("ce_type", b"elms.credentials.LicenseState.v1"),
    ("ce_source", b"/services/credentials"),
    ("ce_sequence", b"1"),
    ("ce_time", b"2026-03-04T15:00:00Z"),
]


async def appeared() -> int:
    """The number of the look-up's newest dead letter, once there is one."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        if found := await dead_letters.list_letters(["lookup"]):
            return int(found[0][1].id)
        await asyncio.sleep(0.1)
    raise TimeoutError("no dead letter appeared")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0190f5d2-7c1e-7b1a-8c1d-0242ac120002", "0190f5d2-7c1e-7b1a-8c1d-0242ac120002"),
        ("2026-06-30", "2026-06-30"),
        ("2026-06-30T10:00:00Z", "2026-06-30T10:00:00Z"),
        ("good_standing", "good_standing"),
        ("O'Neal", "█" * 6),
        ("2026-06-30 her birthday", "█" * 12),
        (17, 17),
        (None, None),
        ({"name": {"last": "Bridges"}, "districts": ["Tupelo"]}, {"name": {"last": "█" * 7}, "districts": ["█" * 6]}),
    ],
)
def test_ids_dates_and_words_of_enumerations_are_shown_and_free_text_is_not(value: Any, shown: Any) -> None:
    assert redacted(value) == shown
