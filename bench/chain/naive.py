"""The chain as the libraries' documentation leads to it: FastStream one message at a time, an AsyncSession for each.

Equally correct: an inbox claims each message's id, an outbox holds what is to be said, and both commit with the
change. One process for each service.
"""

import asyncio
import sys
from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID, uuid4

import uvloop
from faststream.kafka import KafkaMessage

from bench.chain.cohort import CHIEF, SERVICES, YEARS
from bench.chain.family import family
from bench.chain.models import Application, Base, Credentials, History, Place, Reservation
from bench.chain.naive_events import (
    APPLICATIONS,
    JOBS,
    LICENSES,
    STATES,
    ApplicationCompleted,
    LicenseRenewed,
    LicenseState,
    Period,
    PrintJobQueued,
    RenewalApproved,
)
from bench.chain.naive_followers import Correspondence, Lookup, Printing
from bench.chain.naive_service import Service, engine, is_new, now
from bench.chain.words import at_rate, in_bites, wanted

OUTBOX = "naive_outbox"


class Renewals(Service):
    """Approves; completes applications; notes their paper."""

    def __init__(self) -> None:
        super().__init__("renewals")
        self.hear(LICENSES, "LicenseRenewed", self.complete)
        self.hear(JOBS, "PrintJobQueued", self.note_paper)

    async def approve(self, application_id: UUID) -> None:
        async with self.session.begin() as session:
            application = await session.get(Application, application_id, with_for_update=True)
            if application is None or application.state != "waiting" or application.seen < application.wanted:
                raise RuntimeError(f"{application_id} cannot be approved")
            application.state, application.version = "approved", application.version + 1
            application.decided_by, application.decided_at = CHIEF.model_dump_json(), now()
            session.add(
                History(application_id=application_id, at=now(), what="approved", who=CHIEF.name,
                        who_id=CHIEF.person_id)
            )  # fmt: skip
            event = RenewalApproved.model_validate(
                application.__dict__
                | {"approved_at": application.decided_at, "approved_by": CHIEF.model_dump(mode="json")}
            )
            self.say(session, APPLICATIONS, event, application_id, application.version, uuid4())

    async def approve_when_told(self) -> None:
        async def approve_all(ids: Sequence[UUID]) -> None:
            for id_ in ids:
                await self.approve(id_)

        async for numbers, rate in wanted():
            if rate:
                await at_rate(numbers, rate, self.approve)
            else:
                await in_bites(numbers, approve_all, bite=100)

    async def complete(self, event: LicenseRenewed, message: KafkaMessage) -> None:
        async with self.session.begin() as session:
            cause = await is_new(session, message, LICENSES)
            application = await session.get(Application, event.application_id, with_for_update=True)
            if cause is None or application is None or application.state != "approved":
                return
            application.state, application.version = "completed", application.version + 1
            place = await session.get(Place, event.license_id)
            if place is not None:
                await session.delete(place)
            detail = event.period.valid_until.isoformat()
            session.add(History(application_id=event.application_id, at=now(), what="renewed", detail=detail))
            completed = ApplicationCompleted.model_validate(event.model_dump())
            self.say(session, APPLICATIONS, completed, event.application_id, application.version, cause)

    async def note_paper(self, event: PrintJobQueued, message: KafkaMessage) -> None:
        async with self.session.begin() as session:
            cause = await is_new(session, message, JOBS)
            application = await session.get(Application, event.application_id, with_for_update=True)
            if cause is None or application is None:
                return
            application.paper, application.prints_on = "paper-queued", event.due_on
            detail = event.due_on.isoformat()
            session.add(History(application_id=event.application_id, at=now(), what="paper-queued", detail=detail))


class CredentialsService(Service):
    """Extends licenses."""

    def __init__(self) -> None:
        super().__init__("credentials")
        self.hear(APPLICATIONS, "RenewalApproved", self.extend)

    async def extend(self, event: RenewalApproved, message: KafkaMessage) -> None:
        async with self.session.begin() as session:
            cause = await is_new(session, message, APPLICATIONS)
            license = await session.get(Credentials, event.license_id, with_for_update=True)
            reservation = await session.get(Reservation, event.reservation_id, with_for_update=True)
            if cause is None or license is None or reservation is None:
                return
            if (license.valid_until, license.standing, license.hold_reason, reservation.state) != (
                event.from_valid_until, "good", None, "held"
            ):  # fmt: skip
                raise RuntimeError(f"{event.license_id} cannot be extended")
            before = license.valid_until
            first_day = date.fromordinal(before.toordinal() + 1)
            license.valid_until = before.replace(year=before.year + YEARS)
            period = Period(effective_from=first_day, valid_until=license.valid_until)
            earned = {
                "earning_from": event.filed_at.date().isoformat(), "application_id": str(event.application_id),
                "earned_at": event.approved_at.isoformat(),
            }  # fmt: skip
            license.periods = [*license.periods, period.model_dump(mode="json") | earned]
            license.version += 1
            reservation.state = "spent"
            renewed = LicenseRenewed.model_validate(
                event.model_dump() | {"number": license.number, "previous_until": before, "period": period}
            )
            self.say(session, LICENSES, renewed, event.license_id, license.version, cause)
            state = LicenseState.model_validate(license.__dict__)
            self.say(session, STATES, state, event.license_id, license.version, cause)


async def prepare(databases: dict[str, str]) -> None:
    """Makes the tables of its own."""
    tables = [Base.metadata.tables[name] for name in ("naive_inbox", "naive_outbox")]
    for database in databases.values():
        made = engine(database)
        async with made.begin() as connection:
            await connection.run_sync(Base.metadata.create_all, tables=tables)
        await made.dispose()


MADE: dict[str, Callable[[], Service]] = {
    "credentials": CredentialsService, "lookup": Lookup, "printing": Printing, "correspondence": Correspondence,
}  # fmt: skip


async def main(name: str | None) -> None:
    if name is not None:
        await MADE[name]().run()
        return
    with family("bench.chain.naive", SERVICES[1:]):
        renewals = Renewals()
        renewals.tasks.append(asyncio.create_task(renewals.approve_when_told()))
        await renewals.run()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1] if len(sys.argv) > 1 else None))
