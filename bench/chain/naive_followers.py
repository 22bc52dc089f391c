"""The naive chain's end: what follows a renewed license. The look-up shows it, it is printed, a letter tells of it."""

from uuid import uuid5

from faststream.kafka import KafkaMessage

from bench.chain.cohort import policy
from bench.chain.models import Job, Known, Letter, Recipient, Shown, Undone
from bench.chain.naive_events import JOBS, LICENSES, STATES, LicenseRenewed, LicenseState, PrintJobQueued
from bench.chain.naive_service import Service, is_new, now
from shared.policies.calendar import print_day


class Lookup(Service):
    """Shows licenses."""

    def __init__(self) -> None:
        super().__init__("lookup")
        self.hear(STATES, "LicenseState", self.show)

    async def show(self, event: LicenseState, message: KafkaMessage) -> None:
        async with self.session.begin() as session:
            version = int(message.headers["ce_sequence"])
            shown = await session.get(Shown, event.license_id, with_for_update=True)
            if await is_new(session, message, STATES) is None or (shown is not None and shown.version >= version):
                return
            values = event.model_dump(mode="json") | {"standing_until": event.standing_until, "version": version}
            values |= {"license_id": event.license_id, "person_id": event.person_id}
            await session.merge(Shown(**values, number_key=event.number.upper()))


class Printing(Service):
    """Queues print jobs, and knows licenses."""

    def __init__(self) -> None:
        super().__init__("printing")
        self.hear(LICENSES, "LicenseRenewed", self.queue)
        self.hear(STATES, "LicenseState", self.know)

    async def queue(self, event: LicenseRenewed, message: KafkaMessage) -> None:
        async with self.session.begin() as session:
            cause = await is_new(session, message, LICENSES)
            if cause is None or await session.get(Undone, event.application_id) is not None:
                return
            job_id = uuid5(event.license_id, event.period.valid_until.isoformat())
            due_on = print_day(event.approved_at, policy())
            session.add(
                Job(
                    job_id=job_id, version=1, license_id=event.license_id, person_id=event.person_id,
                    application_id=event.application_id, effective_from=event.period.effective_from,
                    valid_until=event.period.valid_until, due_on=due_on, state="queued", queued_at=now(),
                )
            )  # fmt: skip
            queued = PrintJobQueued.model_validate(event.model_dump() | {"job_id": job_id, "due_on": due_on})
            self.say(session, JOBS, queued, job_id, 1, cause)

    async def know(self, event: LicenseState, message: KafkaMessage) -> None:
        async with self.session.begin() as session:
            version = int(message.headers["ce_sequence"])
            known = await session.get(Known, event.license_id, with_for_update=True)
            if await is_new(session, message, STATES) is None or (known is not None and known.version >= version):
                return
            spans = [[p.effective_from.isoformat(), p.valid_until.isoformat()] for p in event.periods]
            await session.merge(
                Known(
                    license_id=event.license_id, version=version, number=event.number, person_id=event.person_id,
                    public_id=event.public_id, license_type=event.license_type, license_class=event.license_class,
                    endorsements=event.endorsements, standing=event.standing, periods=spans,
                    ends=[last for _, last in spans],
                )
            )  # fmt: skip


class Correspondence(Service):
    """Writes letters."""

    def __init__(self) -> None:
        super().__init__("correspondence")
        self.hear(LICENSES, "LicenseRenewed", self.write)

    async def write(self, event: LicenseRenewed, message: KafkaMessage) -> None:
        async with self.session.begin() as session:
            cause = await is_new(session, message, LICENSES)
            if cause is None:
                return
            recipient = await session.get(Recipient, event.person_id)
            data = {"number": event.number, "previous_until": event.previous_until.isoformat()}
            session.add(
                Letter(
                    letter_id=uuid5(event.license_id, event.period.valid_until.isoformat()),
                    person_id=event.person_id, kind="renewed", language=recipient.language if recipient else "en",
                    name=recipient.name if recipient else "", template="renewed-1", letterhead="head-1",
                    data=data | event.period.model_dump(mode="json"), sent_at=now(),
                    emailed=recipient is not None and recipient.email is not None, cause=cause,
                )
            )  # fmt: skip
