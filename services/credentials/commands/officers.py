"""What a licensing officer decides: standing, holds, changes, new licenses, cases. Each decision is audited."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from services.credentials.commands.saying import bumped, say_of_license
from services.credentials.domain.facts import period_of
from services.credentials.domain.license import Hold, License
from services.credentials.domain.standing import change, reinstate, revoke, suspend
from services.credentials.domain.validity import end_employment_clock, extend_validity, issue, restore
from services.credentials.store import cases, licenses
from services.credentials.store.cases import Case
from shared.contracts import Event
from shared.contracts.credentials import (
    LicenseChanged,
    LicenseIssued,
    LicenseReinstated,
    LicenseRevoked,
    LicenseSuspended,
)
from shared.contracts.exchange import DisciplinaryActionReceived
from shared.contracts.values import Discipline
from shared.errors import Invalid
from shared.ids import ApplicationId, LicenseId, PersonId, derived_id, new_id
from shared.messaging.hears import Events
from shared.messaging.work import Work


async def suspend_license(work: Work, license_id: UUID, action: Discipline) -> License:
    """Suspends a license from a day on, in public; its unmailed paper stops."""
    license, who = await _changed(work, license_id, lambda each: suspend(each, action))
    fact = LicenseSuspended(**who, on=action.on, until=action.until, note=action.note)
    return await _keep(work, license, fact, "license suspended", order=action.note)


async def revoke_license(work: Work, license_id: UUID, action: Discipline) -> License:
    """Takes a license away, in public; its unmailed paper stops."""
    license, who = await _changed(work, license_id, lambda each: revoke(each, action))
    fact = LicenseRevoked(**who, on=action.on, note=action.note)
    return await _keep(work, license, fact, "license revoked", order=action.note)


async def reinstate_license(work: Work, license_id: UUID, *, note: str) -> License:
    """Puts a suspended or revoked license in good standing again; its public actions stay."""
    license, who = await _changed(work, license_id, reinstate)
    return await _keep(work, license, LicenseReinstated(**who, on=work.today, note=note), "license reinstated")


async def restore_license(work: Work, license_id: UUID, way: str) -> License:
    """Gives an ended license a new period, by one of the state's ways back."""
    found = next((each for each in work.policy.reinstatements if each.code == way), None)
    if found is None:
        raise Invalid(field="way", problem=f"{way} is not a way back here.")
    license, who = await _changed(
        work,
        license_id,
        lambda each: restore(each, years=found.years, on=work.today, policy=work.policy, renewable=found.renewable),
    )
    fact = LicenseReinstated(**who, on=work.today, note=found.name)
    return await _keep(work, license, fact, "license restored", way=way)


async def hold_license(work: Work, license_id: UUID, hold: Hold | None) -> License:
    """Puts a private hold on renewing, or (None) takes it away."""
    return await change_license(work, license_id, hold=hold)


async def change_license(work: Work, license_id: UUID, **changes: object) -> License:
    """Changes class, type, endorsements, holder or hold. Nothing is said where nothing differs."""
    _check_codes(work, changes)
    before = await licenses.get_license(work, license_id, lock=True)
    after, changed = change(before, **changes)
    if not changed:
        return before
    who = LicenseId(license_id), PersonId(after.person_id)
    fact = LicenseChanged(license_id=who[0], person_id=who[1], changed=changed)
    return await _keep(work, bumped(after, work), fact, "license changed", changed=changed)


async def extend_license(work: Work, license_id: UUID) -> License:
    """Extends the validity without a renewal, as often as the type allows."""
    license, who = await _changed(
        work, license_id, lambda each: extend_validity(each, on=work.today, policy=work.policy)
    )
    return await _keep(work, license, LicenseChanged(**who, changed=("periods",)), "license extended")


async def end_employment(work: Work, license_id: UUID, last_day: date) -> License:
    """Closes the open period of a license whose years are years of employment."""
    license, who = await _changed(work, license_id, lambda each: end_employment_clock(each, last_day))
    return await _keep(work, license, LicenseChanged(**who, changed=("periods",)), "years of employment used up")


async def issue_license(
    work: Work, *, person_id: UUID, license_type: str, license_class: str, endorsements: Sequence[str],
    application_id: UUID | None = None,
) -> License:  # fmt: skip
    """Issues a new license from today on, under the next number."""
    _check_codes(work, {"license_type": license_type, "license_class": license_class, "endorsements": endorsements})
    blank = License(
        license_id=new_id(),
        public_id=secrets.token_urlsafe(16),
        number=await licenses.next_number(work),
        person_id=person_id,
        license_type=license_type,
        license_class=license_class,
        endorsements=tuple(endorsements),
        periods=(),
    )
    license = bumped(issue(blank, on=work.today, policy=work.policy), work)
    await licenses.insert(work, [license])
    fact = LicenseIssued(
        license_id=LicenseId(license.license_id),
        person_id=PersonId(person_id),
        number=license.number,
        period=period_of(license.period),
        application_id=ApplicationId(application_id) if application_id else None,
    )
    say_of_license(work, license, fact)
    work.audit("license issued", license.number)
    return license


async def open_cases(actions: Events[DisciplinaryActionReceived], work: Work) -> None:
    """Opens a case for each reported action: a person decides."""
    await cases.open_cases(work, [_case(action, work) for action in actions])


async def close_case(work: Work, case_id: UUID, *, outcome: str, by: str) -> Case:
    """Closes a case with what was decided. Raises `CaseClosed` when somebody else was first."""
    case = await cases.get_open_locked(work, case_id)
    await cases.close(work, case_id, by=by, outcome=outcome)
    work.audit("case closed", case_id, outcome=outcome, license_id=case.license_id)
    return replace(case, closed_at=work.now, closed_by=by, outcome=outcome)


async def _changed(
    work: Work, license_id: UUID, decide: Callable[[License], License]
) -> tuple[License, dict[str, LicenseId | PersonId]]:
    """The license, locked, decided and with its next version; and the ids that every fact about it carries."""
    license = bumped(decide(await licenses.get_license(work, license_id, lock=True)), work)
    return license, {"license_id": LicenseId(license_id), "person_id": PersonId(license.person_id)}


async def _keep(work: Work, license: License, fact: Event, action: str, **detail: object) -> License:
    await licenses.save(work, license)
    say_of_license(work, license, fact)
    work.audit(action, license.number, **detail)
    return license


def _check_codes(work: Work, changes: dict[str, object]) -> None:
    """Refuses codes that the state's file does not know."""
    classes = {row.code for row in work.policy.license_classes} or {""}
    if "license_type" in changes and not work.policy.has_license_type(str(changes["license_type"])):
        raise Invalid(field="license_type", problem=f"{changes['license_type']} is no type of license here.")
    if "license_class" in changes and changes["license_class"] not in classes:
        raise Invalid(field="license_class", problem=f"{changes['license_class']} is no class of license here.")
    known = {row.code for row in work.policy.endorsements}
    unknown = sorted(set(map(str, changes.get("endorsements", ()))) - known)  # type: ignore[call-overload]
    if unknown:
        raise Invalid(field="endorsements", problem=f"{', '.join(unknown)}: no such endorsement here.")


def _case(action: DisciplinaryActionReceived, work: Work) -> Case:
    return Case(
        case_id=derived_id(action.said.id, "case"),
        kind="action",
        license_id=action.license_id,
        person_id=action.person_id,
        agency=action.agency,
        action=action.kind,
        acted_on=action.on,
        note=action.note,
        opened_at=work.now,
    )
