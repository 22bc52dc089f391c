"""Events in: each fact that an educator should know of becomes one letter; states keep addresses and names."""

from services.correspondence import commands
from services.correspondence.domain import letters
from shared.contracts.credentials import (
    CreditRecalled,
    CreditRefused,
    CreditsReserved,
    FilingRefused,
    LicenseChanged,
    LicenseExpired,
    LicenseIssued,
    LicenseReinstated,
    LicenseRenewed,
    LicenseRevoked,
    LicenseSuspended,
    RenewalRefused,
    RenewalUndone,
)
from shared.contracts.identity import (
    ContactChanged,
    MailingState,
    NameChanged,
    OrganizationState,
    PeopleMerged,
    PeopleUnmerged,
    PersonState,
)
from shared.contracts.printing import (
    LicenseMailed,
    MailReturned,
    PieceHeld,
)
from shared.contracts.renewals import (
    ApplicationDenied,
    ApplicationFiled,
    ApplicationReturned,
    ApplicationWithdrawn,
)
from shared.messaging.erasure import Erased, hears_erasure
from shared.messaging.hears import Events, hears
from shared.messaging.work import Work

# ---- licenses and credits ------------------------------------------------------------------------------------------


@hears(LicenseRenewed, locks="license_id")
async def tell_holders_on_license_renewed(facts: Events[LicenseRenewed], work: Work) -> None:
    """Tell each educator until when their license is valid now."""
    await commands.write(work, [letters.renewed(fact, work.policy) for fact in facts])


@hears(RenewalRefused, locks="license_id")
async def tell_holders_on_renewal_refused(facts: Events[RenewalRefused], work: Work) -> None:
    """Tell each educator why an approved renewal could not be applied."""
    await commands.write(work, [letters.renewal_refused(fact, work.policy) for fact in facts])


@hears(RenewalUndone, locks="license_id")
async def tell_holders_on_renewal_undone(facts: Events[RenewalUndone], work: Work) -> None:
    """Tell each educator that their renewal was taken back."""
    await commands.write(work, [letters.renewal_undone(fact, work.policy) for fact in facts])


@hears(LicenseIssued, locks="license_id")
async def tell_holders_on_license_issued(facts: Events[LicenseIssued], work: Work) -> None:
    """Tell each educator of their new license."""
    await commands.write(work, [letters.issued(fact, work.policy) for fact in facts])


@hears(LicenseChanged, locks="license_id")
async def tell_holders_on_license_changed(facts: Events[LicenseChanged], work: Work) -> None:
    """Tell each educator what was changed on their license; a private hold is not."""
    await commands.write(work, [letters.changed(fact, work.policy) for fact in facts])


@hears(LicenseExpired, locks="license_id")
async def tell_holders_on_license_expired(facts: Events[LicenseExpired], work: Work) -> None:
    """Tell each educator that their license has ended, and the ways back."""
    await commands.write(work, [letters.expired(fact, work.policy) for fact in facts])


@hears(LicenseSuspended, locks="license_id")
async def tell_holders_on_license_suspended(facts: Events[LicenseSuspended], work: Work) -> None:
    """Tell each educator of a suspension."""
    await commands.write(work, [letters.suspended(fact, work.policy) for fact in facts])


@hears(LicenseRevoked, locks="license_id")
async def tell_holders_on_license_revoked(facts: Events[LicenseRevoked], work: Work) -> None:
    """Tell each educator of a revocation."""
    await commands.write(work, [letters.revoked(fact, work.policy) for fact in facts])


@hears(LicenseReinstated, locks="license_id")
async def tell_holders_on_license_reinstated(facts: Events[LicenseReinstated], work: Work) -> None:
    """Tell each educator that their license stands again."""
    await commands.write(work, [letters.reinstated(fact, work.policy) for fact in facts])


@hears(CreditsReserved, locks="application_id")
async def tell_applicants_on_credits_reserved(facts: Events[CreditsReserved], work: Work) -> None:
    """Tell each applicant what to bring, and by when."""
    await commands.write(work, [letters.reserved(fact, work.policy) for fact in facts])


@hears(FilingRefused, locks="application_id")
async def tell_applicants_on_filing_refused(facts: Events[FilingRefused], work: Work) -> None:
    """Tell each applicant why their filing was not accepted."""
    await commands.write(work, [letters.filing_refused(fact, work.policy) for fact in facts])


@hears(CreditRefused, locks="credit_id")
async def tell_educators_on_credit_refused(facts: Events[CreditRefused], work: Work) -> None:
    """Tell each educator why a loaded credit cannot count."""
    await commands.write(work, [letters.credit_refused(fact, work.policy) for fact in facts])


