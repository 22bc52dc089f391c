"""The row “bulk load”: how it is run and how it is counted."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from statistics import median
from uuid import UUID, uuid4

import orjson

from bench.chain import cohort
from bench.chain.cohort import id_of
from bench.latency import elms
from bench.latency import row as latency
from bench.load import file as credits
from bench.percents import percentile
from bench.stage import Miscounted, Stage
from services.exchange.commands import loads as commands
from services.exchange.domain.files import read_header
from services.exchange.store import loads
from shared.contracts import agency_topics
from shared.contracts.topics import TOPICS, Kind, Topic
from shared.files import Files
from shared.runtime import Runtime
from shared.settings import Settings

AGENCY = "mde"
RATE, SOME = 20, 100
"""Approvals a second meanwhile, and so many at a time."""
MINUTE = 60 * RATE
WARM = range(1, 3 * SOME + 1)
"""Fifteen seconds: the consumers find their groups, and what waited for them meanwhile is done."""
INBOUND = Topic(f"inbound.{AGENCY}.credits.v1", Kind.INBOUND, AGENCY, "what the agency says")


async def run(stage: Stage) -> None:
    """The producer sends the file's rows; ELMS loads the file while renewals are approved."""
    with tempfile.TemporaryDirectory(prefix="elms-bench-") as name:
        folder = Path(name)
        credits.write(folder / "credits.csv", stage.events)
        await stage.topics(*TOPICS, *agency_topics(Settings().agencies))
        await (_load(stage, folder) if stage.module.endswith("elms") else _publish(stage, folder))


async def _publish(stage: Stage, folder: Path) -> None:
    await stage.start(FILE=folder / "credits.csv")
    async with stage.clock():
        await stage.tell("1 1 0")
        await stage.until_on_topic(INBOUND, stage.events)
    said = {orjson.loads(record.value)["reference"] for record in await stage.said(INBOUND)}
    if len(said) != stage.events:
        raise Miscounted(f"{stage.module}: {len(said)} of {stage.events} were said")


async def _load(stage: Stage, folder: Path) -> None:
    await stage.migrate(stage.program.SERVICES)
    await cohort.fill(stage.services, 1, _most(stage))
    await credits.fill(stage.services, stage.events)
    await stage.settle()  # or the idle system's approvals would wait for the disk
    await stage.start(DATA=folder)
    idle = _idle(stage)
    async with _runtime(stage, folder) as runtime:
        await _approve(stage, WARM)
        await _approve(stage, idle)
        load_id = await _begin(runtime, folder / "credits.csv")
        async with stage.clock():
            loading = asyncio.ensure_future(_until_loaded(stage, runtime, load_id))
            last = await _approve_until(stage, idle.stop, loading)
            await loading
    await verify(stage, load_id)
    await _compare(stage, idle, range(idle.stop, last + 1))


@asynccontextmanager
async def _runtime(stage: Stage, folder: Path) -> AsyncIterator[Runtime]:
    """The means to run exchange's commands, as its HTTP face does."""
    settings = Settings(database=stage.services["exchange"], data=folder, topic_prefix=stage.prefix)
    runtime = Runtime(import_module("services.exchange.app").service, settings)
    try:
        yield runtime
    finally:
        await runtime.close()


async def _begin(runtime: Runtime, file: Path) -> UUID:
    """Gives the file to exchange, which begins to check it."""
    content = await asyncio.to_thread(file.read_bytes)
    columns, first_byte = read_header(content[:10_000])
    sha256, load_id = await Files(runtime.settings).put(content), uuid4()
    async with runtime.work(actor="bench") as work:
        await loads.add(
            work, load_id=load_id, agency=AGENCY, kind="credits", name=file.name, sha256=sha256, columns=list(columns),
            bytes=len(content), first_byte=first_byte, by="bench", by_name="Bench",
        )  # fmt: skip
    return load_id


