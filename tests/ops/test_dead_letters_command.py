"""`elms dead-letters`: what an operator sees of what had no effect, and what becomes of it and of what waits for it."""

import asyncio
import getpass
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from services.correspondence import commands
from services.correspondence.app import service as correspondence
from shared.contracts.credentials import LicenseExpired
from shared.contracts.topics import LICENSES
from shared.errors import Refused
from shared.ids import LicenseId, new_id
from tests.correspondence.examples import mailing, renewed
from tests.ops.desk import Desk, Said

OF = "correspondence"
LETTERS = "SELECT id, state, closed_by, closed_reason FROM dead_letter WHERE record_key = :key ORDER BY id"
WRITTEN = "SELECT kind FROM letter WHERE person_id = :person ORDER BY kind"
MAILS = """
    SELECT count(*) AS n FROM effect
    WHERE payload ->> 'letter_id' IN (SELECT letter_id::text FROM letter WHERE person_id = :person)
"""


@pytest.fixture(scope="module")
async def running(desk: Desk) -> Desk:
    """Correspondence hears; what it would mail waits, for nobody carries out effects."""
    await desk.start(correspondence, ["worker", "schedule"])
    async with asyncio.timeout(90):
        while not await desk.rows(OF, "SELECT 1 FROM start WHERE consumer = :topic", topic=LICENSES.name):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return desk


@dataclass
class Kept:
    """A letter that a bad release left dead, and another of its license that waits behind it."""

    desk: Desk
    key: str
    person: Any
    dead: str = ""
    parked: str = ""

    async def elms(self, what: str, *words: str, letter: str = "") -> Said:
        return await self.desk.elms("dead-letters", what, OF, letter or self.dead, *words)

    async def rows(self, sql: str, **parameters: Any) -> list[Any]:
        return await self.desk.rows(OF, sql, **parameters)

    async def states(self) -> list[str]:
        return [row.state for row in await self.rows(LETTERS, key=self.key)]

    async def written(self) -> tuple[list[str], int]:
        """The kinds of letters to the person, and how many e-mails are intended."""
        [mails] = await self.rows(MAILS, person=self.person)
        return [row.kind for row in await self.rows(WRITTEN, person=self.person)], mails.n

    async def become(self, *states: str) -> None:
        """Waits until the letters of the key are in these states."""
        async with asyncio.timeout(90):
            while await self.states() != list(states):  # noqa: ASYNC110
                await asyncio.sleep(0.02)


@pytest.fixture
async def kept(running: Desk, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Kept]:
    fact = renewed()
    made = Kept(running, str(fact.license_id), fact.person_id)
    await running.system.say(mailing(fact.person_id))
    with monkeypatch.context() as bad_release:
        bad_release.setattr(commands, "write", fail)
        await running.system.say(fact)
        await made.become("dead")
    expired = LicenseExpired(license_id=fact.license_id, person_id=fact.person_id, valid_until=date(2026, 6, 30))
    await running.system.say(expired)
    await made.become("dead", "parked")
    made.dead, made.parked = [str(row.id) for row in await made.rows(LETTERS, key=made.key)]
    yield made
    await made.rows("DELETE FROM dead_letter")


async def fail(*_: Any) -> None:
    raise Refused


async def test_the_list_names_each_letter_its_reason_and_its_service(kept: Kept) -> None:
    said = await kept.desk.elms("dead-letters", "list")
    assert said.code == 0
    lines = [line.split() for line in said.text.splitlines()]
    assert lines[0] == ["service", "letter", "state", "type", "key", "reason", "since"]
    assert [line[:3] for line in lines[1:]] == [[OF, kept.parked, "parked"], [OF, kept.dead, "dead"]]
    assert "refused: Refused: This is not possible." in said
    assert said.text.count(kept.key) == 2


async def test_the_list_is_narrowed_by_service_and_by_state(kept: Kept) -> None:
    here = await kept.desk.elms("dead-letters", "list", "--service", OF, "--state", "parked")
    assert [line.split()[1] for line in here.text.splitlines()[1:]] == [kept.parked]
    for words in (("--service", "lookup"), ("--state", "discarded")):
        said = await kept.desk.elms("dead-letters", "list", *words)
        assert (said.code, said.text) == (0, "There are none.\n")


