"""`make chaos`: the whole system under faults for a while, and the verdict. `CHAOS_MINUTES=60 CHAOS_SEED=7` choose."""

import argparse
import asyncio
import os
import random
import shutil
import signal
import sys
import tempfile
from collections import defaultdict
from datetime import datetime
from pathlib import Path

from aiokafka import AIOKafkaProducer

from ops.faces import Faces
from shared.policies.calendar import local_date
from shared.settings import Settings
from tests.chaos.conductor import Conductor, Told
from tests.chaos.faults import Field, replay
from tests.chaos.flow import Flow
from tests.chaos.judging import judge
from tests.chaos.ledger import Ledger, percentile
from tests.chaos.people import LICENSES, License, Town
from tests.chaos.plan import HANDLERS, LANES
from tests.chaos.stack import Stack
from tests.chaos.watch import Watch

RENEWALS_A_MINUTE = 60
SPARE = 60
"""Educators who are merged, and file nothing."""


def arguments() -> argparse.Namespace:
    """What is asked for; the environment's names are the make target's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=float(os.environ.get("CHAOS_MINUTES", "10")))
    parser.add_argument("--seed", type=int, default=int(os.environ.get("CHAOS_SEED", "0")) or random.randrange(10**6))
    parser.add_argument("--lanes", nargs="*", default=list(LANES), choices=list(LANES))
    parser.add_argument("--without", nargs="*", default=[], help="mechanisms taken out, to see the rig go red")
    parser.add_argument("--keep", action="store_true", help="keep ledger, trace and logs of a clean run, too")
    return parser.parse_args()


async def run(stack: Stack, asked: argparse.Namespace, folder: Path) -> list[str]:
    """One run on running servers. Returns what is wrong."""
    await stack.prepare()
    stack.without = tuple(asked.without)
    watch = Watch(stack)
    stack.start_all()
    town = await _town(stack, watch, int(asked.minutes * RENEWALS_A_MINUTE) + 20 + SPARE)
    async with AIOKafkaProducer(
        bootstrap_servers=stack.kafka.bootstrap, acks="all", enable_idempotence=True
    ) as producer:
        flow = await _flow(town, watch, producer, folder, asked.seed)
        at = Field(stack, flow, watch, producer)
        conductor = Conductor(at, asked.seed, folder / "trace.jsonl")
        watch.start()
        print(f"{asked.minutes:g} minutes, seed {asked.seed}", flush=True)
        working = asyncio.create_task(flow.run())
        await conductor.run(asked.minutes * 60, asked.lanes)
        await _heal(at)
        flow.over.set()
        await working
        flow.over.clear()
        problems = await judge(at)
        problems += [f"{t.fault}: {t.problem}" for t in conductor.told if t.problem]
        report(conductor, at, problems)
    await watch.stop()
    return problems


async def _town(stack: Stack, watch: Watch, count: int) -> Town:
    """The people, imported while nothing is disturbed."""
    layout = stack.layout
    settings = Settings(
        kafka=stack.kafka.bootstrap, port_base=layout.port_base, data=layout.data, keys=layout.keys, demo=True
    )
    town = Town.of(Faces(settings), local_date(settings.clock.now(), settings.policy), count)
    await _answering(town)
    await town.found()
    assert not (left := await watch.drain()), left
    return town


async def _answering(town: Town) -> None:
    """Returns when every service says that it is ready."""
    for name in ("identity", "credentials", "renewals", "printing", "lookup", "correspondence", "exchange"):
        for _ in range(300):
            try:
                await town.faces.get(name, "/health/ready")
                break
            except Exception:
                await asyncio.sleep(0.2)


async def _flow(town: Town, watch: Watch, producer: AIOKafkaProducer, folder: Path, seed: int) -> Flow:
    rows = await watch.rows("credentials", LICENSES, pattern="5%")
    licenses = [License(str(row.license_id), str(row.person_id), row.number) for row in rows]
    ledger = Ledger(folder / "ledger.jsonl")
    return Flow(town, ledger, licenses[:-SPARE], licenses[-SPARE:], producer, random.Random(f"{seed}/flow"))


async def _heal(at: Field) -> None:
    """Everything runs, nothing is frozen, cut or delayed; what a bad release left dead is replayed."""
    at.stack.proxy.say("heal")
    for name in list(at.stack.nodes):
        at.stack.wake(name)
        at.stack.start(name)
    await at.watch.recovered(180)
    for service in HANDLERS:
        await replay(at, service)


def report(conductor: Conductor, at: Field, problems: list[str]) -> None:
    """Faults by kind, what each cost, what was asked, and the verdict."""
    by_kind: dict[str, list[Told]] = defaultdict(list)
    for told in conductor.told:
        by_kind[told.fault.kind].append(told)
    print(f"\n{'fault':<18}{'times':>6}{'longest stall':>15}{'p95 recovery':>14}{'longest':>9}")
    for kind, all_told in sorted(by_kind.items()):
        recoveries = [t.recovery if t.recovery is not None else 90.0 for t in all_told]
        longest = max(t.stall for t in all_told)
        print(f"{kind:<18}{len(all_told):>6}{longest:>13.1f} s{percentile(recoveries, 0.95):>12.1f} s"
              f"{max(recoveries):>7.1f} s")  # fmt: skip
    recoveries = [t.recovery if t.recovery is not None else 90.0 for t in conductor.told]
    print(f"{len(conductor.told)} faults; recovery's 95th percentile {percentile(recoveries, 0.95):.1f} s; "
          f"{at.watch.seen} events seen on the flow's topics")  # fmt: skip
    for title, counts in (("asked", at.flow.ledger.counts()), ("troubles", at.flow.ledger.troubles)):
        print(f"{title}: " + ", ".join(f"{count} × {what}" for what, count in sorted(counts.items())))
    for note in sorted(set(at.notes)):
        print(f"note: {note} ({at.notes.count(note)})")
    for problem in problems:
        print(f"RED: {problem}")
    print("verdict: " + ("RED" if problems else "clean: nothing lost, nothing twice, nothing out of order"))


def main() -> int:
    """0 for a clean verdict; a red run's traces stay where it says."""
    asked = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end with us
    folder = Path(tempfile.mkdtemp(prefix="elms-chaos-"))
    folder.chmod(0o755)
    stack = Stack(folder / "stack")
    began = datetime.now().astimezone()
    try:
        stack.start_servers()
        problems = asyncio.run(run(stack, asked, folder))
    except BaseException:
        print(f"the run broke; its traces are in {folder}", file=sys.stderr)
        raise
    finally:
        stack.stop_servers()
    print(f"begun {began:%Y-%m-%d %H:%M %Z}")
    if problems or asked.keep:
        print(f"ledger, trace and logs: {folder}; again: make chaos CHAOS_SEED={asked.seed}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
