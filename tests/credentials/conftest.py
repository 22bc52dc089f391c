"""A running credentials service with people in it, and short ways to say and ask things."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
from aiokafka import TopicPartition

from ops import topics as kafka_topics
from services.credentials.app import service
from shared.contracts import Event
from shared.contracts.exchange import CreditAwarded, CreditTakenBack
from shared.contracts.identity import PersonState
from shared.contracts.renewals import ApplicationFiled, RenewalApproved
from shared.contracts.values import Authority, CreditAmount, Name
from shared.database import Row, fetch
from shared.ids import ApplicationId, CreditId, LicenseId, PersonId, ReceiptId, ReservationId, new_id
from shared.messaging.envelope import decode
from shared.testing.system import System
from shared.tokens import Role, ServiceKey
from tests.conftest import FreshDatabase, database_of, topics_of

E = TypeVar("E", bound=Event)
LEE = Authority(person_id=PersonId(new_id()), name="Dr. Lee", role="superintendent")
DISTRICT = new_id()


NOON = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
_numbers = count(1)


@dataclass
class Office:
    """The service under test, as one test sees it: people and licenses of its own, and what is said since it began.

    The running service is shared by all tests of a state: starting it takes longer than most of them.
    """

    system: System
    since: dict[TopicPartition, int]
    number: int = 0

    async def person(self, **changes: Any) -> PersonId:
        """Somebody whom identity knows; their educator number is E1, E2, … and `number` its digits."""
        self.number = next(_numbers)
        person_id = PersonId(new_id())
        name = Name(first="Rosa", last="Lopez")
        values = {"person_id": person_id, "educator_number": f"E{self.number}", "name": name, "districts": (DISTRICT,)}
        await self.system.say(PersonState(**(values | changes)))
        await self.system.drain()
        return person_id

    async def license(self, person: PersonId, license_class: str = "A", **columns: Any) -> dict[str, Any]:
        """A license of somebody, as it is shown; Mississippi's runs from July 2021 to June 2026."""
        number = columns.pop("number", f"L{next(_numbers)}")
        row = {
            "number": number, "educator_number": f"E{self.number}", "license_type": "standard",
            "license_class": license_class, "effective_from": "2021-07-01", "valid_until": "2026-06-30",
        }  # fmt: skip
        found = await self.load("licenses", [row | columns])
        assert found["errors"] == []
        return await self.shown(number, person)

    async def load(self, what: str, rows: Sequence[dict[str, Any]], **params: Any) -> dict[str, Any]:
        """Imports rows as a loader does."""
        token = self.system.token(new_id(), "Loader", Role("loader"))
        answer = await self.system.ask("POST", "credentials", f"/import/{what}", token, json=rows, params=params)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def shown(self, number: str, person: UUID) -> dict[str, Any]:
        """A license, as its holder sees it."""
        answer = await self.system.get("credentials", f"/licenses/{number}", self.token(person))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def page(self, number: str, person: UUID) -> dict[str, Any]:
        """The professional-development page."""
        answer = await self.system.get("credentials", f"/licenses/{number}/development", self.token(person))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def enter(self, number: str, person: UUID, **given: Any) -> Any:
        """Enters a credit; returns the answer."""
        body = {"title": "Reading by third grade", "provider": "Literacy Institute", "completed_on": "2025-05-03"}
        return await self.system.post("credentials", f"/licenses/{number}/credits", body | given, self.token(person))

    def token(self, person: UUID) -> str:
        return self.system.token(person, "Rosa Lopez", Role("educator"))

    def officer(self) -> str:
        return self.system.token(new_id(), "Ms. Officer", Role("licensing_officer"))

    def signed(self, peer: str) -> dict[str, str]:
        """The headers with which a peer asks."""
        key = ServiceKey.of(peer, self.system.folder / "keys")
        return {"Service-Token": key.sign(audience="credentials")}

    # ── events of others ─────────────────────────────────────────────────────────────────────────────────────

    def filed(self, license: dict[str, Any], option: str, **changes: Any) -> ApplicationFiled:
        """An educator files."""
        values = {
            "application_id": new_id(), "reference": "R-2026-00001", "kind": "renewal",
            "person_id": license["person_id"], "license_id": license["license_id"], "option": option,
            "district_id": None, "filed_at": self.system.clock.now(),
        }  # fmt: skip
        return ApplicationFiled.model_validate(values | changes)

    def approved(self, filed: ApplicationFiled, reservation_id: UUID, **changes: Any) -> RenewalApproved:
        """An approver says yes."""
        values = {
            "application_id": filed.application_id, "license_id": filed.license_id, "person_id": filed.person_id,
            "from_valid_until": date(2026, 6, 30), "reservation_id": ReservationId(reservation_id),
            "filed_at": filed.filed_at, "approved_at": self.system.clock.now(), "approved_by": LEE,
            "policy_version": "ms-2025-07",
        }  # fmt: skip
        return RenewalApproved.model_validate(values | changes)

    def awarded(self, person: PersonId, ceu: str = "1", unit: str = "ceu", **changes: Any) -> CreditAwarded:
        """An agency awards a credit."""
        reference = str(new_id())
        values = {
            "person_id": person, "credit_id": CreditId(new_id()), "receipt_id": ReceiptId(new_id()), "agency": "mde",
            "reference": reference, "amount": CreditAmount(unit=unit, amount=Decimal(ceu)), "contact_hours": None,
            "title": f"eLearning {reference}", "provider": "MDE", "started_on": None, "completed_on": date(2025, 5, 3),
        }  # fmt: skip
        return CreditAwarded.model_validate(values | changes)

    def recalled(self, award: CreditAwarded, reason: str = "entered twice") -> CreditTakenBack:
        """The agency takes it back."""
        return CreditTakenBack(
            person_id=award.person_id, credit_id=award.credit_id, receipt_id=ReceiptId(new_id()), agency="mde",
            reason=reason,
        )  # fmt: skip

    async def renewed(self, license: dict[str, Any], option: str = "A-CEU") -> ApplicationFiled:
        """A license whose filing was reserved and approved."""
        filed = self.filed(license, option)
        await self.said_and_done(filed)
        await self.said_and_done(self.approved(filed, await self.reservation_of(filed.application_id)))
        return filed

    async def said_and_done(self, *events: Event) -> None:
        """Says events and waits until all came of them."""
        await self.system.say(*events)
        await self.system.drain()

    # ── what came of it ──────────────────────────────────────────────────────────────────────────────────────

    async def rows(self, sql: str, **parameters: Any) -> Sequence[Row]:
        async with self.system.processes["credentials"][0].runtime.database.begin() as connection:
            return await fetch(connection, sql, **parameters)

    async def reservation_of(self, application_id: ApplicationId) -> UUID:
        rows = await self.rows("SELECT reservation_id FROM reservation WHERE application_id = :id", id=application_id)
        return UUID(str(rows[-1].reservation_id))

    async def said(self, *types: type[E]) -> list[E]:
        """Everything of these types that was said since the test began, in the order of each key."""
        topics = {kind.TOPIC.name for kind in types}
        events = [decode(record) for record in await self.system.read(*topics, since=self.since)]
        return [event for event in events if isinstance(event, types)]