async def _until_loaded(stage: Stage, runtime: Runtime, load_id: UUID) -> None:
    """Loads the file as soon as it is checked, and waits for the last receipt."""
    await stage.until(lambda: _stands(stage, load_id, "checked"), "the file is not checked", 0.1)
    async with runtime.work(actor="bench") as work:
        await commands.begin_loading(work, load_id)
    await stage.until(lambda: _stands(stage, load_id, "loaded"), "the file is not loaded", 0.1)
    await stage.until(lambda: _settled(stage, load_id), "not every row has its receipt", 0.1)


async def _settled(stage: Stage, load_id: UUID) -> bool:
    row = await stage.ask("exchange", "SELECT accepted + refused AS settled FROM load WHERE load_id = $1", load_id)
    return bool(row["settled"] >= stage.events)


async def _stands(stage: Stage, load_id: UUID, state: str) -> bool:
    row = await stage.ask("exchange", "SELECT state, wrong FROM load WHERE load_id = $1", load_id)
    if row["wrong"] or row["state"] == "failed":
        raise Miscounted(f"the load {row['state']}: {row['wrong']} rows are wrong")
    return bool(row["state"] == state)


async def _approve(stage: Stage, numbers: range) -> None:
    await stage.tell(f"{numbers.start} {numbers.stop - 1} {RATE}")
    await stage.until(lambda: _shown(stage, numbers), f"not {numbers.stop - 1} are shown", 0.1)


def _most(stage: Stage) -> int:
    """Approvals at most: their renewals are made beforehand. A credit takes less time than lies between two."""
    return min(60_000, _idle(stage).stop + SOME + stage.events)


def _idle(stage: Stage) -> range:
    """Those approved before the load begins: for a minute, if it is a long one."""
    return range(WARM.stop, WARM.stop + min(MINUTE, max(4 * SOME, stage.events // 100)))


async def _approve_until(stage: Stage, first: int, done: "asyncio.Future[None]") -> int:
    """Approves renewals from the first on, some at a time, until that is done; returns the last one's number."""
    last = first - 1
    while not done.done() and last + SOME <= _most(stage):
        await _approve(stage, range(last + 1, last + SOME + 1))
        last += SOME
    return last


async def _shown(stage: Stage, numbers: range) -> bool:
    shown = "SELECT count(*) FROM shown.license WHERE license_id = ANY($1) AND version > 1"
    row = await stage.ask("lookup", shown, [id_of("license", number) for number in numbers])
    return bool(row["count"] == len(numbers))


async def _compare(stage: Stage, idle: range, meanwhile: range) -> None:
    before, since = [await latency.delays(stage, numbers, elms) for numbers in (idle, meanwhile)]
    p99, whole, usual = percentile(before, 99), percentile(since, 99), _usual_p99(since)
    stage.measure(
        idle_p99_ms=p99, approval_p99_ms=whole, usual_p99_ms=usual, slower=whole / p99, usually_slower=usual / p99
    )


def _usual_p99(milliseconds: list[float]) -> float:
    """The median of all whole minutes' 99th percentiles: where a disk that others use stands still, it is for some."""
    minutes = [milliseconds[start : start + MINUTE] for start in range(0, len(milliseconds) - MINUTE + 1, MINUTE)]
    return median(percentile(minute, 99) for minute in minutes or [milliseconds])


async def verify(stage: Stage, load_id: UUID) -> None:
    """Each row was counted once, and answered once. Raises `Miscounted`."""
    counted = "SELECT said, accepted, refused, parked, wrong FROM load WHERE load_id = $1"
    row = await stage.ask("exchange", counted, load_id)
    if tuple(row) != (stage.events, stage.events, 0, 0, 0):
        raise Miscounted(f"the load counts {dict(row)} for {stage.events} rows")
    kept = "SELECT count(DISTINCT credit_id) FROM receipt WHERE state = 'accepted' AND load_id = $1"
    receipts = await stage.ask("exchange", f"SELECT count(*), ({kept}) FROM receipt", load_id)
    if tuple(receipts) != (stage.events, stage.events):
        raise Miscounted(f"{receipts[0]} receipts, {receipts[1]} of them accepted, for {stage.events} rows")
    credited = (await stage.ask("credentials", "SELECT count(*) FROM credit"))["count"]
    if credited != stage.events:
        raise Miscounted(f"{credited} credits are kept of {stage.events}")
