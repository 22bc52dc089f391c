"""A bad release of one handler: it raises where the good one works, until the good one is deployed again."""

from collections.abc import Sequence
from typing import Any

from shared.messaging.hears import Hearing
from shared.service import Service


def spoil(service: Service, handler: str) -> None:
    """Makes a handler of the service raise on every batch, as a mistake in its code would."""
    found = getattr(service.handlers, handler)
    hearing: Hearing = found.hearing

    async def broken(events: Sequence[Any], work: Any) -> None:
        raise KeyError("a mistake of this release")

    broken.hearing = Hearing(hearing.event, hearing.locks, broken, hearing.decoder)  # type: ignore[attr-defined]
    setattr(service.handlers, handler, broken)
