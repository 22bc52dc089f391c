"""The chain as ELMS runs it: the services themselves, one process each, and their own command for the approvals.

Beside `renewals`, this first process tells it what to approve, as its HTTP face would.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import cast
from uuid import UUID

import orjson
import uvloop

from bench.chain.cohort import CHIEF, SERVICES
from bench.chain.family import family
from bench.chain.words import at_rate, in_bites, wanted
from ops.local.forking import give_way
from ops.local.ports import free_port
from services.renewals.commands import deciding
from shared.ids import ApplicationId
from shared.process import Process, keep_imports
from shared.service import Service
from shared.settings import Settings
from shared.telemetry import configure_logs

OUTBOX = "outbox"
ROLES = ("worker", "relay")
"""What the chain needs of each; nothing falls due in these seconds, and nothing is called outside."""


ALSO = {"exchange": ("schedule",), "lookup": ("api",)}
"""Loads are worked by the schedule's turns; the look-up answers."""


async def prepare(databases: dict[str, str]) -> None:
    """The services have all they need."""


def process(name: str, roles: Sequence[str] = ROLES) -> Process:
    """A service's process."""
    service = cast(Service, import_module(f"services.{name}.app").service)
    configure_logs(name, "WARNING")
    give_way(service)  # as in the local stack
    database = orjson.loads(os.environ["ELMS_DATABASES"])[name]
    port = int(os.environ.get(f"ELMS_PORT_OF_{name.upper()}", "0")) or free_port()
    keep_imports()
    return Process(service, roles, Settings(database=database, port=port))


class Approver:
    """Approves with the command that the queue's page calls."""

    def __init__(self, renewals: Process) -> None:
        self.runtime = renewals.runtime

    async def many(self, ids: Sequence[UUID]) -> None:
        """A whole stack."""
        who, meant = CHIEF.person_id, [ApplicationId(i) for i in ids]
        async with self.runtime.work(actor=str(who)) as work:
            outcomes = await deciding.decide_many(work, meant, deciding.approval(), person_id=who, by=[CHIEF])
        failed = [outcome.error for outcome in outcomes if outcome.error]
        if failed:
            raise RuntimeError(f"{len(failed)} of {len(ids)} were not approved: {failed[0]!r}")

    async def one(self, id_: UUID) -> None:
        """A single one, as the application's page does."""
        async with self.runtime.work(actor=str(CHIEF.person_id)) as work:
            await deciding.approve(work, ApplicationId(id_), by=CHIEF, version=None)


async def approve_when_told(renewals: Process) -> None:
    """Does as the words on the standard input say."""
    approver = Approver(renewals)
    async for numbers, rate in wanted():
        if rate:
            await at_rate(numbers, rate, approver.one)
        else:
            await in_bites(numbers, approver.many)


async def main(name: str | None, others: Sequence[str] = SERVICES[1:], roles: Sequence[str] = ROLES) -> None:
    """Runs the service of that name; without one `renewals` in these roles, and the other services beside it."""
    if name is not None:
        await process(name, (*ROLES, *ALSO.get(name, ()))).run()
        return
    with family("bench.chain.elms", others):
        renewals = process("renewals", roles)
        running = asyncio.ensure_future(renewals.run())
        approving = asyncio.ensure_future(approve_when_told(renewals))
        done, _ = await asyncio.wait([running, approving], return_when=asyncio.FIRST_COMPLETED)
        if approving in done and approving.exception() is not None:
            raise cast(BaseException, approving.exception())
        await running


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1] if len(sys.argv) > 1 else None))
