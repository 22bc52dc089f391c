"""Filings: is it earned, and which credits are set aside for it until it is decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.credentials.commands.renewals import release
from services.credentials.domain.credit import Credit, original_of
from services.credentials.domain.errors import LicenseNotFound
from services.credentials.domain.facts import reason_of
from services.credentials.domain.license import License, active_types
from services.credentials.domain.reservation import Earned, Reservation, ReservationState, earn
from services.credentials.domain.validity import next_span
from services.credentials.store import credits, licenses, people, reservations
from services.credentials.store.people import Person
from shared.contracts.credentials import CreditsReserved, FilingRefused
from shared.contracts.renewals import ApplicationDenied, ApplicationFiled, ApplicationReturned, ApplicationWithdrawn
from shared.contracts.values import CreditAmount, Original
from shared.errors import Refused
from shared.ids import CreditId, ReservationId, derived_id
from shared.messaging.hears import Events
from shared.messaging.work import Work
from shared.policies import Policy
from shared.policies.calendar import local_date

Ended = ApplicationReturned | ApplicationDenied | ApplicationWithdrawn


@dataclass(frozen=True, slots=True)
class Holdings:
    """What filings rest on: the licenses and credits of the people who file."""

    people: dict[UUID, Person]
    licenses: dict[UUID, list[License]]
    credits: dict[UUID, list[Credit]]
    open: dict[UUID, Reservation]

    def licenses_of(self, person: Person) -> list[License]:
        """Every license of a person, under any of their ids."""
        return [license for person_id in person.ids for license in self.licenses.get(person_id, ())]

    def credits_of(self, person: Person) -> list[Credit]:
        """Every credit of a person, under any of their ids."""
        return [credit for person_id in person.ids for credit in self.credits.get(person_id, ())]


async def load_holdings(work: Work, person_ids: Sequence[UUID], *, lock: bool = False) -> Holdings:
    """The licenses, credits and open filings of these people; their rows locked where they will change."""
    known = await (people.lock_people if lock else people.find_people)(work, person_ids)
    ids = [person_id for person in known.values() for person_id in person.ids]
    held = await licenses.find_of_people(work, ids, lock=lock)
    license_ids = [license.license_id for found in held.values() for license in found]
    return Holdings(
        known,
        held,
        await credits.find_of_people(work, ids),
        await reservations.find_open_of_licenses(work, license_ids),
    )


async def reserve_credits(filings: Events[ApplicationFiled], work: Work) -> None:
    """Sets aside the credits that earn each renewal, or says what is missing."""
    renewals = [filing for filing in filings if filing.kind == "renewal"]
    if not renewals:
        return
    holdings = await load_holdings(work, [filing.person_id for filing in renewals], lock=True)
    known = await reservations.find_of_applications(work, [filing.application_id for filing in renewals])
    made: list[Reservation] = []
    reserved: dict[UUID, UUID] = {}
    for filing in renewals:
        if _is_open(known.get(filing.application_id)):
            continue
        person = holdings.people[filing.person_id]
        try:
            license, earned = _earned(filing, person, holdings, work)
        except Refused as refusal:
            work.say(_refused(filing, refusal), version=person.next_version(work), because=filing)
            continue
        reservation = _reservation(filing, license, work)
        made.append(reservation)
        reserved |= {credit.credit_id: reservation.reservation_id for credit in earned.credits}
        said = _reserved(filing, license, reservation, earned, work)
        work.say(said, version=person.next_version(work), because=filing)
    await reservations.insert(work, made)
    await credits.reserve(work, reserved)
    await people.save_versions(work, holdings.people.values())


async def release_credits(ended: Sequence[Ended], work: Work) -> None:
    """Frees the credits of applications that were returned, denied or withdrawn, and with them the method."""
    await release(work, [application.application_id for application in ended])


def _is_open(reservation: Reservation | None) -> bool:
    """Whether this application already has its credits; one that was released may be filed again."""
    return reservation is not None and reservation.state is not ReservationState.RELEASED


def _earned(filing: ApplicationFiled, person: Person, holdings: Holdings, work: Work) -> tuple[License, Earned]:
    theirs = holdings.licenses_of(person)
    license = next((each for each in theirs if each.license_id == filing.license_id), None)
    if license is None:
        raise LicenseNotFound()
    filed = holdings.open.get(license.license_id)
    return license, earn(
        license,
        filing.option,
        holdings.credits_of(person),
        filed_on=local_date(filing.filed_at, work.policy),
        policy=work.policy,
        open_filing=filed.lock if filed else None,
        attested=filing.attested,
        other_active=active_types(theirs, besides=license, on=work.today),
    )


def _reservation(filing: ApplicationFiled, license: License, work: Work) -> Reservation:
    return Reservation(
        reservation_id=derived_id(filing.application_id, "reservation", filing.said.id),
        application_id=filing.application_id,
        license_id=license.license_id,
        person_id=filing.person_id,
        option=filing.option,
        from_valid_until=license.valid_until,
        filed_on=local_date(filing.filed_at, work.policy),
        policy_version=work.policy.version,
        reference=filing.reference,
    )


def _refused(filing: ApplicationFiled, refusal: Refused) -> FilingRefused:
    return FilingRefused(
        person_id=filing.person_id,
        application_id=filing.application_id,
        license_id=filing.license_id,
        reason=reason_of(refusal),
    )


def _reserved(
    filing: ApplicationFiled, license: License, reservation: Reservation, earned: Earned, work: Work
) -> CreditsReserved:
    coming = next_span(license, filed_on=reservation.filed_on, on=work.today, policy=work.policy)
    return CreditsReserved(
        person_id=filing.person_id,
        application_id=filing.application_id,
        license_id=filing.license_id,
        reservation_id=ReservationId(reservation.reservation_id),
        option=filing.option,
        totals=tuple(CreditAmount(unit=unit, amount=amount) for unit, amount in earned.totals),
        originals=originals(earned, filing.attested, work.policy),
        from_valid_until=reservation.from_valid_until,
        new_valid_until=coming.last,
        policy_version=work.policy.version,
    )


def originals(earned: Earned, attested: Sequence[str], policy: Policy) -> tuple[Original, ...]:
    """The originals that an approver must see: of each credit that needs one, and of what was attested."""
    found = []
    for credit in earned.credits:
        original = original_of(credit, policy)
        if original is not None:
            title = f"{original.name}: {credit.title}"
            found.append(Original(credit_id=CreditId(credit.credit_id), title=title, must_show=original.shows))
    wanted = [unit for unit in attested if unit in earned.option.units]
    for kind in policy.development.credit_types:
        if kind.unit in wanted and kind.original is not None:
            found.append(Original(credit_id=None, title=kind.original.name, must_show=kind.original.shows))
    return tuple(found)
