"""Approvals and their reversals: the hot path. A few statements for any number of approvals."""

from collections.abc import Iterable
from uuid import UUID

from services.credentials.commands.saying import bumped, say_of_license
from services.credentials.domain.errors import CreditsNotReserved, LicenseNotFound
from services.credentials.domain.facts import period_of, reason_of
from services.credentials.domain.license import License, Renewal
from services.credentials.domain.reservation import Reservation, ReservationState
from services.credentials.domain.validity import extend, undo
from services.credentials.store import credits, licenses, reservations
from shared.contracts.credentials import LicenseRenewed, RenewalRefused, RenewalUndone
from shared.contracts.renewals import RenewalApproved, RenewalReversed
from shared.errors import Refused
from shared.messaging.hears import Events
from shared.messaging.work import Work
from shared.policies.calendar import local_date


async def extend_licenses(approvals: Events[RenewalApproved], work: Work) -> None:
    """Extends each license by one period and spends its credits, or says why it cannot be."""
    kept = await licenses.find_licenses(work, [a.license_id for a in approvals], lock=True)
    reserved = await reservations.find_reservations(work, [a.reservation_id for a in approvals], lock=True)
    renewed: list[License] = []
    spent: dict[UUID, ReservationState] = {}
    for approval in approvals:
        license = kept.get(approval.license_id)
        if license is not None and _is_applied(license, approval):
            continue
        try:
            extended = _extended(license, approval, reserved.get(approval.reservation_id), work)
        except Refused as refusal:
            _refuse(approval, license, refusal, work)
        else:
            renewed.append(extended)
            spent[approval.reservation_id] = ReservationState.SPENT
            say_of_license(work, extended, _renewed(extended, approval), because=approval)
    await licenses.save_periods(work, renewed)
    await reservations.set_states(work, spent)


async def undo_renewals(reversals: Events[RenewalReversed], work: Work) -> None:
    """Takes back the period that each application earned, and frees its credits.

    An approval that was refused has no period to take back; its credits are free all the same.
    """
    kept = await licenses.find_licenses(work, [r.license_id for r in reversals], lock=True)
    undone: list[License] = []
    for reversal in reversals:
        license = kept.get(reversal.license_id)
        if license is None or license.period.application_id != reversal.application_id:
            continue
        before = bumped(undo(license, reversal.application_id), work)
        undone.append(before)
        say_of_license(work, before, _undone(license, before, reversal), because=reversal)
    await licenses.save_periods(work, undone)
    await release(work, [r.application_id for r in reversals])


async def release(work: Work, applications: Iterable[UUID]) -> None:
    """Frees the credits of applications, and with them the method."""
    known = await reservations.find_of_applications(work, applications)
    taken = [r.reservation_id for r in known.values() if r.state is not ReservationState.RELEASED]
    await reservations.set_states(work, dict.fromkeys(taken, ReservationState.RELEASED))
    await credits.release(work, taken)


def _is_applied(license: License, approval: RenewalApproved) -> bool:
    """Whether this very application has earned a period: then it is heard again, and nothing is to be done."""
    return any(period.application_id == approval.application_id for period in license.periods)


def _extended(
    license: License | None, approval: RenewalApproved, reservation: Reservation | None, work: Work
) -> License:
    if license is None:
        raise LicenseNotFound()
    renewal = Renewal(
        application_id=approval.application_id,
        from_valid_until=approval.from_valid_until,
        filed_on=local_date(approval.filed_at, work.policy),
        approved_at=approval.approved_at,
    )
    extended = extend(license, renewal, on=work.today, policy=work.policy)
    if reservation is None or reservation.license_id != license.license_id:
        raise CreditsNotReserved()
    if reservation.state is not ReservationState.HELD:
        raise CreditsNotReserved()
    return bumped(extended, work)


def _refuse(approval: RenewalApproved, license: License | None, refusal: Refused, work: Work) -> None:
    refused = RenewalRefused(
        license_id=approval.license_id,
        person_id=approval.person_id,
        application_id=approval.application_id,
        reason=reason_of(refusal),
    )
    work.say(refused, version=license.version if license else 0, because=approval)


def _renewed(license: License, approval: RenewalApproved) -> LicenseRenewed:
    return LicenseRenewed(
        license_id=approval.license_id,
        person_id=approval.person_id,
        number=license.number,
        application_id=approval.application_id,
        reservation_id=approval.reservation_id,
        previous_until=approval.from_valid_until,
        period=period_of(license.period),
        approved_at=approval.approved_at,
        policy_version=approval.policy_version,
    )


def _undone(license: License, before: License, reversal: RenewalReversed) -> RenewalUndone:
    return RenewalUndone(
        license_id=reversal.license_id,
        person_id=reversal.person_id,
        application_id=reversal.application_id,
        period=period_of(license.period),
        back_to=before.valid_until,
    )
