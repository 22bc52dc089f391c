"""The relay of faststream-outbox, as its first page shows it, with the key and headers that an event needs.

One worker, for two would overtake each other within a key; fetches and deletions of a hundred rows, the package's own
means of doing better than its defaults of ten and one.
"""

import os
from typing import Any

import uvloop
from faststream import FastStream
from faststream.kafka import KafkaBroker
from faststream.kafka.response import KafkaResponse
from faststream_outbox import OutboxBroker, make_outbox_table
from faststream_outbox.annotations import OutboxMessage
from sqlalchemy import MetaData
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bench.relay.rows import KEY, NUMBERS, TOPIC, VALUE, attributes

QUEUE = "counted"
ROWS = 100
FILL = f"""
    INSERT INTO outbox (queue, payload, headers)
    SELECT '{QUEUE}', convert_to({VALUE}, 'UTF8'),
           jsonb_build_object({attributes()}, 'ce_subject', {KEY}, 'content-type', 'application/json')
    FROM {NUMBERS} ORDER BY n;
    NOTIFY outbox_outbox, '{QUEUE}'"""

metadata = MetaData()
table = make_outbox_table(metadata, table_name="outbox")


def engine(database: str) -> AsyncEngine:
    return create_async_engine(make_url(database).set(drivername="postgresql+asyncpg"))


async def prepare(database: str) -> None:
    """Makes the tables."""
    made = engine(database)
    async with made.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await made.dispose()


async def main() -> None:
    kafka, database, prefix = (os.environ[f"ELMS_{name}"] for name in ("KAFKA", "DATABASE", "TOPIC_PREFIX"))
    outbox = OutboxBroker(engine(database), outbox_table=table, logger=None)
    broker = KafkaBroker(kafka, acks="all", enable_idempotence=True, logger=None)

    @broker.publisher(prefix + TOPIC)
    @outbox.subscriber(QUEUE, max_workers=1, fetch_batch_size=ROWS, terminal_flush_batch_size=ROWS)
    async def relay(body: dict[str, Any], message: OutboxMessage) -> KafkaResponse:
        headers = dict(message.headers)
        return KafkaResponse(body, key=headers["ce_subject"].encode(), headers=headers)

    app = FastStream(outbox, on_startup=[broker.start], logger=None)

    @app.after_shutdown
    async def stop() -> None:
        await broker.stop()

    await app.run()


if __name__ == "__main__":
    uvloop.run(main())
