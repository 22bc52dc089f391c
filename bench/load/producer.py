"""Not a load, but the measure of its publishing part: aiokafka's producer sends each row of the file, pipelined.

Nobody checks anything, keeps anything or answers.
"""

import asyncio
import csv
import os
import uuid
from pathlib import Path

import orjson
import uvloop
from aiokafka import AIOKafkaProducer

from bench.chain.words import wanted

TOPIC = "inbound.mde.credits.v1"


async def main() -> None:
    kafka, prefix = os.environ["ELMS_KAFKA"], os.environ["ELMS_TOPIC_PREFIX"]
    producer = AIOKafkaProducer(
        bootstrap_servers=kafka, acks="all", enable_idempotence=True, linger_ms=2, max_batch_size=262_144
    )
    await producer.start()
    file = Path(os.environ["ELMS_FILE"])
    async for _ in wanted():
        sent = []
        for row in csv.DictReader((await asyncio.to_thread(file.read_text)).splitlines()):
            headers = [
                ("ce_specversion", b"1.0"), ("ce_id", str(uuid.uuid4()).encode()), ("ce_source", b"/mde"),
                ("ce_type", b"elms.mde.CreditsAwarded.v1"), ("content-type", b"application/json"),
            ]  # fmt: skip
            key = row["educator_number"].encode()
            sent.append(await producer.send(prefix + TOPIC, orjson.dumps(row), key=key, headers=headers))
        await asyncio.gather(*sent)


if __name__ == "__main__":
    uvloop.run(main())
