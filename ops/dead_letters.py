"""An operator's view of dead letters: listed with their reasons, shown redacted, replayed or discarded.

The work is that of `shared.messaging.replay`; here it is only called for the service that keeps the letter.
"""

import getpass
from collections.abc import Iterable
from typing import Any

from ops.errors import Obstacle
from ops.installation import runtime_of
from shared.database import Row
from shared.errors import Conflict, NotFound
from shared.messaging import dead_letters, replay, showing
from shared.runtime import Runtime


async def list_letters(services: Iterable[str], state: str = "") -> list[tuple[str, Row]]:
    """(service, letter) of all that are open, or in that state; newest first within a service."""
    found: list[tuple[str, Row]] = []
    for service in services:
        runtime = runtime_of(service)
        try:
            async with runtime.database.begin() as connection:
                found += [(service, row) for row in await dead_letters.listed(connection, state)]
        finally:
            await runtime.close()
    return found


async def show_letter(service: str, letter_id: int) -> dict[str, Any]:
    """One letter: its envelope, and its value with what may be personal blacked out."""
    runtime = runtime_of(service)
    try:
        async with runtime.database.begin() as connection:
            letter = await dead_letters.get_locked(connection, letter_id)
            return showing.shown(letter, runtime.seal)
    except (NotFound, Conflict) as error:
        raise _obstacle(service, letter_id, error) from None
    finally:
        await runtime.close()


async def replay_letter(service: str, letter_id: int, *, hold_back: bool = True) -> int:
    """Handle it now and then what waits behind it; how many were handled."""
    return await _do(
        service, letter_id, lambda runtime: replay.replay(runtime, letter_id, by=operator(), hold_back=hold_back)
    )


async def discard_letter(service: str, letter_id: int, reason: str) -> int:
    """Never handle it; how many that waited behind it were handled."""
    return await _do(
        service, letter_id, lambda runtime: replay.discard(runtime, letter_id, by=operator(), reason=reason)
    )


async def _do(service: str, letter_id: int, action: Any) -> int:
    runtime: Runtime = runtime_of(service)
    try:
        return int(await action(runtime))
    except (NotFound, Conflict) as error:
        raise _obstacle(service, letter_id, error) from None
    except Exception as error:
        raise Obstacle(f"Letter {letter_id} of {service} stays as it was: {type(error).__name__}: {error}") from error
    finally:
        await runtime.close()


def _obstacle(service: str, letter_id: int, error: Exception) -> Obstacle:
    why = "is closed already" if isinstance(error, Conflict) else "does not exist"
    return Obstacle(f"Letter {letter_id} of {service} {why}.")


def operator() -> str:
    """Who acts: stands in audit rows."""
    return f"operator:{getpass.getuser()}"
