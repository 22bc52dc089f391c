"""The row “one hop”: how it is run and how it is counted."""

from collections import defaultdict
from datetime import UTC, datetime
from random import Random
from uuid import UUID

import orjson

from bench.hop.events import INPUT, OUTPUT, Added
from bench.stage import Miscounted, Stage
from shared.contracts import Event
from shared.ids import LicenseId, new_id
from shared.messaging.publish import Message
from shared.testing.saying import message as said

EVENTS_PER_LICENSE = 2


async def run(stage: Stage) -> None:
    """The contender is warmed, stands still while the topic is filled, and is timed until all is said."""
    given = events(stage.warm + stage.events)
    messages = [message(event_id, event) for event_id, event in given]
    await stage.topics(INPUT, OUTPUT)
    await stage.program.prepare(stage.database)
    await stage.start()
    await stage.fill(INPUT, messages[: stage.warm])
    await stage.until_said(OUTPUT, stage.warm)
    stage.freeze()
    await stage.fill(INPUT, messages[stage.warm :])
    async with stage.clock():
        stage.wake()
        await stage.until_said(OUTPUT, len(given))
    await verify(stage, given)


def events(count: int) -> list[tuple[UUID, Added]]:
    """Additions to licenses drawn at random; the same ones in every run, but for their ids."""
    random = Random(4)
    licenses = [LicenseId(UUID(int=random.getrandbits(128), version=4)) for _ in range(count // EVENTS_PER_LICENSE)]
    return [(new_id(), Added(license_id=random.choice(licenses), number=random.randrange(100))) for _ in range(count)]


def message(event_id: UUID, event: Event) -> Message:
    """The event as one of our services would have said it."""
    return said(event, event_id=event_id, cause=event_id, at=datetime(2026, 3, 4, 15, tzinfo=UTC))


async def verify(stage: Stage, given: list[tuple[UUID, Added]]) -> None:
    """Each event took effect once, in its license's order, and was answered once. Raises `Miscounted`."""
    sums: dict[str, list[int]] = defaultdict(list)
    for _, event in given:
        before = sums[str(event.license_id)]
        before.append((before[-1] if before else 0) + event.number)
    said: dict[str, list[int]] = defaultdict(list)
    causes: set[str] = set()
    for record in await stage.said(OUTPUT):
        value = orjson.loads(record.value)
        said[value["license_id"]].append(value["total"])
        causes.add(dict(record.headers)["ce_causationid"].decode())
    _require(said == sums, "what was said is not each license's sums in their order, each once")
    _require(causes == {str(event_id) for event_id, _ in given}, "not every event was answered")
    kept = {str(row[0]): row[1] for row in await stage.connection.fetch("SELECT license_id, sum FROM total")}
    _require(kept == {license_id: totals[-1] for license_id, totals in sums.items()}, "the sums kept are wrong")
    _require(await stage.connection.fetchval("SELECT count(*) FROM inbox") == len(given), "the inbox is not complete")


def _require(so: bool, otherwise: str) -> None:
    if not so:
        raise Miscounted(otherwise)