@asynccontextmanager
async def running(kafka: str, fresh_database: FreshDatabase, folder: Path, jurisdiction: str) -> AsyncIterator[System]:
    """The service of a state, until the session ends."""
    system = System(kafka, f"t{new_id().hex}.", folder, jurisdiction=jurisdiction)
    made = await kafka_topics.apply(kafka, sorted(topics_of([service]), key=str), prefix=system.topic_prefix)
    await system.start(service, await database_of(service, fresh_database))
    try:
        yield system
    finally:
        await system.stop()
        await kafka_topics.delete(kafka, made.missing)


@pytest.fixture(scope="session")
async def mississippi(
    kafka: str, fresh_database: FreshDatabase, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[System]:
    async with running(kafka, fresh_database, tmp_path_factory.mktemp("ms"), "mississippi") as runs:
        yield runs


@pytest.fixture(scope="session")
async def commonwealth(
    kafka: str, fresh_database: FreshDatabase, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[System]:
    async with running(kafka, fresh_database, tmp_path_factory.mktemp("ma"), "massachusetts") as runs:
        yield runs


@pytest.fixture
async def office(mississippi: System) -> Office:
    """Mississippi's credentials service, on 4 March 2026."""
    return await opened(mississippi)


@pytest.fixture
async def massachusetts(commonwealth: System) -> Office:
    """Massachusetts' credentials service, on 4 March 2026."""
    return await opened(commonwealth)


async def opened(system: System) -> Office:
    """The office as a test finds it."""
    system.clock.set(NOON)
    await system.drain()
    return Office(system, await system.ends(*{event.TOPIC.name for event in service.publishes}))


def license_id_of(license: dict[str, Any]) -> LicenseId:
    """The id of a license that was shown."""
    return LicenseId(UUID(license["license_id"]))
