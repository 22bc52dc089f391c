"""In a forked child: wraps what its order asks for around the service, then runs it."""

import importlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from shared.clock import FrozenClock
from shared.messaging import broker
from shared.process import run
from shared.settings import Settings
from shared.testing.nursery import Nursery
from tests.chaos import boundaries, mutations, releases


@dataclass(frozen=True)
class Order:
    """One process: what it plays, what it is told, and where it ends before its time.

    `die_at` is `<boundary>:<nth>`; `freeze_at` too, and the process then stops itself (SIGSTOP). `clock` is an ISO
    instant at which business time stands; empty: real time. `without` names mechanisms that are taken out. `batch` is
    the most records of a batch; 0: as the product has it.
    """

    service: str
    roles: tuple[str, ...]
    die_at: str = ""
    freeze_at: str = ""
    clock: str = ""
    without: tuple[str, ...] = ()
    bad_handler: str = ""
    batch: int = 0

    def born(self, nursery: Nursery, environment: dict[str, str], log: Path) -> int:
        """The process that plays it; returns its pid."""
        return nursery.bear(environment, log, asdict(self))


def nursery_of(services: Sequence[str]) -> Nursery:
    """A nursery whose children play these services."""
    return Nursery("tests.chaos.playing:play", [f"services.{name}.app" for name in services])


def play(order: dict[str, Any]) -> None:
    """Runs the ordered roles of the ordered service until the process is told to stop, or its boundary comes."""
    service = importlib.import_module(f"services.{order['service']}.app").service
    settings = Settings()
    if order["clock"]:
        settings.__dict__["clock"] = FrozenClock(datetime.fromisoformat(order["clock"]))
    if order["batch"]:
        broker.CONSUMER["max_records"] = broker.BITE = order["batch"]
    for name in order["without"]:
        mutations.take_out(name)
    if order["bad_handler"]:
        releases.spoil(service, order["bad_handler"])
    if order["die_at"] or order["freeze_at"]:
        boundaries.wrap(service, die_at=order["die_at"], freeze_at=order["freeze_at"])
    run(service, order["roles"], settings)
