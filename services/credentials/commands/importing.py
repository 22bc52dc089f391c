"""Licenses and credits of a predecessor system: checked row by row, written at once, harmless when done again.

A row that is wrong is named with its field and what to do; the others are taken.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.credentials.commands.loading import Desk, open_desk, place
from services.credentials.commands.rows import CreditRow, LicenseRow, Report, RowError, read_rows
from services.credentials.commands.saying import bumped
from services.credentials.domain.credit import IMPORT, Credit, Entry
from services.credentials.domain.facts import period_of, state_of
from services.credentials.domain.license import License, Period
from services.credentials.store import credits, licenses, people
from services.credentials.store.people import Person
from shared.contracts.credentials import CreditRecorded
from shared.contracts.values import CreditAmount
from shared.errors import Refused
from shared.ids import CreditId, LicenseId, PersonId, named_id
from shared.messaging.work import Work
from shared.policies import Policy

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Of ids that are made from a natural key, so that the same row has the same id everywhere."""


async def import_licenses(work: Work, rows: Sequence[Mapping[str, Any]], *, preview: bool = False) -> Report:
    """Adds the licenses that are not here yet; those that are stay as they are."""
    report, read = read_rows(LicenseRow, rows)
    owners = await people.find_by_numbers(work, [row.educator_number for _, row in read])
    known = set(await licenses.find_by_numbers(work, [row.number for _, row in read]))
    new: list[License] = []
    for number, row in read:
        if (problem := _problem(row, owners, work.policy)) is not None:
            report.errors.append(RowError(number, *problem))
        elif row.number in known:
            report.known += 1
        else:
            known.add(row.number)
            new.append(bumped(_license(row, owners[row.educator_number], work.policy), work))
    report.new = len(new)
    if new and not preview:
        await licenses.insert(work, new)
        for license in new:
            work.say(state_of(license), version=license.version)
    return report


async def import_credits(work: Work, rows: Sequence[Mapping[str, Any]], *, preview: bool = False) -> Report:
    """Adds the credits that are not here yet, under the rules of the state."""
    report, read = read_rows(CreditRow, rows)
    owners = await people.find_by_numbers(work, [row.educator_number for _, row in read])
    given = [(owners[r.educator_number], _credit_id(r, work.policy), r) for _, r in read if r.educator_number in owners]
    desk = await open_desk(work, [(person_id, credit_id, row.completed_on) for person_id, credit_id, row in given])
    for number, row in read:
        if row.educator_number not in owners:
            report.errors.append(RowError(number, "educator_number", f"Nobody has {row.educator_number}."))
            continue
        try:
            is_new = _take(row, owners[row.educator_number], desk, work, preview=preview)
        except Refused as refusal:
            report.errors.append(RowError(number, refusal.field or "", str(refusal)))
        else:
            report.new += is_new
            report.known += not is_new
    if not preview:
        await credits.insert(work, desk.new)
        await people.save_versions(work, desk.people.values())
    return report


def _problem(row: LicenseRow, owners: Mapping[str, UUID], policy: Policy) -> tuple[str, str] | None:
    """The first thing that is wrong with a license, and its field."""
    if row.educator_number not in owners:
        return "educator_number", f"Nobody has {row.educator_number}."
    if not policy.has_license_type(row.license_type):
        return "license_type", f"{row.license_type} is no type of license here."
    classes = policy.license_type(row.license_type).classes or ("",)
    if row.license_class not in classes:
        return "license_class", f"{row.license_class or 'No class'} is no class of this type of license."
    unknown = sorted(set(row.endorsements) - {each.code for each in policy.endorsements})
    if unknown:
        return "endorsements", f"{', '.join(unknown)}: no such endorsement here."
    return None


def _license(row: LicenseRow, person_id: UUID, policy: Policy) -> License:
    kind = policy.license_type(row.license_type)
    period = Period(row.effective_from, row.valid_until, row.earning_from or row.effective_from)
    return License(
        license_id=named_id(EPOCH, "license", policy.jurisdiction, row.number),
        public_id=secrets.token_urlsafe(16),
        number=row.number,
        person_id=person_id,
        license_type=row.license_type,
        license_class=row.license_class,
        endorsements=row.endorsements,
        periods=(period,),
        standing=row.standing,
        provisional=kind.provisional if row.provisional is None else row.provisional,
    )


def _credit_id(row: CreditRow, policy: Policy) -> UUID:
    key = (row.educator_number, row.credit_type, row.title, row.completed_on, row.amount, row.reference)
    return named_id(EPOCH, "credit", policy.jurisdiction, *key)


def _take(row: CreditRow, person_id: UUID, desk: Desk, work: Work, *, preview: bool) -> bool:
    """Keeps the credit of a row, if it is not here yet. Raises the rule that refuses it."""
    credit_id, person = _credit_id(row, work.policy), desk.people[person_id]
    if credit_id in desk.known:
        return False
    entry = Entry(
        credit_type=row.credit_type,
        completed_on=row.completed_on,
        title=row.title,
        provider=row.provider,
        source="department",
        amount=row.amount,
        contact_hours=row.contact_hours,
        started_on=row.started_on,
        group=row.content_group,
    )
    amount, license = place(entry, desk.licenses_of(person), desk.listed(person, row.completed_on), work)
    credit = Credit(
        credit_id=credit_id,
        credit_type=row.credit_type,
        unit=work.policy.credit_type(row.credit_type).unit,
        amount=amount,
        completed_on=row.completed_on,
        title=row.title,
        provider=row.provider,
        source=IMPORT,
        started_on=row.started_on,
        contact_hours=row.contact_hours,
        group=row.content_group,
    )
    desk.take(person_id, credit, None)
    if not preview:
        _say(work, person, credit, license)
    return True


def _say(work: Work, person: Person, credit: Credit, license: License | None) -> None:
    fact = CreditRecorded(
        person_id=PersonId(person.person_id),
        credit_id=CreditId(credit.credit_id),
        amount=CreditAmount(unit=credit.unit, amount=credit.amount),
        title=credit.title,
        source=IMPORT,
        license_id=LicenseId(license.license_id) if license else None,
        counts_toward=period_of(license.period) if license else None,
    )
    work.say(fact, version=person.next_version(work))
