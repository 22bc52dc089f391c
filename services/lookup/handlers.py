"""Events in: projections, guarded by version, safe to replay, rebuilt from these topics alone."""

from services.lookup import commands
from shared.contracts.credentials import LicenseState
from shared.contracts.identity import OrganizationState, PersonState
from shared.messaging.erasure import Erased, hears_erasure
from shared.messaging.hears import Events, hears
from shared.messaging.work import Work


@hears(LicenseState, locks="license_id")
async def refresh_public_rows_on_license_state(states: Events[LicenseState], work: Work) -> None:
    """Show each license as it now stands, unless a later state is already shown."""
    await commands.show_licenses(work, states)


@hears(PersonState, locks="person_id")
async def refresh_names_on_person_state(states: Events[PersonState], work: Work) -> None:
    """Show each holder's present name and districts; find them under former names and through merges."""
    await commands.show_people(work, states)


@hears(OrganizationState, locks="organization_id")
async def refresh_district_names_on_organization_state(states: Events[OrganizationState], work: Work) -> None:
    """Show each district by its present name."""
    await commands.show_organizations(work, states)


@hears_erasure(LicenseState)
async def forget_licenses_on_erasure(erased: Events[Erased], work: Work) -> None:
    """Show a license no more that its owner erased."""
    await commands.forget(work, erased)


@hears_erasure(PersonState)
async def forget_people_on_erasure(erased: Events[Erased], work: Work) -> None:
    """Show a person no more who was erased, under no name."""
    await commands.forget(work, erased)


@hears_erasure(OrganizationState)
async def forget_organizations_on_erasure(erased: Events[Erased], work: Work) -> None:
    """Show a district no more that was erased."""
    await commands.forget(work, erased)
