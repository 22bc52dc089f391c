"""One case: a copy of a service's database, a process of one role that dies at one boundary, a clean one after it."""

import asyncio
import signal
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from aiokafka import TopicPartition

from ops import topics as kafka_topics
from ops.local.ports import free_port
from services.correspondence.store import letters
from shared.contracts.topics import PARTITIONS
from shared.database import Database, fetch
from shared.service import Service
from shared.testing.nursery import Nursery
from shared.testing.observer import Ends, Observer
from tests.chaos import boundaries
from tests.chaos.playing import Order
from tests.chaos.sweep.recording import SEAL, Recording, service_of
from tests.chaos.sweep.verdict import POSITIONS, Kept, Said, differences, disorder, kept
from tests.conftest import topics_of

AWAKE = 4.0
"""Seconds for which a frozen worker lives after it woke."""
DIES_WITHIN = 20.0
DRAINS_WITHIN = 180.0
BATCH = 7
"""Records of a batch at most: processes die between many small ones; the control takes the same in a few large ones."""

SETTLED = {
    "correspondence": f"SELECT count(*) AS n FROM letter WHERE {letters.LATE}",
    "exchange": "SELECT count(*) AS n FROM early_answer",
}
"""What a service's schedule still has to do when everything is heard: there, it runs beside the worker."""


@dataclass(frozen=True)
class Case:
    """A process of `role` of `service` dies at `boundary`, at its nth passing; what is taken out is `without`."""

    service: str
    role: str
    boundary: str = ""
    nth: int = 1
    without: tuple[str, ...] = ()
    batch: int = BATCH
    freezes: bool = False
    """It does not die there: it stops, and wakes when another has heard everything."""

    def __str__(self) -> str:
        taken_out = f" without {', '.join(self.without)}" if self.without else ""
        how = "freezes " if self.freezes else ""
        where = f"{self.boundary}:{self.nth}" if self.boundary else "lives"
        return f"{self.service} {self.role} {how}{where}{taken_out}"


@dataclass
class Outcome:
    """What became of a case; no problems: green."""

    case: Case
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)
    died: bool = False


