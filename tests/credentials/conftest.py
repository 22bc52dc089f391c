"""A running credentials service with people in it, and short ways to say and ask things."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import orjson
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from sqlalchemy import Row

from services.credentials.app import service
from shared.contracts import Event
from shared.contracts.exchange import CreditAwarded, CreditTakenBack
from shared.contracts.identity import PersonState
from shared.contracts.renewals import ApplicationFiled, RenewalApproved
from shared.contracts.values import Authority, CreditAmount, Name
from shared.database import fetch
from shared.ids import ApplicationId, CreditId, LicenseId, PersonId, ReceiptId, ReservationId, new_id
from shared.messaging.envelope import decode
from shared.testing.system import System
from shared.tokens import Role, ServiceKey
from tests.conftest import MakeSystem

E = TypeVar("E", bound=Event)
LEE = Authority(person_id=PersonId(new_id()), name="Dr. Lee", role="superintendent")
DISTRICT = new_id()


@dataclass
class Office:
    """The service under test, and the people and licenses that it knows."""

    system: System
    numbers: int = 0

    async def person(self, **changes: Any) -> PersonId:
        """Somebody whom identity knows; their educator number is E1, E2, …"""
        self.numbers += 1
        person_id = PersonId(new_id())
        name = Name(first="Rosa", last="Lopez")
        values = {"person_id": person_id, "educator_number": f"E{self.numbers}", "name": name, "districts": (DISTRICT,)}
        await self.system.say(PersonState(**(values | changes)))
        await self.system.drain()
        return person_id

    async def license(self, person: PersonId, license_class: str = "A", **columns: Any) -> dict[str, Any]:
        """A license of somebody, as it is shown; Mississippi's runs from July 2021 to June 2026."""
        number = columns.pop("number", f"2000{self.numbers}")
        row = {
            "number": number, "educator_number": f"E{self.numbers}", "license_type": "standard",
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

    def awarded(self, person: PersonId, amount: str = "1", unit: str = "ceu", **changes: Any) -> CreditAwarded:
        """An agency awards a credit."""
        reference = str(new_id())
        values = {
            "person_id": person, "credit_id": CreditId(new_id()), "receipt_id": ReceiptId(new_id()), "agency": "mde",
            "reference": reference, "amount": CreditAmount(unit=unit, amount=Decimal(amount)), "contact_hours": None,
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

    async def rows(self, sql: str, **parameters: Any) -> Sequence[Row[Any]]:
        async with self.system.processes["credentials"][0].runtime.database.begin() as connection:
            return await fetch(connection, sql, **parameters)

    async def reservation_of(self, application_id: ApplicationId) -> UUID:
        [row] = await self.rows("SELECT reservation_id FROM reservation WHERE application_id = :id", id=application_id)
        return UUID(str(row.reservation_id))

    async def said(self, *types: type[E]) -> list[E]:
        """Everything of these types that was said, in the order of each key."""
        topics = {kind.TOPIC.name: kind for kind in types}
        found: list[E] = []
        consumer = AIOKafkaConsumer(bootstrap_servers=self.system.kafka, auto_offset_reset="earliest")
        await consumer.start()
        try:
            parts = [TopicPartition(self.system.topic_prefix + name, n) for name in topics for n in range(6)]
            consumer.assign(parts)
            ends = await consumer.end_offsets(parts)
            await consumer.seek_to_beginning(*parts)
            while any([await consumer.position(part) < end for part, end in ends.items()]):
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += [event for record in records if isinstance(event := decode(record), types)]
        finally:
            await consumer.stop()
        return found


@pytest.fixture
async def office(make_system: MakeSystem) -> AsyncIterator[Office]:
    """Mississippi's credentials service, on 4 March 2026."""
    yield Office(await make_system(service))


@pytest.fixture
async def massachusetts(make_system: MakeSystem) -> AsyncIterator[Office]:
    """Massachusetts' credentials service, on 4 March 2026."""
    yield Office(await make_system(service, jurisdiction="massachusetts"))


def body(answer: Any) -> dict[str, Any]:
    """An answer's JSON."""
    return dict(orjson.loads(answer.content))


def license_id_of(license: dict[str, Any]) -> LicenseId:
    """The id of a license that was shown."""
    return LicenseId(UUID(license["license_id"]))
