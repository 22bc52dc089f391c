"""A small town for the tests of renewals: two districts, the state's office, their people; and the peers as fakes.

The fakes answer over HTTP in the shape that the real services have, and ask for this service's signed token.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from shared.contracts import Event
from shared.contracts.credentials import CreditsReserved, LicenseRenewed
from shared.contracts.identity import OrganizationState, PersonState
from shared.contracts.values import CreditAmount, Grant, Name, Original, Period
from shared.database import fetch
from shared.errors import Unavailable
from shared.ids import (
    ApplicationId,
    CreditId,
    LicenseId,
    OrganizationId,
    PersonId,
    ReservationId,
    new_id,
)
from shared.messaging.envelope import decode, type_of
from shared.service import Service
from shared.testing.system import System
from shared.tokens import Role
from shared.web.asked import Asked

FIRST_DAY = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)  # a Wednesday, 9 a.m.
ENDS, NEW_END = date(2026, 6, 30), date(2031, 6, 30)
RANKIN, HINDS, OFFICE = (OrganizationId(new_id()) for _ in range(3))
LEE, ORTIZ, PARK, VANCE = (PersonId(new_id()) for _ in range(4))
NAMES = {RANKIN: "Rankin County", HINDS: "Hinds County", OFFICE: "Office of Educator Licensure"}
APPROVERS: dict[PersonId, tuple[str, str, OrganizationId]] = {
    LEE: ("Dana Lee", "superintendent", RANKIN),
    ORTIZ: ("Rosa Ortiz", "designee", RANKIN),
    PARK: ("Jin Park", "superintendent", HINDS),
    VANCE: ("Ada Vance", "licensing_officer", OFFICE),
}


@dataclass
class Peers:
    """What the fakes say."""

    refused: set[UUID] = field(default_factory=set)
    revoked: set[UUID] = field(default_factory=set)
    cut: set[UUID] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    away: bool = False

    def forget(self) -> None:
        """Everything is allowed again."""
        self.away = False
        for each in (self.refused, self.revoked, self.cut, self.asked):
            each.clear()

    def services(self) -> tuple[Service, ...]:
        """The fakes as services, each over HTTP."""
        return tuple(
            Service(name=name, about=f"A fake of {name}.", routers=(router,))
            for name, router in (
                ("identity", self._identity()),
                ("credentials", self._credentials()),
                ("printing", self._printing()),
            )
        )

    def _identity(self) -> APIRouter:
        router = APIRouter()

        @router.get("/authority")
        async def authority(
            asked: Asked, person_id: UUID, role: str, organization_id: UUID | None = None
        ) -> dict[str, Any]:
            asked.peer("renewals")
            self.asked.append("authority")
            if self.away:
                raise Unavailable(service="identity")
            known = APPROVERS.get(PersonId(person_id))
            if known is None or person_id in self.revoked or known[2] != (organization_id or OFFICE):
                return {"allowed": False, "by": "not today"}
            return {"allowed": True, "name": known[0], "role": known[1], "organization_id": known[2], "by": known[1]}

        return router

    def _credentials(self) -> APIRouter:
        router = APIRouter()

        @router.get("/check-filing")
        async def check_filing(asked: Asked, license_id: UUID, option: str) -> dict[str, Any]:
            asked.peer("renewals")
            if license_id in self.refused:
                reason = {"code": "not-earned", "text": "4.5 of 10 CEU.", "field": "option"}
                return {"allowed": False, "reason": reason, "number": "123456"}
            return {"allowed": True, "reason": None, "number": "123456"}

        return router

    def _printing(self) -> APIRouter:
        router = APIRouter()

        @router.get("/jobs")
        async def jobs(asked: Asked, application_id: UUID) -> list[dict[str, Any]]:
            asked.peer("renewals")
            return [{"state": "cut" if application_id in self.cut else "queued"}]

        return router


@dataclass
class Town:
    """The running service, the fakes, and short ways to do what people do."""

    system: System
    peers: Peers

    def token(self, person_id: PersonId) -> str:
        """The person's token: an approver's with their role, anybody else's without one."""
        known = APPROVERS.get(person_id)
        roles = [Role(known[1], known[2])] if known else []
        return self.system.token(person_id, known[0] if known else "An educator", *roles)

    async def educator(self, *districts: OrganizationId, last: str = "Rivers", version: int = 1) -> PersonId:
        """An educator whom identity has said."""
        person_id = PersonId(new_id())
        await self.employ(person_id, *districts, last=last, version=version)
        return person_id

    async def employ(
        self,
        person_id: PersonId,
        *districts: OrganizationId,
        last: str = "Rivers",
        version: int = 1,
        merged_into: PersonId | None = None,
    ) -> None:
        """Identity says (again) where somebody works."""
        name = Name(first="Maya", last=last)
        state = PersonState(
            person_id=person_id, educator_number="MS1", name=name, districts=districts, merged_into=merged_into
        )
        await self.hear(state, version=version)

    async def hear(self, *events: Event, version: int = 1) -> None:
        """Others say something, and the service has heard it."""
        await self.system.say(*events, version=version)
        for topic in {event.TOPIC.name for event in events}:
            await self._heard(topic)

    async def _heard(self, topic: str) -> None:
        """Waits until the service's position on the topic is at its end: what it heard has taken effect then."""
        end = sum((await self.system.ends(topic)).values())
        async with asyncio.timeout(90):
            while await self._stands(self.system.topic_prefix + topic) < end:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def _stands(self, topic: str) -> int:
        [row] = await self.rows(
            "SELECT sum(next_offset) AS read FROM consumer_position WHERE topic = :topic", topic=topic
        )
        return int(row.read or 0)

    async def post(self, path: str, body: Any = None, by: PersonId | None = None, key: str = "") -> Any:
        """A request by somebody, who tries again when a busy machine's peers were too slow."""
        for _ in range(3):
            answer = await self.system.post("renewals", path, body, self.token(by) if by else "", key)
            if answer.status_code != 503 or self.peers.away:
                break
        return answer

    async def get(self, path: str, by: PersonId, **params: Any) -> Any:
        return await self.system.get("renewals", path, self.token(by), **params)

    async def file(
        self, person_id: PersonId, license_id: LicenseId | None = None, district: OrganizationId | None = None
    ) -> UUID:
        """Files, and expects that to work."""
        body = {"license_id": str(license_id or new_id()), "option": "A-CEU"}
        answer = await self.post(
            "/applications", body | ({"district_id": str(district)} if district else {}), person_id
        )
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["application_id"])

    async def queued(self, person_id: PersonId, originals: int = 0, license_id: LicenseId | None = None) -> UUID:
        """A filed application that credentials found earned."""
        license_id = license_id or LicenseId(new_id())
        application_id = await self.file(person_id, license_id)
        await self.reserve(application_id, person_id, license_id, originals)
        return application_id

    async def reserve(self, application_id: UUID, person_id: PersonId, license_id: UUID, originals: int = 0) -> None:
        """Credentials finds it earned."""
        await self.hear(reserved(application_id, person_id, license_id, originals))

    async def approved(self, person_id: PersonId) -> UUID:
        """An application that Dr. Lee approved."""
        application_id = await self.queued(person_id)
        answer = await self.post(f"/applications/{application_id}/approve", None, LEE)
        assert answer.status_code == 200, answer.text
        return application_id

    async def completed(self, person_id: PersonId) -> UUID:
        """An approved application whose license credentials has extended."""
        application_id = await self.approved(person_id)
        shown = await self.state(application_id)
        await self.hear(renewed(application_id, person_id, UUID(shown["license_id"])))
        return application_id

    async def state(self, application_id: UUID, by: PersonId = VANCE) -> Any:
        """The application as somebody sees it (by default the state's officer)."""
        answer = await self.get(f"/applications/{application_id}", by)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def rows(self, sql: str, **parameters: Any) -> list[Any]:
        """Rows of the service's database."""
        async with self.system.processes["renewals"][0].runtime.database.begin() as connection:
            return list(await fetch(connection, sql, **parameters))

    async def said(self, event: type[Any], application_id: UUID) -> list[Any]:
        """Every event of this type about this application, read from its topic as anybody would."""
        await self.system.drain()
        records = [r for r in await self.system.read(event.TOPIC.name) if type_of(r) == event.TYPE]
        return [said for said in map(decode, records) if said.key == application_id]

    async def history(self, application_id: UUID) -> list[str]:
        """What happened to it, oldest first."""
        rows = await self.rows("SELECT what FROM history WHERE application_id = :id ORDER BY id", id=application_id)
        return [row.what for row in rows]

    async def misplaced(self) -> list[Any]:
        """Places that tell queues another thing than their applications do."""
        await self.system.drain()
        return await self.rows(
            """SELECT o, a.state, a.claimed_by, a.from_valid_until
               FROM open_application AS o JOIN application AS a USING (application_id)
               WHERE (o.state, o.claimed_by, o.from_valid_until, o.district_id, o.to_state)
                  IS DISTINCT FROM (a.state, a.claimed_by, a.from_valid_until, a.district_id, a.to_state)"""
        )

    async def put_back(self) -> None:
        """Nothing filed, the first day's clock, fakes that say yes."""
        await self.system.drain()
        await self.rows("TRUNCATE application, open_application, original, history, person, request, audit, audit_seal")
        self.system.clock.set(FIRST_DAY)
        self.peers.forget()


