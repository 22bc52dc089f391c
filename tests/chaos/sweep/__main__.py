"""`python -m tests.chaos.sweep [service …]`: the boundary sweep, on servers of its own."""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from shared.testing.observer import Observer
from shared.testing.stack import Databases, Servers, own_servers
from tests.chaos.playing import nursery_of
from tests.chaos.sweep.cases import Bench, Case, Outcome, effects_cases, relay_cases, worker_cases
from tests.chaos.sweep.receiver import receiver
from tests.chaos.sweep.recording import NAMES, Recording, service_of

AT_ONCE = 3
"""Services swept side by side; most of a case is the wait for a dead worker's session to end."""


@asynccontextmanager
async def bench(running: Servers, folder: Path, names: Sequence[str]) -> AsyncIterator[Bench]:
    """The recording with its controls, ready for cases."""
    received: list[str] = []
    async with receiver(received) as address:
        recording = Recording(running.kafka, Databases(running.postgres), folder, address)
        began = time.monotonic()
        await recording.make()
        print(f"recorded in {time.monotonic() - began:.0f} s", flush=True)
        made = Bench(recording, nursery_of(names), Observer(running.kafka), received=received)
        try:
            for name in names:
                await made.control(name)
            yield made
        finally:
            await made.observer.stop()
            made.nursery.close()


def cases_of(name: str) -> list[Case]:
    """Every case of a service, by the roles that it has."""
    roles = service_of(name).roles
    found = [Case(name, "worker"), *worker_cases(name)]  # the first dies nowhere: the comparison itself is tried
    found += relay_cases(name) if "relay" in roles else []
    return found + (list(effects_cases(name)) if "effects" in roles else [])


async def sweep(running: Servers, folder: Path, names: Sequence[str], only: str = "") -> list[Outcome]:
    """Tries every case of these services, and tells each."""
    outcomes: list[Outcome] = []
    turns = asyncio.Semaphore(AT_ONCE)

    async def of_service(made: Bench, name: str) -> None:
        async with turns:
            for case in cases_of(name):
                if only in str(case):
                    outcomes.append(tell(await made.try_out(case)))

    async with bench(running, folder, names) as made:
        await asyncio.gather(*(of_service(made, name) for name in made.controls))
    return outcomes


def keep_logs(folder: Path) -> None:
    """Puts the processes' logs where they outlive the run."""
    kept = Path(tempfile.mkdtemp(prefix="elms-sweep-red-"))
    for log in folder.glob("*.log"):
        (kept / log.name).write_bytes(log.read_bytes())
    print(f"the processes' logs are in {kept}")


def tell(outcome: Outcome) -> Outcome:
    """One line a case, and what is wrong with it."""
    verdict = "RED  " if outcome.problems else "green" if outcome.died or not outcome.case.boundary else "unmet"
    print(f"{verdict} {outcome.seconds:5.1f} s  {outcome.case}", flush=True)
    for problem in outcome.problems:
        print(f"         {problem[:400]}")
    return outcome


def main() -> int:
    """0 where every case is green."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("services", nargs="*", default=list(NAMES))
    parser.add_argument("--only", default="", help="cases whose line contains this")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end with us
    with tempfile.TemporaryDirectory(prefix="elms-sweep-") as folder, own_servers() as running:
        outcomes = asyncio.run(sweep(running, Path(folder), asked.services, asked.only))
        red = [outcome for outcome in outcomes if outcome.problems]
        if red:
            keep_logs(Path(folder))
    unmet = [outcome for outcome in outcomes if outcome.case.boundary and not outcome.died and not outcome.problems]
    print(f"{len(outcomes)} cases, {len(red)} red, {len(unmet)} whose boundary never came:")
    for outcome in (*red, *unmet):
        print(f"  {outcome.case}")
    return 1 if red or not outcomes else 0


if __name__ == "__main__":
    sys.exit(main())