@dataclass
class Bench:
    """Where cases are tried: the recording, the nursery, and each service's control."""

    recording: Recording
    nursery: Nursery
    observer: Observer
    controls: dict[str, Kept] = field(default_factory=dict)
    drained: dict[str, str] = field(default_factory=dict)
    """The templates of relay and effects: a database whose worker has heard everything, and nobody has said it."""
    received: list[str] = field(default_factory=list)
    """The ids of what came to the agency's webhook."""
    turns: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    """One case of a service at a time: two would share Kafka's group, and each would hear half."""

    async def control(self, name: str) -> None:
        """Lets a worker that nobody disturbs hear everything; a second one proves that the comparison is fair."""
        url = await self.recording.copy(self.recording.before[name])
        await self._hear(Case(name, "worker", batch=0), url)
        self.controls[name] = await read(url, service_of(name))
        self.drained[name] = await self.recording.keep(url)

    async def try_out(self, case: Case) -> Outcome:
        """Tries one case; never raises."""
        began, outcome = time.monotonic(), Outcome(case)
        trial = {"worker": self._worker, "relay": self._relay, "effects": self._effects}[case.role]
        try:
            async with self.turns[case.service]:
                began = time.monotonic()
                await trial(case, outcome)
        except Exception as error:
            outcome.problems.append(f"{type(error).__name__}: {error}")
        outcome.seconds = time.monotonic() - began
        return outcome

    # ── the three roles ──────────────────────────────────────────────────────────────────────────────────────

    async def _worker(self, case: Case, outcome: Outcome) -> None:
        url = await self.recording.copy(self.recording.before[case.service])
        await self._hear(case, url, outcome)
        outcome.problems += differences(await read(url, service_of(case.service)), self.controls[case.service])

    async def _hear(self, case: Case, url: str, outcome: Outcome | None = None) -> None:
        """A worker dies at its boundary (where there is one), another hears the rest and stops."""
        frozen = await self._freeze(case, url, outcome) if case.freezes else 0
        if not case.freezes:
            await self._die(case, url, outcome)
        pid = self._start(case, url)
        try:
            await self._until_heard(case, url)
            if case.service in SETTLED:
                await until("all is settled", lambda: count_is_zero(url, SETTLED[case.service]))
            if frozen:
                psutil.Process(frozen).send_signal(signal.SIGCONT)
                went_back = await self._watched(case.service, url)
                if went_back and outcome is not None:
                    outcome.problems.append(f"a position went back: {went_back[0]}")
                await self._end(frozen)
        finally:
            await self._end(pid)

    async def _watched(self, name: str, url: str) -> list[str]:
        """What stands behind where it stood, at any moment after a frozen worker woke; it soon hears it all again."""
        database = Database(url, 1)
        end = time.monotonic() + AWAKE
        went_back: list[str] = []
        try:
            while time.monotonic() < end:
                went_back = went_back or await self._unheard(name, database)
                await asyncio.sleep(0.02)
        finally:
            await database.close()
        return went_back

    async def _freeze(self, case: Case, url: str, outcome: Outcome | None) -> int:
        """A worker that stopped at its boundary; 0 where it never came there."""
        pid = self._start(case, url, freeze_at=f"{case.boundary}:{case.nth}")
        try:
            await until("it freezes", lambda: _true(psutil.Process(pid).status() == "stopped"), DIES_WITHIN)
        except TimeoutError:
            await self._end(pid)
            return 0
        if outcome is not None:
            outcome.died = True
        return pid

    async def _relay(self, case: Case, outcome: Outcome) -> None:
        url, service = await self.recording.copy(self.drained[case.service]), service_of(case.service)
        prefix = f"relay-{case.service}."
        await kafka_topics.apply(self.recording.kafka, sorted(topics_of([service]), key=str), prefix=prefix)
        parts = [TopicPartition(prefix + t.name, n) for t in topics_of([service]) for n in range(PARTITIONS)]
        since = await self.observer.ends(parts)
        await self._die(case, url, outcome, prefix)
        pid = self._start(case, url, prefix=prefix)
        try:
            await until("everything is said", lambda: count_is_zero(url, "SELECT count(*) AS n FROM outbox"))
        finally:
            await self._end(pid)
        said = await self._said(parts, since, prefix)
        outcome.problems += _as_said(said, self.controls[case.service].said)

    async def _said(self, parts: list[TopicPartition], since: Ends, prefix: str) -> list[Said]:
        records = await self.observer.read(parts, since)
        records.sort(key=lambda r: (r.topic, r.partition, r.offset))
        return [
            Said(r.topic.removeprefix(prefix), r.key.decode(), h["ce_id"].decode(), int(h["ce_sequence"]),
                 r.value.decode())
            for r in records if (h := dict(r.headers))
        ]  # fmt: skip

    async def _effects(self, case: Case, outcome: Outcome) -> None:
        if not self.controls[case.service].tables["effect"]:
            return  # nothing of the recording is done outside: the boundary never comes, and the report says so
        url = await self.recording.copy(self.drained[case.service])
        folder = self.recording.folder / f"effects-{case.service}-{case.boundary}-{case.nth}"
        del self.received[:]
        await self._die(case, url, outcome, folder=folder)
        pid = self._start(case, url, folder=folder)
        try:
            waiting = "SELECT count(*) AS n FROM effect WHERE state = 'due'"
            await until("every effect is done", lambda: count_is_zero(url, waiting))
        finally:
            await self._end(pid)
        outcome.problems += await _as_intended(url, folder, self.received)

    # ── processes ────────────────────────────────────────────────────────────────────────────────────────────

    async def _die(
        self, case: Case, url: str, outcome: Outcome | None, prefix: str = "", folder: Path | None = None
    ) -> None:
        if not case.boundary or outcome is None:
            return
        pid = self._start(case, url, die_at=f"{case.boundary}:{case.nth}", prefix=prefix, folder=folder)
        try:
            await until("it dies", lambda: _true(pid in self.nursery.dead()), DIES_WITHIN)
        except TimeoutError:
            await self._end(pid)
            return
        outcome.died = self.nursery.dead()[pid] == -signal.SIGKILL
        if not outcome.died:
            outcome.problems.append(f"ended with {self.nursery.dead()[pid]} instead of dying at its boundary")

    def _start(
        self, case: Case, url: str, *, die_at: str = "", freeze_at: str = "", prefix: str = "",
        folder: Path | None = None,
    ) -> int:  # fmt: skip
        recording = self.recording
        told = {
            "KAFKA": recording.kafka, "DATABASE": url, "TOPIC_PREFIX": prefix or recording.prefix, "DEMO": "1",
            "DATA": str(folder or recording.folder), "KEYS": str(recording.folder / "keys"), "SEAL_KEY": SEAL,
            "PORT": str(free_port()), "LOG_LEVEL": "WARNING", "DATABASE_CONNECTIONS": "3",
        }  # fmt: skip
        order = Order(
            service=case.service,
            roles=(case.role, "schedule") if case.role == "worker" and case.service in SETTLED else (case.role,),
            die_at=die_at,
            freeze_at=freeze_at,
            clock=recording.clock,
            without=case.without,
            batch=case.batch,
        )
        environment = {f"ELMS_{name}": value for name, value in told.items()}
        return order.born(self.nursery, environment, recording.folder / f"{case.service}.log")

    async def _end(self, pid: int) -> None:
        """Asks a process to stop, and insists after a while."""
        if pid not in self.nursery.dead():
            psutil.Process(pid).send_signal(signal.SIGCONT)
        for what, seconds in ((signal.SIGTERM, 15.0), (signal.SIGKILL, 5.0)):
            if pid in self.nursery.dead():
                return
            psutil.Process(pid).send_signal(what)
            try:
                await until("it ends", lambda: _true(pid in self.nursery.dead()), seconds)
            except TimeoutError:
                continue

    async def _until_heard(self, case: Case, url: str) -> None:
        """Waits until the service stands at the end of every topic that it hears."""
        database = Database(url, 1)
        try:
            await until("everything is heard", lambda: self._heard(case.service, database), DRAINS_WITHIN)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; {await self._unheard(case.service, database)}") from None
        finally:
            await database.close()

    async def _heard(self, name: str, database: Database) -> bool:
        return not await self._unheard(name, database)

    async def _unheard(self, name: str, database: Database) -> list[str]:
        """The partitions that the service has not read to their end, and how far it is."""
        ends = await self._ends(name)
        async with database.begin() as connection:
            rows = await fetch(connection, POSITIONS)
        stands = {TopicPartition(row.topic, row.partition): row.next_offset for row in rows}
        return [
            f"{p.topic}/{p.partition} {stands.get(p)} of {end}" for p, end in ends.items() if stands.get(p, 0) < end
        ]

    async def _ends(self, name: str) -> Ends:
        prefix = self.recording.prefix
        heard = [topic for topic in topics_of([service_of(name)]) if _hears(service_of(name), topic.name)]
        return await self.observer.ends(TopicPartition(prefix + t.name, n) for t in heard for n in range(PARTITIONS))


