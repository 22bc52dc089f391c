"""Events in: what agencies say, whom we know, and what became of credits that were passed on."""

from services.exchange.commands import known, settle
from services.exchange.commands.receive import receive_records
from shared.contracts.credentials import CreditRecalled, CreditRecorded, CreditRefused, LicenseState
from shared.contracts.identity import OrganizationState, PersonState
from shared.messaging.hears import Events, hears
from shared.messaging.inbound import ForeignRecord, hears_inbound
from shared.messaging.work import Work


@hears_inbound("credits")
async def take_credits_at_the_door(records: Events[ForeignRecord], work: Work) -> None:
    """Check and re-key what agencies say of credits, pass it on, and give each a receipt."""
    await receive_records(records, work)


@hears_inbound("rosters")
async def take_rosters_at_the_door(records: Events[ForeignRecord], work: Work) -> None:
    """Check and re-key what districts say of their staff, and give each a receipt."""
    await receive_records(records, work)


@hears_inbound("actions")
async def take_actions_at_the_door(records: Events[ForeignRecord], work: Work) -> None:
    """Check and re-key disciplinary actions that others report, and give each a receipt."""
    await receive_records(records, work)


@hears_inbound("print-reports")
async def take_print_reports_at_the_door(records: Events[ForeignRecord], work: Work) -> None:
    """Check what a print shop reports of its pieces, pass it on, and give each a receipt."""
    await receive_records(records, work)


@hears(PersonState, locks="person_id")
async def know_people_on_person_state(states: Events[PersonState], work: Work) -> None:
    """Know each person by number and name, and decide what waited for them."""
    await known.know_people(states, work)


@hears(LicenseState, locks="license_id")
async def know_licenses_on_license_state(states: Events[LicenseState], work: Work) -> None:
    """Know each license by its number, and decide what waited for it."""
    await known.know_licenses(states, work)


@hears(OrganizationState, locks="organization_id")
async def know_organizations_on_organization_state(states: Events[OrganizationState], work: Work) -> None:
    """Know each organization by its code, and decide what waited for it."""
    await known.know_organizations(states, work)


@hears(CreditRecorded, locks="credit_id")
async def receipt_credits_on_credit_recorded(facts: Events[CreditRecorded], work: Work) -> None:
    """Tell the agency toward which period its credit counts."""
    await settle.settle(facts, work)


@hears(CreditRefused, locks="credit_id")
async def receipt_credits_on_credit_refused(facts: Events[CreditRefused], work: Work) -> None:
    """Tell the agency why its credit does not count."""
    await settle.settle(facts, work)


@hears(CreditRecalled, locks="credit_id")
async def receipt_recalls_on_credit_recalled(facts: Events[CreditRecalled], work: Work) -> None:
    """Tell the agency that its credit was taken back."""
    await settle.settle(facts, work)
