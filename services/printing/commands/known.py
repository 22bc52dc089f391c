"""What printing keeps of other services' states, for the cut."""

from services.printing.store import read_models
from shared.contracts.credentials import LicenseState
from shared.contracts.identity import MailingState, PersonState
from shared.messaging.hears import Events
from shared.messaging.work import Work


async def save_people(states: Events[PersonState], work: Work) -> None:
    """Names and merges."""
    await read_models.save_people(work, states)


async def save_mailing(states: Events[MailingState], work: Work) -> None:
    """Addresses."""
    await read_models.save_mailing(work, states)


async def save_licenses(states: Events[LicenseState], work: Work) -> None:
    """Licenses as they stand."""
    await read_models.save_licenses(work, states)
