"""The steady flow of real work: credits by Kafka, filings, approvals, undo, suspensions, addresses, merges, paper.

Everybody asks as people's programs should: under a key of their own, again and again until there is an answer. What is
answered is the ledger's; what is not may have happened or not.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from ops.errors import Obstacle
from ops.faces import Faces, Refusal
from shared.policies.calendar import next_business_day
from tests.chaos.ledger import Entry, Ledger
from tests.chaos.people import OPTION, License, Town, award, headers, report

PATIENCE = 20.0
"""Seconds until a request without an answer is asked again."""


class Over(Exception):
    """The run ends: what is not answered stays so."""


@dataclass
class Flow:
    """Everybody who works while faults come."""

    town: Town
    ledger: Ledger
    licenses: list[License]
    spare: list[License]
    producer: AIOKafkaProducer
    choose: random.Random
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, lives: int = 3, pause: float = 0.4) -> None:
        """Works until it is over: so many renewals at a time, and everything beside them."""
        waiting = iter(self.licenses)
        jobs = [self._repeat(lambda: self._renew(waiting), pause) for _ in range(lives)]
        jobs += [self._repeat(self._award, 0.5), self._repeat(self._address, 2.0), self._repeat(self._paper, 15.0),
                 self._repeat(self._merge, 8.0)]  # fmt: skip
        await asyncio.gather(*jobs)

    async def _repeat(self, once: Callable[[], Awaitable[None]], pause: float) -> None:
        while not self.over.is_set():
            try:
                await once()
            except (Over, StopIteration, StopAsyncIteration):
                return
            except Refusal as refusal:
                self.ledger.trouble(f"refused {refusal.code}")
            await self._rest(pause * self.choose.uniform(0.5, 1.5))

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.over.wait(), seconds)
        except TimeoutError:
            return

    # ── asking ───────────────────────────────────────────────────────────────────────────────────────────────

    async def ask(
        self, who: Faces, method: str, service: str, path: str, *, key: str = "", body: Any = None, **params: Any
    ) -> Any:
        """The answer, however often it must be asked for. Raises `Refusal` for a no, `Over` at the end."""
        options: dict[str, Any] = {"params": params, "headers": {"Idempotency-Key": key} if key else {}}
        if body is not None:
            options["json"] = body
        while not self.over.is_set():
            try:
                async with asyncio.timeout(PATIENCE):
                    return await who.ask(method, service, path, **options)
            except Refusal as refusal:
                if refusal.status < 500:
                    raise
                self.ledger.trouble(f"{refusal.status} of {service}")
            except (Obstacle, TimeoutError, httpx.HTTPError) as error:
                self.ledger.trouble(f"{type(error).__name__} of {service}")
            await self._rest(0.3)
        raise Over

    async def do(self, kind: str, subject: str, who: Faces, service: str, path: str, *, body: Any = None) -> Any:
        """Asks for a change, noting it before and after. Raises `Refusal`, which is noted too."""
        key = str(uuid4())
        entry = self.ledger.ask(kind, subject, key)
        try:
            answer = await self.ask(who, "POST", service, path, key=key, body=body)
        except Refusal as refusal:
            self.ledger.answer(entry, "no", f"{refusal.code}: {refusal}")
            raise
        self.ledger.answer(entry, "yes")
        return answer

    async def until(self, who: Faces, application_id: str, *states: str) -> str:
        """Waits for an application to come into one of these states. Raises `Over` at the end."""
        while True:
            shown = await self.ask(who, "GET", "renewals", f"/applications/{application_id}")
            if shown["state"] in states:
                return str(shown["state"])
            await self._rest(0.4)

    # ── what people do ───────────────────────────────────────────────────────────────────────────────────────

    async def _renew(self, waiting: Any) -> None:
        """One renewal from filing to completion; some are undone, some suspended on the way."""
        license = next(waiting, None)
        if license is None:
            raise Over
        chief, way = self.town.chief(license.place), self.choose.random()
        filed = await self._file(license)
        if await self.until(chief, filed, "waiting", "refused") == "refused":
            return
        await self.ask(
            chief, "POST", "renewals", "/queue/originals", key=str(uuid4()), body={"application_ids": [filed]}
        )
        if way < 0.08:
            await self._officer("suspend", license)
        await self.do("approve", filed, chief, "renewals", f"/applications/{filed}/approve")
        reached = await self.until(chief, filed, "completed", "blocked")
        if way < 0.08:
            await self._officer("reinstate", license)
        elif reached == "completed" and way < 0.25:
            body = {"reason": "Approved by mistake."}
            await self.do("undo", filed, chief, "renewals", f"/applications/{filed}/undo", body=body)
            await self.until(chief, filed, "undone", "completed")

    async def _file(self, license: License) -> str:
        row = {"person_id": license.person_id, "license_id": license.license_id, "option": OPTION,
               "license_number": license.number}  # fmt: skip
        answer = await self.do(
            "file",
            license.license_id,
            self.town.loader,
            "renewals",
            "/import/applications",
            body={"applications": [row]},
        )
        return str(answer["rows"][0]["application_id"])

    async def _officer(self, what: str, license: License) -> None:
        path = f"/licenses/{license.license_id}/{what}"
        await self.do(what, license.license_id, self.town.officer, "credentials", path, body={"note": "By order."})

    async def _award(self) -> None:
        """An agency awards a credit, and publishes it until the brokers have it."""
        place = self.choose.randrange(len(self.licenses) + len(self.spare))
        reference = f"C-{uuid4().hex[:12]}"
        entry = self.ledger.ask("award", reference, reference)
        value = award(self.town.june, place, reference)
        await self.publish(entry, "inbound.mde.credits.v1", value, headers("CreditsAwarded", reference))

    async def publish(self, entry: Entry, topic: str, value: bytes, said: Any) -> None:
        """Publishes until it is acknowledged, under the same id."""
        while not self.over.is_set():
            try:
                async with asyncio.timeout(PATIENCE):
                    await self.producer.send_and_wait(topic, value, key=entry.subject.encode(), headers=said)
            except (KafkaError, TimeoutError, OSError) as error:
                self.ledger.trouble(f"{type(error).__name__} of Kafka")
                await self._rest(0.3)
            else:
                self.ledger.answer(entry, "yes")
                return

    async def _address(self) -> None:
        """An officer corrects an address: states for three readers."""
        license = self.choose.choice(self.licenses)
        line = f"{self.choose.randrange(9000)} Magnolia Street"
        address = {"line1": line, "city": "Jackson", "state": "MS", "postal_code": "39201"}
        path = f"/people/{license.person_id}/contact"
        await self.do("address", f"{license.person_id} {line}", self.town.officer, "identity", path,
                      body={"address": address, "email": f"educator{license.place}@example.org"})  # fmt: skip

    async def _merge(self) -> None:
        """Two records of people who do nothing else become one."""
        if len(self.spare) < 2:
            raise Over
        winner, loser = self.spare.pop(), self.spare.pop()
        body = {"winner_id": winner.person_id, "loser_id": loser.person_id, "confirmed_different_ssn": True}
        await self.do("merge", loser.person_id, self.town.officer, "identity", "/people/merge", body=body)

    async def _paper(self) -> None:
        """The shop's day: what is due the next business day is cut, taken, printed, cleared, and mailed."""
        shop, settings = self.town.shop, self.town.faces.settings
        due = next_business_day(settings.clock.now().date(), settings.policy)
        await self.do("cut", str(uuid4()), shop, "printing", "/batches/cut", body={"due_on": str(due)})
        await self._rest(6)
        batch = await self.ask(shop, "POST", "printing", "/batches/take", key=str(uuid4()))
        address, lease = f"/batches/{batch['batch_id']}", batch["lease"]
        found = await self.ask(shop, "GET", "printing", f"{address}/pieces", after=-1, limit=2000)
        ids = [piece["piece_id"] for piece in found]
        await self._say(address, lease, ids, "printed")
        cleared = await self.ask(
            shop, "POST", "printing", f"{address}/clear", key=str(uuid4()), body={"lease": lease, "pieces": ids}
        )
        going = [each["piece_id"] for each in cleared if each["cleared"]]
        await self._say(address, lease, going, "inserted")
        half = len(going) // 2
        await self._say(address, lease, going[:half], "mailed")
        for piece in going[half:]:
            entry = self.ledger.ask("mailed", piece, f"{piece}-mailed")
            value = report(piece, lease, "mailed", datetime.now(UTC).isoformat())
            said = headers("PieceReported", f"{piece}-mailed", "/printshop")
            await self.publish(entry, "inbound.printshop.print-reports.v1", value, said)

    async def _say(self, address: str, lease: int, ids: list[str], outcome: str) -> None:
        """Reports what became of pieces, over HTTP."""
        if not ids:
            return
        said = [{"piece_id": each, "outcome": outcome, "lease": lease} for each in ids]
        entries = [self.ledger.ask(outcome, each, f"{each}-{outcome}") for each in ids]
        body = {"lease": lease, "reports": said}
        answers = await self.ask(self.town.shop, "POST", "printing", f"{address}/reports", key=str(uuid4()), body=body)
        for entry, answer in zip(entries, answers, strict=True):
            self.ledger.answer(entry, "yes" if answer["accepted"] else "no", str(answer.get("detail", "")))
