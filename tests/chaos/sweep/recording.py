"""One real history: all services run here once, people and agencies do what they do, and what was said stays in Kafka.

Each service's database is kept as it was before it heard the second half: lookup from its
beginning, renewals with what its people decided and nobody has answered yet, the others from half-time. All topics
are heard at once then, as after a restore: exchange may hear what became of a credit before the credit itself.
"""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from aiokafka import ConsumerRecord
from sqlalchemy.engine import make_url

from ops import topics as kafka_topics
from ops.faces import Faces
from ops.local.ports import free_port
from ops.topology import SERVICES
from shared.contracts import Kind
from shared.database import Database, fetch, run
from shared.ids import new_id
from shared.messaging.sealing import Seal
from shared.service import Service
from shared.testing.observer import Ends
from shared.testing.stack import Databases
from shared.testing.system import UNSENT, System
from tests.chaos.people import LICENSES, License, Town, action, assigned, award, headers, recall, report
from tests.conftest import topics_of

BEGAN = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)  # a Wednesday, 9 a.m. in Jackson
FROM_THE_BEGINNING = ("lookup",)
EDUCATORS = 40
SEAL = "c2l4dGVlbiBieXRlcyBhbmQgc2l4dGVlbiBtb3JlISE="
NAMES = tuple(each.name for each in SERVICES if each.has_database)


def service_of(name: str) -> Service:
    """The service of a name."""
    found: Service = import_module(f"services.{name}.app").service
    return found


@dataclass
class Recording:
    """The history, on running servers."""

    kafka: str
    databases: Databases
    folder: Path
    receiver: str
    """Where the agency's webhook leads."""
    prefix: str = field(default_factory=lambda: f"sweep{uuid.uuid4().hex[:8]}.")
    urls: dict[str, str] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)
    """Each service's database as it was before it heard the second half: the name of a template."""
    clock: str = ""

    async def make(self) -> None:
        """Lives the history."""
        wanted = {topic for name in NAMES for topic in topics_of([service_of(name)])}
        await kafka_topics.apply(self.kafka, sorted(wanted, key=str), prefix=self.prefix)
        for name in NAMES:
            self.urls[name] = await self.databases.fresh(name)
            if name in FROM_THE_BEGINNING:
                self.before[name] = await self.keep(self.urls[name])
        clock = BEGAN
        async with Running(self, clock, worker_of_renewals=True) as running:
            await FirstHalf(running).live()
            clock = running.system.clock.now()
        for name in set(NAMES) - set(self.before) - {"renewals"}:
            self.before[name] = await self.keep(self.urls[name])
        async with Running(self, clock, worker_of_renewals=False) as running:
            await SecondHalf(running).live()
        self.before["renewals"] = await self.keep(self.urls["renewals"])
        await self._hook_exchange()
        self.clock = clock.isoformat()

    async def _hook_exchange(self) -> None:
        """The agency wants its receipts by HTTP, too."""
        database = Database(self.databases.url(self.before["exchange"]))
        async with database.begin() as connection:
            await run(
                connection,
                """INSERT INTO webhook (agency, url, sealed_secret, made_by, at)
                   VALUES ('mde', :url, :secret, 'sweep', :now)""",
                url=self.receiver, secret=Seal(SEAL).close(b"of the sweep"), now=BEGAN,
            )  # fmt: skip
        await database.close()

    async def keep(self, url: str) -> str:
        """A copy of a database that nobody is connected to; returns its name."""
        name = make_url(url).database
        return str(make_url(await self.databases._create(str(name))).database)

    async def copy(self, template: str) -> str:
        """The URL of a new copy of a kept database."""
        return await self.databases._create(template)


class Unanswered(System):
    """A system whose effects nobody carries out: they wait in the databases for the sweep."""

    async def _under_way(self) -> tuple[list[str], Ends]:
        left: list[str] = []
        for name, copies in self.processes.items():
            async with copies[0].runtime.database.begin() as connection:
                if waiting := (await fetch(connection, UNSENT))[0].waiting:
                    left.append(f"{name} outbox: {waiting}")
        return (left, {}) if left else await self._behind()