@hears(CreditRecalled, locks="credit_id")
async def tell_educators_on_credit_recalled(facts: Events[CreditRecalled], work: Work) -> None:
    """Tell each educator that a credit was taken back."""
    await commands.write(work, [letters.credit_recalled(fact, work.policy) for fact in facts])


# ---- applications --------------------------------------------------------------------------------------------------


@hears(ApplicationFiled, locks="application_id")
async def prove_filing_on_application_filed(facts: Events[ApplicationFiled], work: Work) -> None:
    """Give each applicant the proof of filing."""
    await commands.write(work, [letters.filed(fact, work.policy) for fact in facts])


@hears(ApplicationReturned, locks="application_id")
async def tell_applicants_on_application_returned(facts: Events[ApplicationReturned], work: Work) -> None:
    """Tell each applicant what to correct."""
    await commands.write(work, [letters.returned(fact, work.policy) for fact in facts])


@hears(ApplicationDenied, locks="application_id")
async def tell_applicants_on_application_denied(facts: Events[ApplicationDenied], work: Work) -> None:
    """Tell each applicant why it was not approved."""
    await commands.write(work, [letters.denied(fact, work.policy) for fact in facts])


@hears(ApplicationWithdrawn, locks="application_id")
async def confirm_on_application_withdrawn(facts: Events[ApplicationWithdrawn], work: Work) -> None:
    """Confirm to each applicant that it is withdrawn."""
    await commands.write(work, [letters.withdrawn(fact, work.policy) for fact in facts])


# ---- paper ---------------------------------------------------------------------------------------------------------


@hears(PieceHeld, locks="job_id")
async def tell_holders_on_piece_held(facts: Events[PieceHeld], work: Work) -> None:
    """Tell each educator what keeps their license from being printed."""
    await commands.write(work, [letters.piece_held(fact, work.policy) for fact in facts])


@hears(LicenseMailed, locks="job_id")
async def tell_holders_on_license_mailed(facts: Events[LicenseMailed], work: Work) -> None:
    """Tell each educator that their official license is in the mail."""
    await commands.write(work, [letters.mailed(fact, work.policy) for fact in facts])


@hears(MailReturned, locks="job_id")
async def ask_for_address_on_mail_returned(facts: Events[MailReturned], work: Work) -> None:
    """Ask each educator for the right address."""
    await commands.write(work, [letters.mail_returned(fact, work.policy) for fact in facts])


# ---- people --------------------------------------------------------------------------------------------------------


@hears(ContactChanged, locks="person_id")
async def warn_on_contact_changed(facts: Events[ContactChanged], work: Work) -> None:
    """Tell each person that their contact data changed, in case it was not they."""
    await commands.write(work, [letters.contact_changed(fact, work.policy) for fact in facts])


@hears(NameChanged, locks="person_id")
async def warn_on_name_changed(facts: Events[NameChanged], work: Work) -> None:
    """Tell each person that their name changed, in case it was not they."""
    await commands.write(work, [letters.name_changed(fact, work.policy) for fact in facts])


@hears(PeopleMerged, locks="person_id")
async def tell_on_people_merged(facts: Events[PeopleMerged], work: Work) -> None:
    """Tell each person that two records of theirs are one."""
    await commands.write(work, [letters.merged(fact, work.policy) for fact in facts])


@hears(PeopleUnmerged, locks="person_id")
async def tell_on_people_unmerged(facts: Events[PeopleUnmerged], work: Work) -> None:
    """Tell each person that joined records are separate again."""
    await commands.write(work, [letters.unmerged(fact, work.policy) for fact in facts])


@hears(MailingState, locks="person_id")
async def know_recipients_on_mailing_state(states: Events[MailingState], work: Work) -> None:
    """Know where each person is reached, and in which language."""
    await commands.know_recipients(work, states)


@hears(PersonState, locks="person_id")
async def know_merges_on_person_state(states: Events[PersonState], work: Work) -> None:
    """Know whose letters are whose after a merge."""
    await commands.know_merges(work, states)


@hears(OrganizationState, locks="organization_id")
async def know_districts_on_organization_state(states: Events[OrganizationState], work: Work) -> None:
    """Know what letters say of districts."""
    await commands.know_organizations(work, states)


@hears_erasure(MailingState)
async def forget_recipients_on_erasure(erased: Events[Erased], work: Work) -> None:
    """Forget where a person was reached."""
    await commands.forget_recipients(work, erased)


@hears_erasure(PersonState)
async def forget_letters_on_erasure(erased: Events[Erased], work: Work) -> None:
    """Forget an erased person's letters, with the names and numbers in them."""
    await commands.forget_people(work, erased)
