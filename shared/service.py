"""What a service is, in one value: what it hears, says, answers, does when time passes, and does outside.

A service's `app.py` makes one `Service`; everything that runs, documents or tests services reads it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData

from shared.contracts import Event

if TYPE_CHECKING:
    from fastapi import APIRouter
    from starlette.types import ASGIApp

    from shared.runtime import Runtime
    from shared.web.lean import Answer

ROLES = ("api", "worker", "relay", "effects", "schedule")


@dataclass(frozen=True, slots=True)
class Scheduled:
    """Something to do again and again, by one process at a time."""

    every: float  # seconds of real time
    run: Callable[["Runtime"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Service:
    """One service. `locks` locks rows by the values that handlers name, in sorted order; `accounts` are the SQL of
    the ids that it brings to reconciling, by name. For what a `patient` service hears nobody waits at a screen.
    `lean` answers before the routes, by the place that is asked (`shared.web.lean`)."""

    name: str
    about: str
    metadata: MetaData | None = None
    handlers: ModuleType | None = None
    publishes: tuple[type[Event], ...] = ()
    routers: Sequence["APIRouter"] = ()
    schedule: tuple[Scheduled, ...] = ()
    outside: Mapping[str, Callable[["Runtime", Mapping[str, Any]], Awaitable[None]]] = field(default_factory=dict)
    locks: Callable[[Any, Sequence[Any]], Awaitable[None]] | None = None
    mount: Callable[["Runtime"], "ASGIApp"] | None = None
    accounts: Mapping[str, str] = field(default_factory=dict)
    patient: bool = False
    lean: Mapping[str, "Answer"] = field(default_factory=dict)

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that it needs a process for."""
        needed = {
            "api": True,
            "worker": self.handlers is not None,
            "relay": bool(self.publishes),
            "effects": bool(self.outside),
            "schedule": bool(self.schedule) or self.metadata is not None,
        }
        return tuple(role for role in ROLES if needed[role])
