"""What every service of the naive chain has: its broker, its database, its relay."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID, uuid5

import orjson
from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaMessage
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from bench.chain.models import Inbox, Outbox

PUBLISHED_AT_ONCE, POLL = 100, 0.1

Handler = Callable[..., Awaitable[None]]


class Service:
    """A service: its subscribers, its database, its relay."""

    def __init__(self, name: str) -> None:
        database = orjson.loads(os.environ["ELMS_DATABASES"])[name]
        self.name = name
        self.prefix = os.environ["ELMS_TOPIC_PREFIX"]
        self.session = async_sessionmaker(engine(database), expire_on_commit=False)
        self.broker = KafkaBroker(os.environ["ELMS_KAFKA"], acks="all", enable_idempotence=True, logger=None)
        self.tasks: list[asyncio.Task[None]] = []

    def hear(self, topic: str, type_: str, handler: Handler) -> None:
        """Subscribes to one type of a topic's events: others are passed over."""
        subscriber = self.broker.subscriber(
            self.prefix + topic, group_id=f"{self.prefix}naive.{self.name}.{topic}", auto_offset_reset="earliest",
            ack_policy=AckPolicy.NACK_ON_ERROR,
        )  # fmt: skip
        subscriber(handler, filter=lambda message: message.headers["ce_type"].endswith(f".{type_}.v1"))

        async def pass_over(message: KafkaMessage) -> None:
            """Another type: nothing to do."""

        subscriber(pass_over)

    def say(  # noqa: PLR0917
        self, session: AsyncSession, topic: str, event: BaseModel, key: UUID, version: int, cause: UUID
    ) -> None:
        """Puts an event into the outbox."""
        type_ = f"elms.{self.name}.{type(event).__name__}.v1"
        session.add(
            Outbox(
                event_id=uuid5(cause, f"{type_}{key}"), cause=cause, topic=topic, type=type_, key=str(key),
                version=version, value=event.model_dump(mode="json"),
            )
        )  # fmt: skip

    async def relay(self) -> None:
        """Publishes the outbox, one by one."""
        while True:
            async with self.session.begin() as session:
                rows = (await session.scalars(select(Outbox).order_by(Outbox.id).limit(PUBLISHED_AT_ONCE))).all()
                for row in rows:
                    headers = {
                        "ce_id": str(row.event_id), "ce_type": row.type, "ce_causationid": str(row.cause),
                        "ce_sequence": str(row.version),
                    }  # fmt: skip
                    await self.broker.publish(row.value, self.prefix + row.topic, key=row.key.encode(), headers=headers)
                    await session.delete(row)
            if len(rows) < PUBLISHED_AT_ONCE:
                await asyncio.sleep(POLL)

    async def run(self) -> None:
        """Runs until SIGTERM."""
        app = FastStream(self.broker, logger=None)

        @app.after_startup
        async def start_relay() -> None:
            self.tasks.append(asyncio.create_task(self.relay()))

        await app.run()


async def is_new(session: AsyncSession, message: KafkaMessage, consumer: str) -> UUID | None:
    """The message's id, claimed; None for one that was taken before."""
    event_id = UUID(message.headers["ce_id"])
    if await session.get(Inbox, (event_id, consumer)) is not None:
        return None
    session.add(Inbox(event_id=event_id, consumer=consumer))
    return event_id


def now() -> datetime:
    return datetime.now(UTC)


def engine(database: str) -> AsyncEngine:
    return create_async_engine(make_url(database).set(drivername="postgresql+asyncpg"))
