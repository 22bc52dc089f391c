"""Not a relay, but its measure: aiokafka's producer alone, sending the same messages from memory, pipelined.

It reads no outbox, and forgets none.
"""

import asyncio
import os
import sys

import asyncpg
import orjson
import uvloop
from aiokafka import AIOKafkaProducer

from bench.relay.rows import KEY, NUMBERS, TOPIC, VALUE, attributes

FILL = "SELECT"
MESSAGES = f"SELECT {KEY}, {VALUE}, json_build_object({attributes()})::text FROM {NUMBERS} ORDER BY n"
FIXED = [("ce_specversion", b"1.0"), ("content-type", b"application/json"), ("ce_source", b"/services/bench")]
Message = tuple[bytes, bytes, list[tuple[str, bytes]]]


async def prepare(database: str) -> None:
    """An outbox to be seen empty."""
    connection = await asyncpg.connect(database)
    await connection.execute("CREATE TABLE outbox ()")
    await connection.close()


async def messages(database: str, last: int) -> list[Message]:
    """What the relays find in their outboxes."""
    connection = await asyncpg.connect(database)
    rows = await connection.fetch(MESSAGES.format(first=1, last=last))
    await connection.close()
    return [(key.encode(), value.encode(), FIXED + headers(key, attributes)) for key, value, attributes in rows]


def headers(key: str, attributes: str) -> list[tuple[str, bytes]]:
    """Kafka's headers of a message."""
    return [*((name, value.encode()) for name, value in orjson.loads(attributes).items()), ("ce_subject", key.encode())]


async def send(producer: AIOKafkaProducer, topic: str, given: list[Message]) -> None:
    """Sends all without waiting for each, and returns when all are acknowledged."""
    sent = [await producer.send(topic, value, key=key, headers=heads) for key, value, heads in given]
    await asyncio.gather(*sent)


async def main() -> None:
    kafka, database, prefix = (os.environ[f"ELMS_{name}"] for name in ("KAFKA", "DATABASE", "TOPIC_PREFIX"))
    warm, count = int(os.environ["ELMS_WARM"]), int(os.environ["ELMS_EVENTS"])
    given = await messages(database, warm + count)
    producer = AIOKafkaProducer(
        bootstrap_servers=kafka, acks="all", enable_idempotence=True, linger_ms=2, max_batch_size=262_144
    )
    await producer.start()
    await send(producer, prefix + TOPIC, given[:warm])
    await asyncio.to_thread(sys.stdin.readline)  # the word to begin
    await send(producer, prefix + TOPIC, given[warm:])
    await producer.stop()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
