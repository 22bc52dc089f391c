"""`elms status|clock|positions`, `lookup rebuild` and `events export`: what an operator reads there."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ops.local.layout import ROOT
from services.lookup.app import service as lookup
from services.printing.app import service as printing
from shared.clock import SystemClock
from shared.contracts.identity import PersonState
from shared.contracts.topics import LICENSE_STATES, PEOPLE
from shared.contracts.values import Name
from shared.ids import PersonId, new_id
from tests.exchange.agency import license_of
from tests.ops.desk import Desk, Said

HEADERS = [("ce_type", b"elms.credentials.LicenseState.v1"), ("ce_specversion", b"1.0")]
COLUMNS = ("service", "state", "copies", "lag", "outbox age", "dead letters", "effects due")
LICENSES = 3


def person() -> PersonState:
    return PersonState(
        person_id=PersonId(new_id()), educator_number="E1", name=Name(first="Rosa", last="Lopez"), districts=()
    )


@pytest.fixture(scope="module")
async def running(desk: Desk) -> Desk:
    """The look-up twice; printing, which hears no more; and both have heard a record that they cannot read."""
    await desk.start(lookup)
    await desk.start(lookup, ["worker"])
    await desk.start(printing, ["worker"])
    await desk.system.say(person())
    for _ in range(LICENSES):
        await desk.system.say(license_of(PersonId(new_id())))
    await desk.system.publish(LICENSE_STATES.name, b"{}", b"k", HEADERS)
    await desk.system.drain()
    [worker] = desk.system.processes.pop("printing")
    await worker.stop()
    await desk.start(printing, ["api"])
    return desk


async def status(desk: Desk, **environment: str) -> dict[str, dict[str, str]]:
    """What `elms status` shows, by service and column."""
    said = await desk.elms("status", **environment)
    assert said.code == 0, said.text
    lines = [tuple(re.split(r"\s{2,}", line.strip())) for line in said.text.splitlines()]
    lines = lines[lines.index(COLUMNS) + 1 :]  # before them, Kafka's client may say that it is away
    return {line[0]: dict(zip(COLUMNS, line, strict=True)) for line in lines}


async def test_the_status_of_a_service_that_is_well_shows_its_copies(running: Desk) -> None:
    shown = (await status(running))["lookup"]
    assert shown.pop("lag").isdecimal()  # Kafka's own offsets, by which it is measured, are told now and then
    assert shown == {
        "service": "lookup", "state": "ready", "copies": "2", "outbox age": "0.0 s", "dead letters": "1",
        "effects due": "0",
    }  # fmt: skip


async def test_the_status_shows_what_waits_and_for_how_long(running: Desk) -> None:
    await running.system.say(person(), person(), person())
    unsaid = "INSERT INTO outbox (topic, events, said, at) VALUES ('x', 1, 'x', now() - interval '2 minutes')"
    await running.rows("printing", unsaid)
    await running.rows("printing", "INSERT INTO effect (kind, key, payload, due) VALUES ('mail', 'k', '{}', now())")
    shown = (await status(running))["printing"]
    assert float(shown.pop("outbox age").removesuffix(" s")) >= 120
    assert shown == {
        "service": "printing", "state": "ready", "copies": "0", "lag": "3", "dead letters": "1", "effects due": "1",
    }  # fmt: skip


async def test_what_is_away_is_said_to_be_away(running: Desk) -> None:
    shown = await status(running, ELMS_KAFKA="127.0.0.1:9")
    assert (shown["identity"]["state"], shown["identity"]["dead letters"]) == ("away", "–")
    assert (shown["lookup"]["state"], shown["lookup"]["copies"], shown["lookup"]["lag"]) == ("ready", "–", "–")


async def test_the_lookup_is_built_anew_and_says_how_much_it_read(running: Desk) -> None:
    await running.rows("lookup", "DELETE FROM shown.license")
    said = await running.elms("lookup", "rebuild")
    assert said.code == 0, said.text
    read = re.search(r"Done in [0-9.]+ s: (\d+) records read, (\d+) of them unreadable\.", said.text)
    assert read is not None, said.text
    assert int(read[1]) >= LICENSES + 1
    assert read[2] == "1"
    assert len(await running.rows("lookup", "SELECT 1 FROM shown.license")) == LICENSES


async def test_positions_are_shown_and_left_where_they_are_while_the_topic_has_them(running: Desk) -> None:
    said = await running.elms("positions", "list", "printing")
    assert said.code == 0
    lines = [line.split() for line in said.text.splitlines()]
    people = {line[1]: int(line[3]) for line in lines if line[0] == PEOPLE.name and line[3] != "0"}
    assert people == {running.system.topic_prefix + PEOPLE.name: 1}
    accepted = await running.elms("positions", "accept", "printing", PEOPLE.name)
    assert (accepted.code, accepted.text) == (0, "Every position is there.\n")
    nobody = await running.elms("positions", "accept", "printing", "nothing")
    assert nobody.code == 1
    assert nobody.text.startswith("elms: printing has no consumer 'nothing'; it has: ")


async def test_the_business_clock_moves_only_where_it_may(desk: Desk, tmp_path: Path) -> None:
    def moved(said: Said) -> str:
        assert said.code == 0, said.text
        return said.text.partition(" UTC, ")[2].strip()

    real = await desk.elms("clock", "--days", "1", ELMS_DATA=str(tmp_path))
    assert (real.code, real.text) == (
        1, "elms: The business clock is real time here; it moves only where ELMS_DEMO=1.\n",
    )  # fmt: skip
    demo = {"ELMS_DEMO": "1", "ELMS_DATA": str(tmp_path)}
    assert moved(await desk.elms("clock", **demo)) == "0:00:00 ahead of real time"
    forward = await desk.elms("clock", "--days", "2", "--hours", "3", **demo)
    assert moved(forward) == "2 days, 3:00:00 ahead of real time"
    assert moved(await desk.elms("clock", "--hours", "1", **demo)) == "2 days, 4:00:00 ahead of real time"
    assert moved(await desk.elms("clock", **demo)) == "2 days, 4:00:00 ahead of real time"
    ahead = SystemClock(tmp_path / "clock").now() - datetime.now(UTC)
    assert abs(ahead - timedelta(days=2, hours=4)) < timedelta(minutes=1)


async def test_the_events_are_written_out(desk: Desk, tmp_path: Path) -> None:
    said = await desk.elms("events", "export", str(tmp_path))
    files = written(tmp_path)
    assert (said.code, said.text) == (0, f"{len(files)} files written to {tmp_path}.\n")
    assert "events/elms.renewals.RenewalApproved.v1.json" in files
    assert (tmp_path / "event-flow.md").read_text() == (ROOT / "docs" / "event-flow.md").read_text()
    taken = await desk.elms("events", "export", str(tmp_path / "event-flow.md"))
    assert (taken.code, "Traceback" in taken.text) == (2, False), taken.text


def written(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