def organization(organization_id: OrganizationId, name: str) -> OrganizationState:
    """An organization with its approvers, from the beginning of the year."""
    grants = tuple(
        Grant(person_id=person_id, name=full, role=role, first_day=date(2026, 1, 1))
        for person_id, (full, role, where) in APPROVERS.items()
        if where == organization_id
    )
    kind = "state_office" if organization_id == OFFICE else "district"
    return OrganizationState(
        organization_id=organization_id, code=name[:4], name=name, kind=kind, grants=grants, place="Room 4"
    )


def reserved(application_id: UUID, person_id: PersonId, license_id: UUID, originals: int = 0) -> CreditsReserved:
    """What credentials says of an earned filing, with so many originals to show."""
    return CreditsReserved(
        person_id=person_id,
        application_id=ApplicationId(application_id),
        license_id=LicenseId(license_id),
        reservation_id=ReservationId(new_id()),
        option="A-CEU",
        totals=(CreditAmount(unit="ceu", amount=Decimal(10)),),
        originals=tuple(
            Original(credit_id=CreditId(new_id()), title=f"Institute {n}", must_show=("dates", "agency"))
            for n in range(1, originals + 1)
        ),
        from_valid_until=ENDS,
        new_valid_until=NEW_END,
        policy_version="ms-1",
    )


def renewed(application_id: UUID, person_id: PersonId, license_id: UUID) -> LicenseRenewed:
    """What credentials says of an extended license."""
    return LicenseRenewed(
        license_id=LicenseId(license_id),
        person_id=person_id,
        number="123456",
        application_id=ApplicationId(application_id),
        reservation_id=ReservationId(new_id()),
        previous_until=ENDS,
        period=Period(effective_from=date(2026, 7, 1), valid_until=NEW_END),
        approved_at=FIRST_DAY,
        policy_version="ms-1",
    )