def _hears(service: Service, topic: str) -> bool:
    from shared.messaging.hears import hearings  # noqa: PLC0415

    names = [hearing.event.TOPIC.name.split("{")[0] for hearing in hearings(service.handlers)]
    return any(topic == name or (name == "inbound." and topic.startswith("inbound.")) for name in names)


async def read(url: str, service: Service) -> Kept:
    """What a service's database holds."""
    database = Database(url, 1)
    try:
        return await kept(database, service)
    finally:
        await database.close()


async def rows_at(url: str, sql: str) -> list[Any]:
    """Rows of the database at an address."""
    database = Database(url, 1)
    try:
        async with database.begin() as connection:
            return list(await fetch(connection, sql))
    finally:
        await database.close()


async def count_is_zero(url: str, sql: str) -> bool:
    return int((await rows_at(url, sql))[0].n) == 0


async def until(what: str, look: Any, seconds: float = DRAINS_WITHIN) -> None:
    """Looks again and again. Raises `TimeoutError`."""
    end = time.monotonic() + seconds
    while not await look():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds:.0f} s: {what}")
        await asyncio.sleep(0.15)


async def _true(answer: bool) -> bool:
    return answer


def _as_said(found: list[Said], outbox: Any) -> list[str]:
    """What stands on the topics, beside what the outbox held: all of it, nothing else, in the order of its keys."""
    wanted, there = {s.event_id: s for s in outbox}, {s.event_id: s for s in found}
    problems = [f"never said: {wanted[each]}" for each in list(wanted.keys() - there.keys())[:4]]
    problems += [f"said, and not in the outbox: {there[each]}" for each in list(there.keys() - wanted.keys())[:4]]
    problems += [f"changed on its way: {each}" for each in wanted.keys() & there.keys()
                 if wanted[each].value != there[each].value][:4]  # fmt: skip
    return problems + disorder(found)


async def _as_intended(url: str, folder: Path, received: list[str]) -> list[str]:
    """Every effect is done, and the outside heard of each at least once."""
    rows = await rows_at(url, "SELECT kind, key, state, attempts, payload::text FROM effect")
    problems = [f"effect {r.kind} {r.key} is {r.state} after {r.attempts}" for r in rows if r.state != "done"]
    hooks = {row.key for row in rows if row.kind == "webhook"}
    problems += [f"the webhook never heard of {key}" for key in sorted(hooks - set(received))[:4]]
    mails = [row for row in rows if row.kind == "mail"]
    mailed = len(list((folder / "mail").glob("*.eml"))) if mails else 0
    if mails and not mailed:
        problems.append(f"{len(mails)} letters, and none was mailed")
    return problems


def worker_cases(name: str) -> Iterator[Case]:
    """A worker of the service at each boundary; at some it dies later, too, when batches have become big."""
    for boundary in (*boundaries.CONSUMER, *boundaries.DEAD_LETTERS):
        yield Case(name, "worker", boundary)
    for boundary in ("before-attempt", "before-claim", "after-outbox"):
        yield Case(name, "worker", boundary, freezes=True)
    for boundary in ("after-claim", "commit-unanswered", "after-commit"):
        yield Case(name, "worker", boundary, nth=2)


def relay_cases(name: str) -> Iterator[Case]:
    for boundary in boundaries.RELAY:
        yield Case(name, "relay", boundary)


def effects_cases(name: str) -> Iterator[Case]:
    for boundary in boundaries.EFFECTS:
        yield Case(name, "effects", boundary)
