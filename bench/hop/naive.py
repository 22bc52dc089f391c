"""The hop as the libraries' documentation leads to it: FastStream one message at a time, an AsyncSession for each.

Equally correct: an inbox claims each message's id, an outbox holds what is to be said, and both commit with the change.
"""

import asyncio
import os
from uuid import UUID, uuid5

import uvloop
from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaMessage
from pydantic import BaseModel
from sqlalchemy import BigInteger, Identity, select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

INPUT, OUTPUT = "bench.input.facts.v1", "bench.output.facts.v1"
PUBLISHED_AT_ONCE, POLL = 100, 0.1


class Added(BaseModel):
    license_id: UUID
    number: int


class Counted(BaseModel):
    license_id: UUID
    total: int


class Base(DeclarativeBase):
    pass


class Inbox(Base):
    __tablename__ = "inbox"
    event_id: Mapped[UUID] = mapped_column(primary_key=True)


class Total(Base):
    __tablename__ = "total"
    license_id: Mapped[UUID] = mapped_column(primary_key=True)
    sum: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(BigInteger)


class Outbox(Base):
    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    event_id: Mapped[UUID]
    cause: Mapped[UUID]
    license_id: Mapped[UUID]
    total: Mapped[int] = mapped_column(BigInteger)


class Worker:
    """The subscriber and the relay."""

    def __init__(self, kafka: str, database: str, prefix: str) -> None:
        self.session = async_sessionmaker(engine(database), expire_on_commit=False)
        self.broker = KafkaBroker(kafka, acks="all", enable_idempotence=True, logger=None)
        self.output = prefix + OUTPUT
        self.relaying: asyncio.Task[None] | None = None
        subscriber = self.broker.subscriber(
            prefix + INPUT, group_id=prefix + "naive", auto_offset_reset="earliest", ack_policy=AckPolicy.NACK_ON_ERROR
        )
        subscriber(self.add)

    async def add(self, event: Added, message: KafkaMessage) -> None:
        """Adds the number, and puts the new sum into the outbox."""
        event_id = UUID(message.headers["ce_id"])
        async with self.session.begin() as session:
            if await session.get(Inbox, event_id) is not None:
                return
            session.add(Inbox(event_id=event_id))
            total = await session.get(Total, event.license_id, with_for_update=True)
            if total is None:
                total = Total(license_id=event.license_id, sum=0, version=0)
                session.add(total)
            total.sum += event.number
            total.version += 1
            said = uuid5(event_id, "Counted")
            session.add(Outbox(event_id=said, cause=event_id, license_id=event.license_id, total=total.sum))

    async def relay(self) -> None:
        """Publishes the outbox, one by one."""
        while True:
            async with self.session.begin() as session:
                rows = (await session.scalars(select(Outbox).order_by(Outbox.id).limit(PUBLISHED_AT_ONCE))).all()
                for row in rows:
                    await self.broker.publish(
                        Counted(license_id=row.license_id, total=row.total),
                        self.output,
                        key=str(row.license_id).encode(),
                        headers={"ce_id": str(row.event_id), "ce_causationid": str(row.cause)},
                    )
                    await session.delete(row)
            if len(rows) < PUBLISHED_AT_ONCE:
                await asyncio.sleep(POLL)


def engine(database: str) -> AsyncEngine:
    return create_async_engine(make_url(database).set(drivername="postgresql+asyncpg"))


async def prepare(database: str) -> None:
    """Makes the tables."""
    made = engine(database)
    async with made.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await made.dispose()


async def main() -> None:
    worker = Worker(*(os.environ[f"ELMS_{name}"] for name in ("KAFKA", "DATABASE", "TOPIC_PREFIX")))
    app = FastStream(worker.broker, logger=None)

    @app.after_startup
    async def start_relay() -> None:
        worker.relaying = asyncio.create_task(worker.relay())

    await app.run()


if __name__ == "__main__":
    uvloop.run(main())
