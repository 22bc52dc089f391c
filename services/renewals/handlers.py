"""Events in: one function per event, named as a sentence, calling one command."""

from services.renewals.commands import following, knowing
from shared.contracts.credentials import (
    CreditRecalled,
    CreditsReserved,
    FilingRefused,
    LicenseRenewed,
    RenewalRefused,
    RenewalUndone,
)
from shared.contracts.identity import OrganizationState, PersonState
from shared.contracts.printing import (
    LicenseMailed,
    MailReturned,
    PieceHeld,
    PiecePrinted,
    PieceReleased,
    PieceSpoiled,
    PrintJobQueued,
    PrintJobStopped,
)
from shared.messaging.hears import Events, hears
from shared.messaging.work import Work


@hears(CreditsReserved, locks="application_id")
async def queue_applications_on_credits_reserved(events: Events[CreditsReserved], work: Work) -> None:
    """Put each earned application into its queue, with its checklist of originals."""
    await following.queue_applications(events, work)


@hears(FilingRefused, locks="application_id")
async def refuse_applications_on_filing_refused(events: Events[FilingRefused], work: Work) -> None:
    """Close each application that is not earned, with the reason."""
    await following.refuse_applications(events, work)


@hears(CreditRecalled, locks="application_id")
async def return_applications_on_credit_recalled(events: Events[CreditRecalled], work: Work) -> None:
    """Return each undecided application that rests on a credit that was taken back."""
    await following.return_recalled(events, work)


@hears(LicenseRenewed, locks="application_id")
async def complete_applications_on_license_renewed(events: Events[LicenseRenewed], work: Work) -> None:
    """Complete each application whose license is extended."""
    await following.complete_applications(events, work)


@hears(RenewalRefused, locks="application_id")
async def block_applications_on_renewal_refused(events: Events[RenewalRefused], work: Work) -> None:
    """Stop each approved application whose license could not be extended; an officer looks at it."""
    await following.block_applications(events, work)


@hears(RenewalUndone, locks="application_id")
async def close_applications_on_renewal_undone(events: Events[RenewalUndone], work: Work) -> None:
    """Close each reversed application now that its period is taken back."""
    await following.close_undone(events, work)


@hears(PersonState, locks="person_id")
async def remember_people_on_person_state(states: Events[PersonState], work: Work) -> None:
    """Know each educator's name and districts; move their open application on a transfer."""
    await knowing.remember_people(states, work)


@hears(OrganizationState, locks="organization_id")
async def remember_organizations_on_organization_state(states: Events[OrganizationState], work: Work) -> None:
    """Know each district's name and who acts for it."""
    await knowing.remember_organizations(states, work)


@hears(PrintJobQueued, locks="application_id")
async def note_paper_on_print_job_queued(events: Events[PrintJobQueued], work: Work) -> None:
    """Show on which day the license prints."""
    await knowing.note_paper(
        events, work, "paper-queued", detail=lambda e: e.due_on.isoformat(), prints_on=lambda e: e.due_on
    )


@hears(PieceHeld, locks="application_id")
async def note_paper_on_piece_held(events: Events[PieceHeld], work: Work) -> None:
    """Show that the paper waits, and for what."""
    await knowing.note_paper(events, work, "paper-held", detail=lambda e: e.reason.text)


@hears(PieceReleased, locks="application_id")
async def note_paper_on_piece_released(events: Events[PieceReleased], work: Work) -> None:
    """Show that the paper is at the print shop: from now on the approval cannot be undone."""
    await knowing.note_paper(events, work, "paper-released")


@hears(PiecePrinted, locks="application_id")
async def note_paper_on_piece_printed(events: Events[PiecePrinted], work: Work) -> None:
    """Show that the paper is printed."""
    await knowing.note_paper(events, work, "paper-printed")


@hears(PieceSpoiled, locks="application_id")
async def note_paper_on_piece_spoiled(events: Events[PieceSpoiled], work: Work) -> None:
    """Show that the paper is being reprinted."""
    await knowing.note_paper(events, work, "paper-spoiled")


@hears(LicenseMailed, locks="application_id")
async def note_paper_on_license_mailed(events: Events[LicenseMailed], work: Work) -> None:
    """Show that the license is in the mail."""
    await knowing.note_paper(events, work, "paper-mailed", detail=lambda e: e.mailed_at.isoformat())


@hears(MailReturned, locks="application_id")
async def note_paper_on_mail_returned(events: Events[MailReturned], work: Work) -> None:
    """Show that the envelope came back."""
    await knowing.note_paper(events, work, "mail-returned", detail=lambda e: e.reason)


@hears(PrintJobStopped, locks="application_id")
async def note_paper_on_print_job_stopped(events: Events[PrintJobStopped], work: Work) -> None:
    """Show that no paper will come, and why."""
    await knowing.note_paper(events, work, "paper-stopped", detail=lambda e: e.reason.text)
