"""`python -m tests.chaos.sweep.mutated`: proves that the rig can fail. Each mechanism is taken out; it must turn red.

For each mechanism the same cases run with it and without it, in every service where it has work to do. A service whose
cases stay green without a mechanism is named: there something else does the same work, or nothing asks for it.
"""

import asyncio
import signal
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from shared.testing.stack import Servers, own_servers
from tests.chaos.sweep.__main__ import bench
from tests.chaos.sweep.cases import Bench, Case, Outcome
from tests.chaos.sweep.recording import NAMES, service_of

RELAYING = tuple(name for name in NAMES if "relay" in service_of(name).roles)


@dataclass(frozen=True)
class Mutation:
    """A mechanism, and the cases in which its loss must show."""

    mechanism: str
    cases: tuple[Case, ...]
    books: str = ""
    """The mechanism's own records: that they are missing proves nothing."""

    def shown_by(self, outcome: Outcome) -> list[str]:
        """The problems beyond the mechanism's own books."""
        return [each for each in outcome.problems if not self.books or not each.startswith(self.books)]


MUTATIONS = (
    Mutation("inbox", tuple(Case(name, "worker", batch=1) for name in NAMES), books="inbox"),
    Mutation(
        "compare-and-set",
        tuple(Case(name, "worker", "before-attempt", nth=3, batch=1, freezes=True) for name in NAMES),
    ),
    Mutation("version guard", tuple(Case(name, "worker") for name in NAMES)),
    Mutation("key lock", tuple(Case(name, "worker") for name in NAMES)),
    Mutation("relay order", tuple(Case(name, "relay") for name in RELAYING)),
)


async def check(running: Servers, folder: Path, mechanisms: Sequence[str]) -> list[str]:
    """Tries each mutation; what did not turn out as it must, in words."""
    problems: list[str] = []
    async with bench(running, folder, NAMES) as made:
        for mutation in MUTATIONS:
            if mutation.mechanism in mechanisms:
                problems += await _try(made, mutation)
    return problems


async def _try(made: Bench, mutation: Mutation) -> list[str]:
    print(f"\nwithout {mutation.mechanism}:", flush=True)
    problems: list[str] = []
    red = 0
    turns = asyncio.Semaphore(3)

    async def once(case: Case) -> tuple[Outcome, Outcome]:
        async with turns:
            whole = await made.try_out(case)
            return whole, await made.try_out(replace(case, without=(mutation.mechanism,)))

    for whole, without in await asyncio.gather(*map(once, mutation.cases)):
        shown = mutation.shown_by(without)
        red += bool(shown)
        problems += [f"red with everything in place: {whole.case}: {whole.problems[0]}"] if whole.problems else []
        told = shown[0][:150] if shown else "nothing here showed its loss"
        print(f"  {without.case.service:<18}{'RED  ' if shown else 'green'}  {told}", flush=True)
    if not red:
        problems.append(f"no case turned red without {mutation.mechanism}: the rig is too weak, or it is redundant")
    return problems


def main() -> int:
    """0 where each mechanism's loss was noticed, and everything was green with it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    mechanisms = sys.argv[1:] or [mutation.mechanism for mutation in MUTATIONS]
    with tempfile.TemporaryDirectory(prefix="elms-sweep-") as folder, own_servers() as running:
        problems = asyncio.run(check(running, Path(folder), mechanisms))
    for problem in problems:
        print(f"RED: {problem}")
    print("the rig can fail: every mechanism's loss was noticed" if not problems else f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
