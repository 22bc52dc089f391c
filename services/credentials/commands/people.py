"""Who is who: what identity says of people, kept as far as credentials needs it."""

from services.credentials.store import people
from shared.contracts.identity import PersonState
from shared.messaging.erasure import Erased
from shared.messaging.hears import Events
from shared.messaging.work import Work


async def know_people(states: Events[PersonState], work: Work) -> None:
    """Keeps numbers, districts and aliases. What was recorded under a merged id stays there, and is read with it."""
    await people.save_states(work, {state.person_id: (state.said.version, state) for state in states})


async def forget_people(erased: Events[Erased], work: Work) -> None:
    """Forgets number and districts. Licenses are public records and stay; a credit names an id that means nobody."""
    await people.forget(work, {each.erased_id: each.said.version for each in erased})
