"""What changes the look-up: showing what states say."""

from collections.abc import Sequence

from services.lookup import store
from services.lookup.tables import SHOWN
from shared.contracts.credentials import LicenseState
from shared.contracts.identity import OrganizationState, PersonState
from shared.messaging.work import Work


async def show_licenses(work: Work, states: Sequence[LicenseState], schema: str = SHOWN) -> None:
    """Show each license as it now stands."""
    await store.save_licenses(work, states, schema)


async def show_people(work: Work, states: Sequence[PersonState], schema: str = SHOWN) -> None:
    """Show each holder under their present name, and find them under every one they had."""
    await store.save_people(work, states, schema)


async def show_organizations(work: Work, states: Sequence[OrganizationState], schema: str = SHOWN) -> None:
    """Show each district's name."""
    await store.save_organizations(work, states, schema)
