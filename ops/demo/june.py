"""Chapter 7: the June peak: made-up educators of forty districts, approved in bulk, through everything."""

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from ops.demo.cohort import PASSWORD, June
from ops.demo.loading import load_file
from ops.demo.timeline import chapter, tell, timed, until
from ops.errors import Obstacle
from ops.faces import Faces
from ops.installation import runtime_of
from ops.progress import console
from shared.database import fetch
from shared.messaging.relay import BATCH
from shared.runtime import Runtime

if TYPE_CHECKING:
    from ops.demo.run import Demo

BITE = 1000


def peak(demo: "Demo") -> June:
    """The peak's people, and those of whom is decided before it: timed one by one, or not approved."""
    return June(demo.cohort, demo.peak + demo.trickle + demo.sent_back, demo.districts, demo.code)


async def people(demo: "Demo") -> None:
    """Imports the peak's people early, so that the agency's load finds them."""
    june, number = peak(demo), demo.cohort.number
    files = (
        ("organizations", "districts", june.organizations()), ("people", "superintendents", june.superintendents()),
        ("roles", "roles", june.roles()), ("people", "people", june.people()),
        ("licenses", "licenses", june.licenses()), ("credits", "credits", june.credits()),
        ("applications", "applications", june.applications()),
    )  # fmt: skip
    for what, name, content in files:
        await load_file(demo.faces, what, f"{demo.code.lower()}-{name}-{number}", content)
    with timed(f"the credits of {june.count:,} filed renewals are reserved, and they stand in {june.districts} queues"):
        await until("Reserving the credits", lambda: _all_wait(demo), seconds=300, every=0.5)


async def _all_wait(demo: "Demo") -> bool:
    """Whether each application waits in the queue of its district."""
    waiting = 0
    for chief in chiefs(demo):
        waiting += (await chief.get("renewals", "/queue", limit=1))["counts"]["waiting"]
    return waiting >= peak(demo).count


async def queue_of(chief: Faces) -> list[dict[str, Any]]:
    """All that waits in a district's queue."""
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        page = await chief.get("renewals", "/queue", limit=200, **({"after": after} if after else {}))
        found += page["rows"]
        after = page.get("next") or ""
        if not after:
            return found


def chiefs(demo: "Demo") -> list[Faces]:
    june = peak(demo)
    return [demo.faces.of(june.chief_user(n), PASSWORD) for n in range(min(june.districts, demo.peak))]


async def waiting(demo: "Demo", count: int) -> list[tuple[Faces, dict[str, Any]]]:
    """Some applications of one district, with their originals seen, and who may approve them."""
    chief = chiefs(demo)[0]
    found = (await queue_of(chief))[:count]
    await see(chief, [a["application_id"] for a in found])
    return [(chief, application) for application in found]


async def see(chief: Faces, ids: list[str]) -> None:
    """Ticks all originals of these applications."""
    for start in range(0, len(ids), BITE):
        await chief.post("renewals", "/queue/originals", {"application_ids": ids[start : start + BITE]})


async def tell_story(demo: "Demo") -> None:
    chapter(7, f"The June peak: {demo.peak:,} renewals approved in bulk by {demo.districts} superintendents")
    crew = chiefs(demo)
    with timed("signed in, queues read, originals seen"):
        queues = [await queue_of(chief) for chief in crew]
        for chief, queue in zip(crew, queues, strict=True):
            await see(chief, [a["application_id"] for a in queue])
    total = sum(map(len, queues))
    watch = await Watch.begun()  # before anything is approved: a slow look later would count it in, and wait for ever
    began = time.perf_counter()
    progress = asyncio.create_task(watch.until_done(total))
    turns = asyncio.Semaphore(4)

    async def approve(chief: Faces, queue: list[dict[str, Any]]) -> None:
        async with turns:
            for start in range(0, len(queue), BITE):
                ids = [a["application_id"] for a in queue[start : start + BITE]]
                answer = await chief.post("renewals", "/queue/approve", {"application_ids": ids})
                if answer["approved"] != len(ids):
                    raise Obstacle(f"{len(ids) - answer['approved']} were not approved: {answer['outcomes'][:2]}")

    await asyncio.gather(*(approve(chief, queue) for chief, queue in zip(crew, queues, strict=True)))
    tell("all approvals answered", (time.perf_counter() - began) * 1000)
    await progress
    seconds = time.perf_counter() - began
    tell(f"[bold]{total:,} renewals in {seconds:.1f} s: {total / seconds:,.0f} a second[/bold], to the last completed "
         f"application and queued job (relay batches of {BATCH:,})")  # fmt: skip


OPEN = "SELECT count(*) AS n FROM open_application"
COMPLETED = "SELECT count(*) AS n FROM application WHERE state = 'completed'"
QUEUED = "SELECT count(*) AS n FROM job"
LOOK = 0.25
"""Seconds between two looks; each costs a millisecond or two, for the watch should not be what is waited for."""


@dataclass
class Watch:
    """Follows the peak in the two databases where it ends, over connections that stay open."""

    renewals: Runtime
    printing: Runtime
    open: int = 0
    completed: int = 0
    queued: int = 0

    @classmethod
    async def begun(cls) -> "Watch":
        """A watch that knows how things stand before the peak."""
        watch = cls(runtime_of("renewals"), runtime_of("printing"))
        watch.open = await _count(watch.renewals, OPEN)
        watch.completed = await _count(watch.renewals, COMPLETED)
        watch.queued = await _count(watch.printing, QUEUED)
        return watch

    async def until_done(self, total: int) -> None:
        """A bar that follows the places that become free; ends when all are completed and the last job is queued."""
        bar = Progress(TextColumn("  renewed"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console)
        with bar:
            task = bar.add_task("", total=total)
            while not await self._is_done(total, bar, task):  # noqa: ASYNC110
                await asyncio.sleep(LOOK)
        await self.renewals.close()
        await self.printing.close()

    async def _is_done(self, total: int, bar: Progress, task: TaskID) -> bool:
        freed = self.open - await _count(self.renewals, OPEN)
        bar.update(task, completed=freed)
        return (
            freed >= total
            and await _count(self.renewals, COMPLETED) - self.completed >= total
            and await _count(self.printing, QUEUED) - self.queued >= total
        )


async def _count(runtime: Runtime, sql: str) -> int:
    async with runtime.database.reading() as connection:
        return int((await fetch(connection, sql))[0].n)
