"""Events in: one sentence each, one command each."""

from services.credentials.commands import filings, loading, officers, people, recalling, renewals
from shared.contracts.exchange import CreditAwarded, CreditTakenBack, DisciplinaryActionReceived
from shared.contracts.identity import PersonState
from shared.contracts.renewals import (
    ApplicationDenied,
    ApplicationFiled,
    ApplicationReturned,
    ApplicationWithdrawn,
    RenewalApproved,
    RenewalReversed,
)
from shared.messaging.erasure import Erased, hears_erasure
from shared.messaging.hears import Events, hears
from shared.messaging.work import Work


@hears(RenewalApproved, locks="license_id")
async def extend_licenses_on_renewal_approved(approvals: Events[RenewalApproved], work: Work) -> None:
    """Extend each license by one period, or say why it cannot be."""
    await renewals.extend_licenses(approvals, work)


@hears(RenewalReversed, locks="license_id")
async def undo_renewals_on_renewal_reversed(reversals: Events[RenewalReversed], work: Work) -> None:
    """Take back the period that the approval earned."""
    await renewals.undo_renewals(reversals, work)


@hears(ApplicationFiled, locks=("license_id", "person_id"))
async def reserve_credits_on_application_filed(filings_: Events[ApplicationFiled], work: Work) -> None:
    """Set aside the credits that earn the renewal, or say what is missing."""
    await filings.reserve_credits(filings_, work)


@hears(ApplicationReturned, locks=("license_id", "person_id"))
async def release_credits_on_application_returned(returned: Events[ApplicationReturned], work: Work) -> None:
    """Free the credits, and with them the method."""
    await filings.release_credits(returned, work)


@hears(ApplicationDenied, locks=("license_id", "person_id"))
async def release_credits_on_application_denied(denied: Events[ApplicationDenied], work: Work) -> None:
    """Free the credits, and with them the method."""
    await filings.release_credits(denied, work)


@hears(ApplicationWithdrawn, locks=("license_id", "person_id"))
async def release_credits_on_application_withdrawn(withdrawn: Events[ApplicationWithdrawn], work: Work) -> None:
    """Free the credits, and with them the method."""
    await filings.release_credits(withdrawn, work)


@hears(CreditAwarded, locks="credit_id")
async def record_credits_on_credit_awarded(awards: Events[CreditAwarded], work: Work) -> None:
    """Record each credit and the period it counts toward, or say why it cannot count."""
    await loading.record_loaded_credits(awards, work)


@hears(CreditTakenBack, locks="credit_id")
async def recall_credits_on_credit_taken_back(recalls: Events[CreditTakenBack], work: Work) -> None:
    """Take credits back: from what is to come, from open filings, or as a case for an officer."""
    await recalling.recall_credits(recalls, work)


@hears(DisciplinaryActionReceived, locks="license_id")
async def open_cases_on_disciplinary_action_received(actions: Events[DisciplinaryActionReceived], work: Work) -> None:
    """Open a case: a person decides."""
    await officers.open_cases(actions, work)


@hears(PersonState, locks="person_id")
async def know_people_on_person_state(states: Events[PersonState], work: Work) -> None:
    """Keep numbers, districts and aliases, unless a later state is already known."""
    await people.know_people(states, work)


@hears_erasure(PersonState)
async def forget_people_on_erasure(erased: Events[Erased], work: Work) -> None:
    """Forget what identity said of them."""
    await people.forget_people(erased, work)