class Running:
    """All services in this process, for one half of the history."""

    def __init__(self, recording: Recording, clock: datetime, *, worker_of_renewals: bool) -> None:
        self.recording = recording
        self.system = Unanswered(recording.kafka, recording.prefix, recording.folder)
        self.system.clock.set(clock)
        self._worker_of_renewals = worker_of_renewals

    async def __aenter__(self) -> "Running":
        names = [*NAMES, "portal"]
        self.system.ports |= {name: free_port() for name in names}
        for name in NAMES:
            roles = ["api", "relay", "schedule", "worker"]
            if name == "renewals" and not self._worker_of_renewals:
                roles.remove("worker")
            service, url = service_of(name), self.recording.urls[name]
            await self.system.start(service, url, roles, seal_key=SEAL, demo=True, database_connections=3)
        self.faces = Faces(self.system.settings("portal", ""))
        self.town = Town.of(self.faces, self.system.clock.now().date(), EDUCATORS)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.faces.close()
        await self.system.stop()

    async def rows(self, service: str, sql: str, **parameters: Any) -> Sequence[Any]:
        async with self.system.processes[service][0].runtime.database.begin() as connection:
            return await fetch(connection, sql, **parameters)

    async def licenses(self) -> list[License]:
        """The educators' licenses, by their places."""
        rows = await self.rows("credentials", LICENSES, pattern="5%")
        return [License(str(row.license_id), str(row.person_id), row.number) for row in rows]

    async def drain(self) -> None:
        """Until everything is said and heard."""
        await self.system.drain(600)


@dataclass
class FirstHalf:
    """People are imported, file, are approved; a batch is cut and taken; an officer and an agency act."""

    running: Running

    async def live(self) -> None:
        running, town = self.running, self.running.town
        await town.found()
        await running.drain()
        licenses = await running.licenses()
        filed = await town.file(licenses[:30])
        await running.drain()
        for each in licenses[:12]:
            await town.approve(each, filed[each.license_id])
        await town.decide(licenses[28], filed[licenses[28].license_id], "return")
        await running.drain()
        await self._cut()
        for each in licenses[12:18]:
            await town.approve(each, filed[each.license_id])
        await self._act(licenses)
        await running.drain()

    async def _cut(self) -> None:
        """The next business day: the batch is cut, rendered and released; the shop holds it, half of it cleared."""
        clock, shop = self.running.system.clock, self.running.town.shop
        clock.move(days=1)
        for _ in range(600):
            await asyncio.sleep(0.2)
            waiting = await self.running.rows("printing", "SELECT 1 FROM batch WHERE state = 'released'")
            if waiting:
                break
        await self.running.drain()
        batch = await shop.post("printing", "/batches/take")
        address = f"/batches/{batch['batch_id']}"
        ids = [piece["piece_id"] for piece in await shop.get("printing", f"{address}/pieces", after=-1, limit=200)]
        said = [{"piece_id": each, "outcome": "printed", "lease": batch["lease"]} for each in ids[:8]]
        await shop.post("printing", f"{address}/reports", {"lease": batch["lease"], "reports": said})
        await shop.post("printing", f"{address}/clear", {"lease": batch["lease"], "pieces": ids[:6]})

    async def _act(self, licenses: Sequence[License]) -> None:
        town, running = self.running.town, self.running
        for name in ("maria.lopez", "james.whitfield", "denise.okafor"):
            await town.faces.post("identity", "/recoveries", {"user_id": town.june.cohort.user(name)})
        await town.officer.post("credentials", f"/licenses/{licenses[35].license_id}/suspend", {"note": "By order."})
        await town.officer.post("credentials", f"/licenses/{licenses[36].license_id}/suspend", {"note": "By order."})
        await town.officer.post("credentials", f"/licenses/{licenses[36].license_id}/reinstate", {"note": "Lifted."})
        body = {"winner_id": licenses[38].person_id, "loser_id": licenses[39].person_id}
        await town.officer.post("identity", "/people/merge", body | {"confirmed_different_ssn": True})
        await running.system.publish(
            "inbound.mde.credits.v1", award(town.june, 30, "E-early"), b"E-early", headers("CreditsAwarded")
        )


