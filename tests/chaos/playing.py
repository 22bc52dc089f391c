"""In a forked child: wraps what its order asks for around the service, then runs it."""

import importlib
from datetime import datetime
from typing import Any

from shared.clock import FrozenClock
from shared.messaging import broker
from shared.process import run
from shared.settings import Settings
from tests.chaos import boundaries, mutations, releases


def play(order: dict[str, Any]) -> None:
    """Runs the ordered roles of the ordered service until the process is told to stop, or its boundary comes."""
    service = importlib.import_module(f"services.{order['service']}.app").service
    settings = Settings()
    if order["clock"]:
        settings.__dict__["clock"] = FrozenClock(datetime.fromisoformat(order["clock"]))
    if order["batch"]:
        broker.CONSUMER["max_records"] = order["batch"]
    for name in order["without"]:
        mutations.take_out(name)
    if order["bad_handler"]:
        releases.spoil(service, order["bad_handler"])
    if order["die_at"] or order["freeze_at"]:
        boundaries.wrap(service, die_at=order["die_at"], freeze_at=order["freeze_at"])
    run(service, order["roles"], settings)
