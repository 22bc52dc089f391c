"""Chapter 1: an outside system publishes credits with Kafka's own console producer, and gets its receipts."""

import asyncio
import json
import subprocess
import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, TopicPartition

from ops.demo.cohort import agency_load
from ops.demo.timeline import chapter, tell, timed, until
from ops.errors import Obstacle
from ops.loads import load_credits, recall
from ops.local.layout import KAFKA_LIBS
from shared.contracts.topics import PARTITIONS

if TYPE_CHECKING:
    from ops.demo.run import Demo

LOAD_ROWS = 10_000


async def tell_story(demo: "Demo") -> None:
    chapter(1, "An agency publishes credits with Kafka's own console producer; each gets a receipt")
    receipts = await Receipts.listen(demo)
    try:
        await _publish(demo, receipts)
    finally:
        await receipts.stop()
    await _break(demo)
    chapter(1, f"A file of {min(LOAD_ROWS, demo.peak):,} credits is loaded, loaded again, and recalled")
    await _file(demo)


async def _publish(demo: "Demo", receipts: "Receipts") -> None:
    cohort, end = demo.cohort, demo.cohort.end
    common = {"provider": "MDE", "title": "SEMI: Leading Change"}
    awards: list[dict[str, Any]] = [
        {"reference": f"SEMI{cohort.tag}-1", "educator_number": cohort.educator("0201"), "unit": "semi",
         "amount": "40", "completed_on": f"{end - 2}-06-20", **common},
        {"reference": f"EL{cohort.tag}-A", "license_number": cohort.license("0101"), "last_name": "López",
         "unit": "ceu", "amount": "1.0", "contact_hours": "10", "completed_on": f"{end - 2}-09-01", **common},
        {"reference": f"EL{cohort.tag}-B", "educator_number": cohort.educator("0101"), "unit": "ceu", "amount": "0.3",
         "contact_hours": "3", "completed_on": f"{end - 2}-09-02", **common},
        {"reference": f"EL{cohort.tag}-C", "educator_number": cohort.educator("0999"), "unit": "ceu", "amount": "0.5",
         "contact_hours": "5", "completed_on": f"{end - 2}-09-03", **common},
        {"reference": f"EL{cohort.tag}-D", "educator_number": cohort.educator("0101"), "unit": "ceu", "amount": "many",
         "completed_on": f"{end - 2}-09-04", **common},
    ]  # fmt: skip
    began = time.time()
    ids = await asyncio.to_thread(console_produce, demo, awards)
    tell("the console producer has published 5 records", (time.time() - began) * 1000)
    for number, event_id in enumerate(ids):
        receipt = await until(f"A receipt of {event_id}", lambda e=event_id: receipts.find(e))  # type: ignore[misc]
        where = f" [dim](field {receipt['field']})[/dim]" if receipt.get("field") else ""
        tell(
            f"{awards[number]['reference']}: {receipt['kind']}: {receipt['text']}{where}",
            (receipt["at"] - began) * 1000,
        )


def console_produce(demo: "Demo", awards: list[dict[str, Any]]) -> list[str]:
    """Publishes with `kafka-console-producer`, which knows nothing of us; returns the events' ids."""
    ids = [str(uuid4()) for _ in awards]
    lines = []
    for event_id, award in zip(ids, awards, strict=True):
        headers = f"ce_specversion:1.0,ce_id:{event_id},ce_type:elms.inbound.CreditsAwarded.v1,ce_source:/mde/loads"
        lines.append(f"{headers}\t{award['reference']}\t{json.dumps(award, ensure_ascii=False)}")
    _produce(demo, "inbound.mde.credits.v1", lines)
    return ids


def _produce(demo: "Demo", topic: str, lines: list[str]) -> None:
    command = [
        "java", "-Dfile.encoding=UTF-8", "-Xmx128m", "-cp", f"{KAFKA_LIBS}/*", "org.apache.kafka.tools.ConsoleProducer",
        "--bootstrap-server", demo.settings.kafka, "--topic", topic,
        "--reader-property", "parse.headers=true", "--reader-property", "parse.key=true",
    ]  # fmt: skip
    done = subprocess.run(command, input="\n".join(lines) + "\n", text=True, capture_output=True, check=False)
    if done.returncode:
        raise Obstacle(f"Kafka's console producer failed: {done.stderr.strip()[-500:]}")


async def _break(demo: "Demo") -> None:
    """Half a record on one of our own topics, as a program with a fault would leave it: it blocks nobody."""
    topic, operator = "exchange.print-reports.facts.v1", demo.person("paul.stennis")
    before = len(await operator.get("printing", "/operations/dead-letters"))
    line = f'ce_id:{uuid4()},ce_type:elms.exchange.PieceReported.v1\tP-1\t{{"piece_id": "half'
    await asyncio.to_thread(_produce, demo, topic, [line])

    async def dead() -> dict[str, Any] | None:
        letters: list[dict[str, Any]] = await operator.get("printing", "/operations/dead-letters")
        return letters[0] if len(letters) > before else None

    letter = await until("The dead letter", dead)
    tell(f"a record that is broken off becomes a dead letter of printing's: {letter['reason']}, {letter['detail']}")


class Receipts:
    """The agency's own ear: its receipts topic."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self._found: dict[str, dict[str, Any]] = {}

    @classmethod
    async def listen(cls, demo: "Demo") -> "Receipts":
        consumer = AIOKafkaConsumer(bootstrap_servers=demo.settings.kafka, enable_auto_commit=False)
        await consumer.start()
        consumer.assign([TopicPartition("outbound.mde.receipts.v1", p) for p in range(PARTITIONS)])
        await consumer.seek_to_end()
        return cls(consumer)

    async def find(self, event_id: str) -> dict[str, Any] | None:
        """The last receipt of an event, if there is one yet."""
        for batch in (await self._consumer.getmany(timeout_ms=50)).values():
            for record in batch:
                body = json.loads(record.value)
                kind = dict(record.headers)["ce_type"].decode().split(".")[-2].removeprefix("Event").lower()
                self._found[body["event_id"]] = body | {"kind": kind, "at": record.timestamp / 1000}
        return self._found.get(event_id)

    async def stop(self) -> None:
        await self._consumer.stop()


async def _file(demo: "Demo") -> None:
    file = demo.settings.data / f"elearning-{demo.cohort.number}.csv"
    file.write_bytes(agency_load(demo.cohort, min(LOAD_ROWS, demo.peak)))
    loader = demo.person("paul.stennis")
    with timed("elms load credits: loaded"):
        load = await load_credits(loader, file)
    with timed("the same file a second time: nothing new"):
        await load_credits(loader, file)
    with timed("recalled, the affected licenses shown first"):
        await recall(loader, load["load_id"], "The agency loaded last year's file by mistake.")
