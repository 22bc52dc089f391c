"""Credits that educators enter and take out again."""

from dataclasses import dataclass
from uuid import UUID

from services.credentials.commands.scanning import give_scan
from services.credentials.domain.credit import EDUCATOR, Credit, Entry, check
from services.credentials.domain.errors import CreditReserved
from services.credentials.domain.facts import period_of
from services.credentials.domain.license import License
from services.credentials.store import credits, licenses, people, reservations, scans
from services.credentials.store.credits import New
from services.credentials.store.licenses import LicenseUnknown
from shared.contracts.credentials import CreditRecalled, CreditRecorded
from shared.contracts.values import CreditAmount
from shared.errors import NotFound
from shared.ids import CreditId, LicenseId, PersonId, new_id
from shared.messaging.work import Work


class CreditUnknown(NotFound):
    """No credit of this person has this id, or the person did not enter it."""

    text = "You have entered no such credit."
    field = "credit_id"


@dataclass(frozen=True, slots=True)
class Entered:
    """A credit as an educator has entered it, and what the page shows beside."""

    credit: Credit
    license: License


async def enter_credit(work: Work, number: str, entry: Entry, *, grade: str, by: UUID) -> Entered:
    """Records what an educator earned, for one of their licenses. Raises the rule that refuses it."""
    person = (await people.lock_people(work, [by]))[by]
    license = await licenses.get_by_number(work, number)
    if license.person_id not in person.ids:
        raise LicenseUnknown
    held = await credits.find_of_people(work, person.ids)
    listed = [credit for found in held.values() for credit in found]
    filed = (await reservations.find_open_of_licenses(work, [license.license_id])).get(license.license_id)
    lock = filed.lock if filed else None
    amount = check(entry, license=license, listed=listed, lock=lock, on=work.today, policy=work.policy)
    credit = Credit(
        credit_id=new_id(),
        credit_type=entry.credit_type,
        unit=work.policy.credit_type(entry.credit_type).unit,
        amount=amount,
        completed_on=entry.completed_on,
        title=entry.title,
        provider=entry.provider,
        source=EDUCATOR,
        started_on=entry.started_on,
        contact_hours=entry.contact_hours,
        group=entry.group,
        grade=grade,
    )
    await credits.insert(work, [New(by, credit)])
    fact = CreditRecorded(
        person_id=PersonId(by),
        credit_id=CreditId(credit.credit_id),
        amount=CreditAmount(unit=credit.unit, amount=credit.amount),
        title=credit.title,
        source=EDUCATOR,
        license_id=LicenseId(license.license_id),
        counts_toward=period_of(license.period),
    )
    work.say(fact, version=person.next_version(work))
    await people.save_versions(work, [person])
    return Entered(credit, license)


async def add_scan(work: Work, credit_id: UUID, scan_id: UUID, *, by: UUID) -> None:
    """Adds a scan to a credit that its educator entered. Raises what `give_scan` does, and `CreditUnknown`."""
    person = (await people.lock_people(work, [by]))[by]
    found = (await credits.find_credits(work, [credit_id])).get(credit_id)
    if found is None or found.person_id not in person.ids or found.credit.source != EDUCATOR:
        raise CreditUnknown
    await give_scan(work, scan_id, credit_id, person.ids)


async def take_out_credit(work: Work, credit_id: UUID, *, by: UUID) -> None:
    """Takes out a credit that its educator entered; not one that a filing rests on."""
    person = (await people.lock_people(work, [by]))[by]
    found = (await credits.find_credits(work, [credit_id])).get(credit_id)
    if found is None or found.person_id not in person.ids or found.credit.source != EDUCATOR:
        raise CreditUnknown
    if found.credit.reservation_id is not None:
        raise CreditReserved
    if found.credit.recalled is not None:
        return
    reason = "taken out by the educator"
    await credits.mark_recalled(work, {credit_id: reason})
    await scans.loosen(work, credit_id)
    fact = CreditRecalled(person_id=PersonId(by), credit_id=CreditId(credit_id), reason=reason)
    work.say(fact, version=person.next_version(work))
    await people.save_versions(work, [person])
