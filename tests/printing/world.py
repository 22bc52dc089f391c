"""A print desk's world for tests: educators with licenses, a print shop, and a stand-in for credentials."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter
from httpx import Response

from services.printing.schedule import step
from shared.contracts.credentials import LicenseRenewed, LicenseState
from shared.contracts.identity import MailingState, PersonState
from shared.contracts.values import Address, Name, Period, PeriodEarned
from shared.errors import Unavailable
from shared.ids import ApplicationId, LicenseId, PersonId, ReservationId, new_id
from shared.messaging.envelope import type_of
from shared.service import Service
from shared.testing.system import System
from shared.tokens import Role
from shared.web.asked import Asked

# Wednesday, 4 March 2026, 9:00 in Jackson; the system's clock begins here.
APPROVED = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
NEXT_CUT_OFF = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
"""Thursday, 6:00 in Jackson."""
UNFINISHED = "SELECT 1 FROM cutting WHERE closed_at IS NULL UNION ALL SELECT 1 FROM batch WHERE state = 'cut'"
PERIOD = Period(effective_from=date(2026, 7, 1), valid_until=date(2031, 6, 30))

ANSWERS: dict[UUID, dict[str, Any] | None] = {}
"""What credentials says of a license: None for “away”; without an entry it stands."""

router = APIRouter()


@router.get("/clearance/{license_id}")
async def clearance(license_id: UUID, period_until: date, asked: Asked) -> dict[str, Any]:
    asked.peer("printing")
    answer = ANSWERS.get(license_id, {"cleared": True, "reason": None})
    if answer is None:
        raise Unavailable
    return answer


clerk = Service(name="credentials", about="A stand-in that says what a test has told it.", routers=(router,))


@dataclass
class Educator:
    """Somebody whose license was renewed."""

    name: str = "Anna Tolliver"
    address: Address | None = field(
        default_factory=lambda: Address(line1="12 Oak St", city="Jackson", state="MS", postal_code="39201")
    )
    person_id: PersonId = field(default_factory=lambda: PersonId(new_id()))
    license_id: LicenseId = field(default_factory=lambda: LicenseId(new_id()))
    application_id: ApplicationId = field(default_factory=lambda: ApplicationId(new_id()))
    standing: str = "good"
    number: str = ""

    @property
    def person(self) -> PersonState:
        first, _, last = self.name.partition(" ")
        return PersonState(person_id=self.person_id, educator_number="1", name=Name(first=first, last=last))

    @property
    def mailing(self) -> MailingState:
        return MailingState(person_id=self.person_id, name=self.person.name, address=self.address)

    @property
    def license(self) -> LicenseState:
        period = PeriodEarned(effective_from=PERIOD.effective_from, valid_until=PERIOD.valid_until)
        return LicenseState(
            license_id=self.license_id,
            public_id=f"pub{self.license_id.hex[-12:]}",
            number=self.number or str(self.license_id.int % 1_000_000),
            person_id=self.person_id,
            license_class="AA",
            license_type="standard",
            endorsements=("116", "120"),
            periods=(period,),
            standing=self.standing,
        )

    @property
    def renewed(self) -> LicenseRenewed:
        return LicenseRenewed(
            license_id=self.license_id,
            person_id=self.person_id,
            number=self.license.number,
            application_id=self.application_id,
            reservation_id=ReservationId(new_id()),
            previous_until=date(2026, 6, 30),
            period=PERIOD,
            approved_at=APPROVED,
            policy_version="ms",
        )


@dataclass
class World:
    """The running services, and what tests do with them again and again."""

    system: System
    shop: UUID = field(default_factory=new_id)

    # ---- who asks ----------------------------------------------------------------------------------------

    def token(self, role: str = "print_shop", person: UUID | None = None) -> str:
        return self.system.token(person or self.shop, "Pat Press", Role(role))

    async def get(self, path: str, role: str = "print_shop", **params: Any) -> Any:
        answer = await self.system.get("printing", path, self.token(role), **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(
        self, path: str, body: Any = None, *, role: str = "print_shop", person: UUID | None = None
    ) -> Response:
        return await self.system.post("printing", path, body, self.token(role, person))

    async def rows(self, sql: str, **parameters: Any) -> list[Any]:
        async with self.system.processes["printing"][0].runtime.work(actor="test") as work:
            return list(await work.rows(sql, **parameters))

    # ---- what happens ------------------------------------------------------------------------------------

    async def renew(self, *educators: Educator) -> None:
        """The educators are known, and their licenses renewed."""
        for one in educators:
            await self.system.say(one.person, one.mailing, one.license, one.renewed)
        await self.system.drain()

    async def cut_off(self) -> None:
        """The next business day's cut-off passes, and its batches are made."""
        now = self.system.clock.now()
        day = NEXT_CUT_OFF
        while day <= now:
            day += timedelta(days=1)
        self.system.clock.set(day)
        await self.batches_made()

    async def batches_made(self) -> None:
        """Everything that can be cut, rendered and released now is."""
        runtime = self.system.processes["printing"][0].runtime
        while await step(runtime) or await self.rows(UNFINISHED):  # noqa: ASYNC110
            await asyncio.sleep(0)
        await self.system.drain()

    async def taken(self) -> dict[str, Any]:
        """The next batch, taken by the shop."""
        answer = await self.post("/batches/take")
        assert answer.status_code == 200, answer.text
        batch: dict[str, Any] = answer.json()
        return batch

    async def pieces(self, batch: dict[str, Any], state: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.get(f"/batches/{batch['batch_id']}/pieces", state=state, limit=2000)
        return found

    async def report(self, batch: dict[str, Any], outcome: str, *pieces: dict[str, Any], **more: Any) -> list[Any]:
        """One report for each piece; what became of each."""
        reports = [{"piece_id": piece["piece_id"], "outcome": outcome} | more for piece in pieces]
        answer = await self.post(f"/batches/{batch['batch_id']}/reports", {"lease": batch["lease"], "reports": reports})
        assert answer.status_code == 200, answer.text
        told: list[Any] = answer.json()
        return told

    async def clear(self, batch: dict[str, Any], piece: dict[str, Any]) -> Response:
        return await self.post(f"/pieces/{piece['piece_id']}/clear", {"lease": batch["lease"]})

    async def mailed(self, batch: dict[str, Any], *pieces: dict[str, Any]) -> None:
        """The pieces are printed, cleared, inserted and mailed."""
        await self.report(batch, "printed", *pieces)
        ids = [piece["piece_id"] for piece in pieces]
        await self.post(f"/batches/{batch['batch_id']}/clear", {"lease": batch["lease"], "pieces": ids})
        await self.report(batch, "inserted", *pieces)
        await self.report(batch, "mailed", *pieces)
        await self.system.drain()

    async def heard(self, topic: str, key: str) -> list[tuple[str, dict[str, Any]]]:
        """What anybody reads on a topic about one thing: the events' names and data, in their order."""
        found = [record for record in await self.system.read(topic) if record.key == key.encode()]
        return [(type_of(record).split(".")[2], orjson.loads(record.value)) for record in found]

    async def job(self, educator: Educator) -> dict[str, Any]:
        """The educator's only job."""
        (found,) = await self.get("/jobs", application_id=str(educator.application_id))
        job: dict[str, Any] = found
        return job
