"""Events in: one sentence each, one command each."""

from datetime import UTC, datetime

from services.printing.commands import jobs, known, shop
from services.printing.domain import jobs as rules
from services.printing.domain.errors import ReportRefused
from services.printing.domain.pieces import Report
from shared.contracts.credentials import (
    CreditRecalled,
    LicenseIssued,
    LicenseReinstated,
    LicenseRenewed,
    LicenseRevoked,
    LicenseState,
    LicenseSuspended,
    RenewalUndone,
)
from shared.contracts.exchange import PieceReported
from shared.contracts.identity import ContactChanged, MailingState, PersonState
from shared.contracts.renewals import RenewalReversed
from shared.messaging.hears import Events, hears
from shared.messaging.work import Work


@hears(LicenseRenewed, locks="license_id")
async def queue_jobs_on_license_renewed(renewals: Events[LicenseRenewed], work: Work) -> None:
    """Queue one job for each license and period, due the next business day."""
    await jobs.queue_jobs(renewals, work)


@hears(LicenseIssued, locks="license_id")
async def queue_jobs_on_license_issued(issues: Events[LicenseIssued], work: Work) -> None:
    """Queue one job for each license that an application led to; an imported one has its paper."""
    await jobs.queue_jobs(issues, work)


@hears(RenewalUndone, locks="license_id")
async def stop_jobs_on_renewal_undone(undone: Events[RenewalUndone], work: Work) -> None:
    """Stop the paper of each period that was taken back."""
    await jobs.undo_of_applications(undone, [event.application_id for event in undone], work)


@hears(RenewalReversed, locks="application_id")
async def stop_jobs_on_renewal_reversed(reversals: Events[RenewalReversed], work: Work) -> None:
    """Stop the paper of each approval that was undone, even before its license is heard of."""
    await jobs.undo_of_applications(reversals, [event.application_id for event in reversals], work)


@hears(LicenseSuspended, locks="license_id")
async def stop_jobs_on_license_suspended(suspensions: Events[LicenseSuspended], work: Work) -> None:
    """Stop what is not in the mail yet."""
    await jobs.stop_of_licenses(suspensions, [event.license_id for event in suspensions], rules.SUSPENDED, work)


@hears(LicenseRevoked, locks="license_id")
async def stop_jobs_on_license_revoked(revocations: Events[LicenseRevoked], work: Work) -> None:
    """Stop what is not in the mail yet."""
    await jobs.stop_of_licenses(revocations, [event.license_id for event in revocations], rules.REVOKED, work)


@hears(LicenseReinstated, locks="license_id")
async def resume_jobs_on_license_reinstated(reinstated: Events[LicenseReinstated], work: Work) -> None:
    """Print what the suspension stopped."""
    await jobs.resume_of_licenses(reinstated, work)


@hears(CreditRecalled, locks="application_id")
async def hold_jobs_on_credit_recalled(recalls: Events[CreditRecalled], work: Work) -> None:
    """Hold the paper that a recalled credit earned, until an officer decides."""
    await jobs.hold_of_applications(recalls, work)


@hears(ContactChanged, locks="person_id")
async def readdress_jobs_on_contact_changed(moves: Events[ContactChanged], work: Work) -> None:
    """Replace pieces that are addressed to a former home, and send again what came back from there."""
    await jobs.readdress(moves, work)


@hears(PieceReported, locks="piece_id")
async def take_reports_on_piece_reported(reports: Events[PieceReported], work: Work) -> None:
    """Take what a print shop reports; what cannot take effect becomes a dead letter with its reason."""
    said = [Report(r.piece_id, r.outcome, r.lease, r.at, r.serial, r.note, agency=r.agency) for r in reports]
    for answer in await shop.report(said, work, real_now=datetime.now(UTC), because=reports):
        if answer.refused is not None:
            raise ReportRefused(why=str(answer.refused))


@hears(PersonState, locks="person_id")
async def know_names_on_person_state(states: Events[PersonState], work: Work) -> None:
    """Know each person's name and merges, unless a later state is known."""
    await known.save_people(states, work)


@hears(MailingState, locks="person_id")
async def know_addresses_on_mailing_state(states: Events[MailingState], work: Work) -> None:
    """Know each person's address, unless a later state is known."""
    await known.save_mailing(states, work)


@hears(LicenseState, locks="license_id")
async def know_licenses_on_license_state(states: Events[LicenseState], work: Work) -> None:
    """Know each license as it stands, unless a later state is known."""
    await known.save_licenses(states, work)
