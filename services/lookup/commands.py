"""What changes the look-up: showing what states say."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from aiokafka import TopicPartition

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


async def note_freshness(work: Work, consumer: str, ends: Mapping[TopicPartition, int], looked_at: datetime) -> None:
    """Note that all was shown at `looked_at` (real time), if the topic is read to these ends."""
    if await store.is_read_to(work, consumer, ends):
        await store.save_freshness(work, consumer, looked_at)
