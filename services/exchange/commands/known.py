"""Whom messages may name, as identity and credentials say; whoever was waited for releases what waited."""

from collections.abc import Sequence

from services.exchange.commands.waiting import decide_waiting_for
from services.exchange.store import people
from shared.contracts.credentials import LicenseState
from shared.contracts.identity import OrganizationState, PersonState
from shared.ids import text_of
from shared.messaging.work import Work


async def know_people(states: Sequence[PersonState], work: Work) -> None:
    """Keeps people, and decides what waited for them by number or as the holders of a license."""
    await people.save_people(work, states)
    await decide_waiting_for(
        work, educator_number=[s.educator_number for s in states], person=[text_of(s.person_id) for s in states]
    )


async def know_licenses(states: Sequence[LicenseState], work: Work) -> None:
    """Keeps licenses, and decides what waited for them by number or by their holder."""
    await people.save_licenses(work, states)
    await decide_waiting_for(
        work, license_number=[s.number for s in states], license_of=[text_of(s.person_id) for s in states]
    )


async def know_organizations(states: Sequence[OrganizationState], work: Work) -> None:
    """Keeps organizations, and decides what waited for them by code."""
    await people.save_organizations(work, states)
    await decide_waiting_for(work, organization_code=[state.code for state in states])
