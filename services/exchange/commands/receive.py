"""Messages come in: each is decided, receipted, and passed on where another service decides."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from services.exchange.commands import receipts as receipting
from services.exchange.domain.credits import histories
from services.exchange.domain.reading import printable, read
from services.exchange.domain.receiving import Arrival, Known, Outcome, decide
from services.exchange.store import parked, people, receipts
from shared.contracts import Event
from shared.contracts.agency import AboutPerson, DisciplinaryActionReported, StaffAssigned, StaffReleased
from shared.errors import Refused
from shared.messaging.hears import Events
from shared.messaging.inbound import ForeignRecord
from shared.messaging.work import Work


async def receive_records(records: Events[ForeignRecord], work: Work) -> None:
    """Takes the records of agencies' topics. One said before is receipted again and has no second effect."""
    await receive([arrival_of(record, because=record) for record in records], work)


def arrival_of(record: ForeignRecord, because: Event | None = None) -> Arrival:
    """The record, read; or why it cannot be."""
    source, event_id = (printable(record.headers.get(header, "")) for header in ("ce_source", "ce_id"))
    try:
        message, refusal = read(record.kind, record.headers, record.value, too_large=record.too_large), None
    except Refused as error:
        message, refusal = None, error
    return Arrival(record.receipt_id, record.agency, source, event_id, message, refusal, because)


async def receive(arrivals: Sequence[Arrival], work: Work) -> list[Any]:
    """Decides arrivals, no two with one receipt id, keeps and says the outcome. Returns receipts said before."""
    before = {row.receipt_id: row for row in await receipts.find(work, (a.receipt_id for a in arrivals))}
    again = [(row, a.because) for a in arrivals if (row := before.get(a.receipt_id))]
    await receipting.say(work, receipting.of_rows(again))
    fresh = [arrival for arrival in arrivals if arrival.receipt_id not in before]
    if fresh:
        await keep(work, decide(fresh, await know(work, fresh)))
    return list(before.values())


async def know(work: Work, arrivals: Sequence[Arrival]) -> Known:
    """What deciding these arrivals takes: a fixed number of statements, whatever their number."""
    credits = histories(await receipts.find_said(work, {a.credit_id for a in arrivals if a.credit_id}))
    named = [a.message for a in arrivals if isinstance(a.message, AboutPerson)]
    owners = {history.person_id for history in credits.values() if history.person_id}
    directory = await people.find_named(
        work,
        {message.educator_number for message in named if message.educator_number},
        {message.license_number for message in named if message.license_number},
        owners,
    )
    codes = {message.organization_code for message in named if isinstance(message, StaffAssigned | StaffReleased)}
    acted_on = {
        person.person_id
        for message in named
        if isinstance(message, DisciplinaryActionReported) and not message.license_number
        if (person := directory.by_number.get(message.educator_number or ""))
    }
    return Known(
        directory=directory,
        today=work.today,
        policy=work.policy,
        credits=credits,
        organizations=await people.find_organizations(work, codes),
        licenses=await people.find_licenses_of(work, acted_on),
    )


async def keep(work: Work, outcomes: Sequence[Outcome], until: datetime | None = None) -> None:
    """Keeps outcomes, passes their facts on, and says the receipts of what is decided here."""
    until = until or work.now + timedelta(days=work.policy.office.parked_days)
    version = work.next_version()
    await receipts.save(work, outcomes, until=until, version=version)
    await parked.save(work, outcomes, until)
    for outcome in outcomes:
        if outcome.facts and outcome.same_as is None:
            work.say(*outcome.facts, version=version, because=outcome.arrival.because)
    await receipting.say(work, receipting.of_outcomes(outcomes, until=until, version=version))
