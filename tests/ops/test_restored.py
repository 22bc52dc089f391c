"""After a restore: what was said and is no longer known is listed, and what is said from then on is newer than all."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ops.forgotten import VERSIONS
from services.credentials.app import service as credentials
from services.lookup.app import service as lookup
from shared.contracts.credentials import CreditRecorded
from shared.contracts.exchange import CreditAwarded
from shared.contracts.identity import PersonState
from shared.contracts.topics import CREDITS, TOPICS
from shared.contracts.topics import LICENSES as LICENSES_SAID
from shared.contracts.values import CreditAmount, Name
from shared.ids import CreditId, PersonId, ReceiptId, new_id
from shared.messaging.envelope import decode
from shared.testing.stack import Databases
from shared.tokens import Role
from tests.ops.desk import Desk
from tests.shared.messaging.test_lenient import publish_badly

LICENSES = """number,educator_number,license_type,license_class,effective_from,valid_until
L1,E1,standard,A,2021-07-01,2026-06-30
"""


@dataclass
class Office:
    """Credentials and the look-up, one educator with one license, and an officer."""

    desk: Desk
    person: PersonId
    officer: PersonId
    license: UUID

    async def suspend(self, until: str) -> None:
        """An officer's decision, over HTTP."""
        token = self.desk.system.token(self.officer, "Ada Vance", Role("licensing_officer"))
        path, order = f"/licenses/{self.license}/suspend", {"note": "By order", "until": until}
        answer = await self.desk.system.post("credentials", path, order, token)
        assert answer.status_code == 200, answer.text
        await self.desk.system.drain()

    async def award(self) -> None:
        """An agency's credit, by an event."""
        award = CreditAwarded(
            person_id=self.person, credit_id=CreditId(new_id()), receipt_id=ReceiptId(new_id()), agency="mde",
            reference="W-1", amount=CreditAmount(unit="ceu", amount=Decimal(1)), contact_hours=None, title="Reading",
            provider="Institute", started_on=None, completed_on=date(2025, 5, 3),
        )  # fmt: skip
        await self.desk.system.say(award)
        await self.desk.system.drain()

    async def shown(self) -> Any:
        """The license as the public sees it."""
        [row] = await self.desk.rows("lookup", "SELECT standing, standing_until FROM shown.license")
        return row.standing, row.standing_until

    async def recorded(self) -> list[CreditRecorded]:
        """What was said of credits."""
        found = [decode(record) for record in await self.desk.system.read(CREDITS.name)]
        return [each for each in found if isinstance(each, CreditRecorded)]


@pytest.fixture
async def office(desk: Desk, tmp_path: Path) -> AsyncIterator[Office]:
    await desk.start(credentials)
    await desk.start(lookup)
    person = PersonId(new_id())
    name = Name(first="Rosa", last="Lopez")
    await desk.system.say(PersonState(person_id=person, educator_number="E1", name=name, districts=()))
    await desk.system.drain()
    file = tmp_path / "licenses.csv"
    file.write_text(LICENSES)
    assert (await desk.elms("import", "licenses", str(file))).code == 0
    await desk.system.drain()
    [row] = await desk.rows("credentials", "SELECT license_id FROM license")
    yield Office(desk, person, PersonId(new_id()), row.license_id)


async def test_a_restored_service_names_what_it_has_lost_says_the_rest_again_and_is_heard_again(
    office: Office, databases: Databases
) -> None:
    desk = office.desk
    await desk.halt("credentials")
    backup = await databases.copy(desk.databases["credentials"])
    await desk.start(credentials)
    await office.award()
    await office.suspend("2026-04-01")
    assert await office.shown() == ("suspended", date(2026, 4, 1))
    await desk.halt("credentials")
    desk.databases["credentials"] = backup
    await publish_badly(desk.system, LICENSES_SAID.name, b"{}", [("ce_type", b"nobody's")])  # it is passed over

    restored = await desk.elms("restored", "credentials")
    lost = [line.split()[2:] for line in restored.text.splitlines() if line.startswith("  ")]
    by = [str(office.license), "by", str(office.officer)]
    assert (restored.code, sorted(lost)) == (0, [["LicenseState", *by], ["LicenseSuspended", *by]]), restored.text
    assert "2 were said and are no longer known: decide each anew, or take it back." in restored
    assert "credentials is in epoch 1; start its processes now." in restored
    differs = await desk.elms("reconcile")
    named = f"shown in the look-up in a state that credentials no longer knows: {office.license}"
    assert (differs.code, named in differs, "1 differences." in differs) == (1, True, True), differs.text

    await desk.start(credentials)
    await desk.system.drain()
    first, again = await office.recorded()
    assert (first.said.id, first.credit_id) == (again.said.id, again.credit_id)
    assert len(await desk.rows("credentials", "SELECT 1 FROM credit")) == 1
    await office.suspend("2026-05-01")  # the officer decides anew
    assert await office.shown() == ("suspended", date(2026, 5, 1))
    said = await desk.elms("reconcile")
    assert said.code == 0, said.text

    await desk.halt("credentials")
    second = await desk.elms("restored", "credentials")
    assert (second.code, second.text) == (0, "credentials is in epoch 2; start its processes now.\n")


async def test_of_every_topic_its_owner_knows_the_versions(desk: Desk) -> None:
    assert set(VERSIONS) == set(TOPICS)
    for topic, sql in VERSIONS.items():
        await desk.rows(topic.owner, sql)


async def test_a_service_that_keeps_nothing_or_does_not_exist_is_named(desk: Desk) -> None:
    portal = await desk.elms("restored", "portal")
    assert (portal.code, portal.text) == (1, "elms: portal keeps nothing, so it has nothing of that kind.\n")
    nobody = await desk.elms("restored", "nobody")
    assert (nobody.code, "there is no service 'nobody'" in nobody) == (1, True)