@dataclass
class SecondHalf:
    """What the sweep's copies hear: renewals' worker is away, so that nobody there has heard the answers."""

    running: Running

    async def live(self) -> None:
        running, town = self.running, self.running.town
        licenses = await running.licenses()
        ends = await self._ends()
        rows = await running.rows("renewals", "SELECT application_id, license_id FROM application")
        filed = {str(row.license_id): str(row.application_id) for row in rows}
        for each in licenses[18:24]:
            await town.approve(each, filed[each.license_id])
        for place, what in ((24, "return"), (25, "deny"), (12, "undo"), (13, "undo")):
            await town.decide(licenses[place], filed[licenses[place].license_id], what)
        await town.file(licenses[30:34])
        await self._agencies()
        await self._reports()
        await running.drain()
        await self._again(ends)

    async def _agencies(self) -> None:
        june, say = self.running.town.june, self.running.system.publish
        credits = "inbound.mde.credits.v1"
        for place in range(10):
            await say(credits, award(june, place, f"E-{place}"), b"E", headers("CreditsAwarded", f"e{place}"))
        await say(credits, award(june, 3, "E-3"), b"E", headers("CreditsAwarded", "e3"))
        await say(credits, award(june, 4, "E-odd", "0.3"), b"E", headers("CreditsAwarded", "odd"))
        await say(credits, award(june, 999_999, "E-nobody"), b"E", headers("CreditsAwarded", "nobody"))
        await say(credits, recall(june, 5, "E-5"), b"E", headers("CreditsRecalled", "back5"))
        await say(credits, recall(june, 8, "E-to-come"), b"E", headers("CreditsRecalled", "back8"))
        today = self.running.system.clock.now().date()
        for place in range(6):
            line = assigned(june, place, place + 5, today)
            await say("inbound.mde.rosters.v1", line, b"R", headers("StaffAssigned", f"r{place}"))
        await say("inbound.mde.actions.v1", action(june, 7, today), b"A", headers("DisciplinaryActionReported", "a7"))
        for name in ("credits", "rosters", "actions"):
            await say(f"inbound.mde.{name}.v1", b'{"half', b"X", headers("CreditsAwarded"))

    async def _reports(self) -> None:
        """The shop says over Kafka what became of the batch that it holds."""
        pieces = await self.running.rows(
            "printing",
            """SELECT piece.piece_id, piece.state, piece.cleared_under, batch.lease
               FROM piece JOIN batch USING (batch_id) WHERE batch.lease > 0 ORDER BY piece.place""",
        )
        at = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
        for number, piece in enumerate(pieces):
            outcomes = ["inserted", "mailed"] if piece.cleared_under else ["printed" if number % 2 else "spoiled"]
            for outcome in outcomes:
                value = report(str(piece.piece_id), piece.lease, outcome, at)
                said = headers("PieceReported", f"{piece.piece_id}-{outcome}", "/printshop")
                key = str(piece.piece_id).encode()
                await self.running.system.publish("inbound.printshop.print-reports.v1", value, key, said)

    async def _ends(self) -> Any:
        return await self.running.system.ends(*self._ours())

    def _ours(self) -> list[str]:
        """The topics on which our services say what others of ours hear."""
        heard = {topic for name in NAMES for topic in topics_of([service_of(name)])}
        return sorted(topic.name for topic in heard if topic.kind in (Kind.FACTS, Kind.STATE))

    async def _again(self, since: Any) -> None:
        """A relay that died says the last of each topic again; and old states come late, under ids of their own."""
        system = self.running.system
        for name in self._ours():
            said = await system.read(name, since=since)
            await system.publish(name, b'{"half', b"broken", [("ce_id", b"none")])
            for record in said[-12:]:
                await self._repeat(record, list(record.headers))
            if name.endswith(".state.v1"):
                for record in (await system.read(name))[:6]:
                    await self._repeat(record, _under_new_id(record))

    async def _repeat(self, record: ConsumerRecord, said: list[tuple[str, bytes]]) -> None:
        """Says a record again where its key belongs."""
        producer = await self.running.system._ready_producer()
        await producer.send_and_wait(
            record.topic, record.value, key=record.key, headers=said, partition=record.partition
        )


def _under_new_id(record: ConsumerRecord) -> list[tuple[str, bytes]]:
    return [(key, str(new_id()).encode() if key == "ce_id" else value) for key, value in record.headers]