async def test_a_letter_is_shown_with_its_envelope_and_personal_text_blacked_out(kept: Kept) -> None:
    said = await kept.elms("show")
    assert said.code == 0
    shown = json.loads(said.text)
    assert (shown["reason"], shown["detail"]) == ("refused", "Refused: This is not possible.")
    assert shown["headers"]["ce_type"] == "elms.credentials.LicenseRenewed.v1"
    assert shown["value"]["license_id"] == kept.key
    assert shown["value"]["number"] == "█" * len("MS-204417")
    assert "MS-204417" not in said.text


async def test_a_replay_handles_the_letter_and_what_waits_behind_it_and_mails_nothing(kept: Kept) -> None:
    said = await kept.elms("replay")
    assert (said.code, said.text) == (0, "2 handled.\n")
    assert await kept.written() == (["expired", "renewed"], 0)
    assert await kept.states() == ["replayed", "replayed"]
    assert [row.closed_by for row in await kept.rows(LETTERS, key=kept.key)] == [f"operator:{getpass.getuser()}"] * 2
    again = await kept.elms("replay")
    assert (again.code, again.text) == (1, f"elms: Letter {kept.dead} of {OF} is closed already.\n")


async def test_a_replay_with_effects_mails(kept: Kept) -> None:
    said = await kept.elms("replay", "--with-effects")
    assert (said.code, said.text) == (0, "2 handled.\n")
    assert await kept.written() == (["expired", "renewed"], 2)


async def test_a_discarded_letter_is_never_handled_and_what_waits_goes_on(kept: Kept) -> None:
    said = await kept.elms("discard", "--reason", "told by telephone")
    assert (said.code, said.text) == (0, "Discarded; 1 behind it handled.\n")
    assert (await kept.written())[0] == ["expired"]
    discarded = await kept.desk.elms("dead-letters", "list", "--state", "discarded")
    assert [line.split()[1] for line in discarded.text.splitlines()[1:]] == [kept.dead]
    [row, _] = await kept.rows(LETTERS, key=kept.key)
    assert row.closed_reason == "told by telephone"
    [audit] = await kept.rows("SELECT actor, detail FROM audit WHERE action = 'dead letter discarded'")
    assert (audit.actor, audit.detail) == (f"operator:{getpass.getuser()}", {"reason": "told by telephone"})


async def test_without_a_reason_nothing_is_discarded(kept: Kept) -> None:
    said = await kept.elms("discard")
    assert said.code == 1
    assert await kept.states() == ["dead", "parked"]


async def test_what_still_cannot_be_handled_stays_and_says_why(kept: Kept) -> None:
    license_id = LicenseId(new_id())
    headers = [("ce_type", b"elms.credentials.LicenseRenewed.v1"), ("ce_specversion", b"1.0")]
    await kept.desk.system.publish(LICENSES.name, b"{}", str(license_id).encode(), headers)
    kept.key = str(license_id)
    await kept.become("dead")
    [row] = await kept.rows(LETTERS, key=kept.key)
    said = await kept.elms("replay", letter=str(row.id))
    assert (said.code, await kept.states()) == (1, ["dead"])
    assert said.text.startswith(f"elms: Letter {row.id} of {OF} stays as it was: ValueError: headers: no ce_id")


@pytest.mark.parametrize("what", ["show", "replay", "discard"])
async def test_a_letter_or_a_service_that_does_not_exist_is_named(running: Desk, what: str) -> None:
    more = ["--reason", "none"] if what == "discard" else []
    said = await running.elms("dead-letters", what, OF, "4711", *more)
    assert (said.code, said.text) == (1, f"elms: Letter 4711 of {OF} does not exist.\n")
    said = await running.elms("dead-letters", what, "nobody", "1", *more)
    assert (said.code, "elms: there is no service 'nobody'; there are portal, identity," in said) == (1, True)
    said = await running.elms("dead-letters", what, "portal", "1", *more)
    assert (said.code, "portal keeps nothing" in said) == (1, True)
