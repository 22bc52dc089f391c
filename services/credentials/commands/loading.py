"""Credits that agencies award and take back: thousands a second, each with its outcome for the receipt."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.credentials.domain.credit import Credit, Entry, check, usable_units
from services.credentials.domain.errors import CreditAlreadyAwarded, CreditTakenBack, CreditTypeUnknown
from services.credentials.domain.facts import period_of, reason_of
from services.credentials.domain.license import License
from services.credentials.store import credits, licenses, people
from services.credentials.store.credits import Kept, New
from services.credentials.store.people import Person
from shared.contracts.credentials import CreditRecorded, CreditRefused
from shared.contracts.exchange import CreditAwarded
from shared.contracts.values import CreditAmount
from shared.errors import Refused
from shared.ids import LicenseId
from shared.messaging.hears import Events
from shared.messaging.work import Work


@dataclass(slots=True)
class Desk:
    """Everything that a batch of awards is checked against, and what has come of it so far."""

    people: dict[UUID, Person]
    licenses: dict[UUID, list[License]]
    known: dict[UUID, Kept]
    recalls: dict[UUID, str]
    same_days: dict[tuple[UUID, date], list[Credit]]
    new: list[New] = field(default_factory=list)

    def licenses_of(self, person: Person) -> list[License]:
        return [license for person_id in person.ids for license in self.licenses.get(person_id, ())]

    def listed(self, person: Person, day: date) -> list[Credit]:
        return [credit for person_id in person.ids for credit in self.same_days.get((person_id, day), ())]

    def take(self, person_id: UUID, credit: Credit, load_id: str | None) -> None:
        """Keeps a credit, so that what follows in the batch is checked against it too."""
        self.new.append(New(person_id, credit, load_id))
        self.known[credit.credit_id] = Kept(person_id, credit)
        self.same_days.setdefault((person_id, credit.completed_on), []).append(credit)


async def record_loaded_credits(awards: Events[CreditAwarded], work: Work) -> None:
    """Records each awarded credit and the period it counts toward, or says why it cannot count."""
    desk = await open_desk(work, [(award.person_id, award.credit_id, award.completed_on) for award in awards])
    for award in awards:
        person = desk.people[award.person_id]
        try:
            license = _record(award, person, desk, work)
        except Refused as refusal:
            said: CreditRecorded | CreditRefused = _refused(award, refusal)
        else:
            said = _recorded(award, license)
        work.say(said, version=person.next_version(work), because=award)
    await credits.insert(work, desk.new)
    await people.save_versions(work, desk.people.values())


async def open_desk(work: Work, awards: Sequence[tuple[UUID, UUID, date]]) -> Desk:
    """What awards (person, credit, day of completion) are checked against; the people's rows are locked."""
    known = await people.lock_people(work, [person_id for person_id, _, _ in awards])
    ids = [credit_id for _, credit_id, _ in awards]
    places = {(each, day) for person_id, _, day in awards for each in known[person_id].ids}
    theirs, days = zip(*places, strict=True) if places else ((), ())
    return Desk(
        people=known,
        licenses=await licenses.find_of_people(work, set(theirs)),
        known=await credits.find_credits(work, ids),
        recalls=await credits.find_recalls(work, ids),
        same_days=await credits.find_same_days(work, theirs, days),
    )


def _record(award: CreditAwarded, person: Person, desk: Desk, work: Work) -> License | None:
    """The license that it counts for; None where there is none yet. Raises why it cannot count."""
    if award.credit_id in desk.recalls:
        raise CreditTakenBack(agency=award.agency, reason=desk.recalls[award.credit_id])
    entry = entry_of(award, work)
    if award.credit_id in desk.known:
        return _again(award, entry, person, desk, work)
    amount, license = place(entry, desk.licenses_of(person), desk.listed(person, award.completed_on), work)
    credit = Credit(
        credit_id=award.credit_id,
        credit_type=entry.credit_type,
        unit=award.amount.unit,
        amount=amount,
        completed_on=award.completed_on,
        title=award.title,
        provider=award.provider,
        source=award.agency,
        started_on=award.started_on,
        contact_hours=award.contact_hours,
        group=entry.group,
    )
    desk.take(award.person_id, credit, award.load_id)
    return license


def _again(award: CreditAwarded, entry: Entry, person: Person, desk: Desk, work: Work) -> License | None:
    """The same award once more: its outcome is said again. With other values it is refused."""
    credit = desk.known[award.credit_id].credit
    if credit.recalled is not None:
        raise CreditTakenBack(agency=award.agency, reason=credit.recalled)
    said = (award.amount.amount, award.completed_on, award.title)
    if said != (credit.amount, credit.completed_on, credit.title):
        raise CreditAlreadyAwarded(reference=award.reference)
    others = [other for other in desk.listed(person, award.completed_on) if other.credit_id != credit.credit_id]
    return place(entry, desk.licenses_of(person), others, work)[1]


def entry_of(award: CreditAwarded, work: Work) -> Entry:
    """The award as an entry of the department. Raises `CreditTypeUnknown` for a unit that the state does not load."""
    kind = work.policy.find_loaded_type(award.amount.unit)
    if kind is None:
        raise CreditTypeUnknown(field="unit", credit_type=award.amount.unit)
    return Entry(
        credit_type=kind.code,
        completed_on=award.completed_on,
        title=award.title,
        provider=award.provider,
        source="department",
        amount=award.amount.amount,
        contact_hours=award.contact_hours,
        started_on=award.started_on,
        group=kind.loaded_group,
    )


def place(
    entry: Entry, theirs: Sequence[License], listed: Sequence[Credit], work: Work
) -> tuple[Decimal, License | None]:
    """The amount, and the license of the person that the credit counts for. Raises why none takes it.

    The license that comes nearest says why: one that takes the unit before one that does not.
    """
    kind = work.policy.find_credit_type(entry.credit_type)
    unit = kind.unit if kind else ""
    nearest: Refused | None = None
    nearest_first = sorted(theirs, key=lambda each: unit not in usable_units(each, work.policy))
    for license in nearest_first or (None,):
        try:
            amount = check(entry, license=license, listed=listed, lock=None, on=work.today, policy=work.policy)
        except Refused as refusal:
            nearest = nearest or refusal
        else:
            return amount, license
    assert nearest is not None
    raise nearest


def _recorded(award: CreditAwarded, license: License | None) -> CreditRecorded:
    return CreditRecorded(
        person_id=award.person_id,
        credit_id=award.credit_id,
        amount=CreditAmount(unit=award.amount.unit, amount=award.amount.amount),
        title=award.title,
        source=award.agency,
        receipt_id=award.receipt_id,
        license_id=LicenseId(license.license_id) if license else None,
        counts_toward=period_of(license.period) if license else None,
    )


def _refused(award: CreditAwarded, refusal: Refused) -> CreditRefused:
    return CreditRefused(
        person_id=award.person_id,
        credit_id=award.credit_id,
        reason=reason_of(refusal),
        receipt_id=award.receipt_id,
    )
