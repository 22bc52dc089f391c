"""What changes the look-up: showing what states say, forgetting what is erased, noting how fresh it is."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from aiokafka import TopicPartition

from services.lookup.store import freshness, rebuilding, shown
from services.lookup.tables import SHOWN
from shared.contracts import Event
from shared.contracts.credentials import LicenseState
from shared.contracts.identity import OrganizationState, PersonState
from shared.messaging.erasure import Erased
from shared.messaging.work import Work


async def show_licenses(work: Work, states: Sequence[LicenseState], schema: str = SHOWN) -> None:
    """Show each license as it now stands."""
    await shown.save_licenses(work, states, schema)


async def show_people(work: Work, states: Sequence[PersonState], schema: str = SHOWN) -> None:
    """Show each holder under their present name, and find them under every one they had."""
    await shown.save_people(work, states, schema)


async def show_organizations(work: Work, states: Sequence[OrganizationState], schema: str = SHOWN) -> None:
    """Show each district's name."""
    await shown.save_organizations(work, states, schema)


async def forget(work: Work, erased: Sequence[Erased], schema: str = SHOWN) -> None:
    """Forget what is erased, whatever it was: all events of one call are of one topic."""
    if erased:
        await _FORGET[erased[0].TOPIC.name](work, erased, schema)


_FORGET: dict[str, Callable[[Work, Sequence[Erased], str], Awaitable[None]]] = {
    LicenseState.TOPIC.name: shown.forget_licenses,
    PersonState.TOPIC.name: shown.forget_people,
    OrganizationState.TOPIC.name: shown.forget_organizations,
}
_SHOW: dict[type[Event], Callable[[Work, Any, str], Awaitable[None]]] = {
    LicenseState: show_licenses,
    PersonState: show_people,
    OrganizationState: show_organizations,
}


async def show_anew(work: Work, kind: type[Event], events: Sequence[Any], schema: str) -> None:
    """Show, or forget, in the read model that is being built."""
    await _SHOW.get(kind, forget)(work, events, schema)


async def note_freshness(work: Work, consumer: str, ends: Mapping[TopicPartition, int], looked_at: datetime) -> None:
    """Note that all was shown at `looked_at` (real time), if the topic is read to these ends."""
    if await freshness.is_read_to(work, consumer, ends):
        await freshness.save_freshness(work, consumer, looked_at)


async def ask_rebuild(work: Work, by: str) -> int:
    """Asks for a rebuild from the topics; whoever has the role `schedule` does it. Raises `RebuildUnderWay`."""
    number = await rebuilding.ask(work, by)
    work.audit("rebuild asked", number)
    return number
