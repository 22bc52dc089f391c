"""The row “growth”: how it is run and how it is counted."""

import re
import time
from collections.abc import Mapping
from importlib import import_module

import psutil

from bench.chain import row as chain
from bench.chain.cohort import CHIEF, SERVICES, fill, id_of
from bench.lookup.client import WrongAnswer, ask_all
from bench.percents import percentile
from bench.stage import Miscounted, Stage
from ops.local.ports import free_port
from services.renewals.queries import queue
from shared.contracts import agency_topics
from shared.contracts.topics import TOPICS
from shared.runtime import Runtime
from shared.settings import Settings
from shared.tokens import Actor, Role

PAGES, ANSWERS = 200, 1000
GROWN = re.compile("FROM (?:shown[.])?(license|reservation|application) ")
"""Tables of which everyone has a row, in the chain's questions."""


async def run(stage: Stage) -> None:
    """Some renewals among so many licenses; meanwhile memory; afterwards the look-up and a page of the queue."""
    total, port = stage.warm + stage.events, free_port()
    await stage.migrate(SERVICES)
    await stage.topics(*TOPICS, *agency_topics(Settings().agencies))
    await fill(stage.services, 1, total)
    await fill(stage.services, total + 1, stage.licenses, past=True)
    await stage.start(PORT_OF_LOOKUP=port)
    queue_ms = await _queue(stage)
    await stage.tell(f"1 {stage.warm} 0")
    await chain.until_done(stage, stage.warm, _among(stage.warm))
    await stage.settle()
    async with stage.clock():
        await stage.tell(f"{stage.warm + 1} {total} 0")
        await chain.until_done(stage, total, _among(total))
    memory = _memory(stage)
    lookup_ms = await _lookup(stage, port)
    await chain.verify(stage, total)
    stage.measure(lookup_p99_ms=lookup_ms, queue_p99_ms=queue_ms, memory_mb=memory)


def _among(count: int) -> chain.Done:
    """The chain's questions, of the first `count` licenses alone: to count a million takes longer than to renew."""

    def asked(sql: str) -> str:
        grown = GROWN.search(sql)
        if grown is None:
            return sql
        ids = f"SELECT md5('{grown[1]}' || n)::uuid FROM generate_series(1, {count}) AS n"
        return f"{sql} AND {grown[1]}_id = ANY(ARRAY({ids}))"

    return {name: {what: asked(sql) for what, sql in questions.items()} for name, questions in chain.DONE.items()}


async def _queue(stage: Stage) -> float:
    """The first page of the district's queue, again and again, as its page asks for it."""
    service = import_module("services.renewals.app").service
    runtime = Runtime(service, Settings(database=stage.services["renewals"]))
    actor = Actor(CHIEF.person_id, CHIEF.name, (Role(CHIEF.role, CHIEF.organization_id),))
    wanted = queue.Wanted(organization_id=CHIEF.organization_id)
    taken = []
    try:
        for _ in range(PAGES):
            began = time.perf_counter()
            async with runtime.reading(actor=actor.id) as work:
                page = await queue.page(work, wanted, actor)
            taken.append((time.perf_counter() - began) * 1000)
            if len(page.rows) != wanted.limit:
                raise Miscounted(f"the queue's page has {len(page.rows)} rows")
    finally:
        await runtime.close()
    return percentile(taken, 99)


async def _lookup(stage: Stage, port: int) -> float:
    """Licenses by the addresses on their papers, over HTTP."""
    step = max(1, stage.licenses // ANSWERS)
    wanted = {f"/v/{id_of('public', n).hex}": str(id_of("license", n)).encode() for n in range(1, stage.licenses, step)}
    try:
        return percentile(await ask_all(port, wanted, lambda path, body: _is(wanted, path, body)), 99)
    except WrongAnswer as wrong:
        raise Miscounted(str(wrong)) from wrong


def _is(wanted: Mapping[str, bytes], path: str, body: bytes) -> bool:
    return wanted[path] in body


def _memory(stage: Stage) -> float:
    """Megabytes of all processes of the services, what they share counted once (proportional set size)."""
    assert stage.process is not None
    root = psutil.Process(stage.process.pid)
    family = [root, *root.children(recursive=True)]
    return float(sum(process.memory_full_info().pss for process in family)) / 2**20
