"""FastStream's part: a batch subscriber per subscription, which hands raw records to its `Consumer`."""

import asyncio
import time
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Any

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import ConsumerStoppedError, KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.subscriber.usecase import BatchSubscriber
from faststream.security import BaseSecurity, SASLScram512

from shared.contracts import Kind
from shared.messaging.batch import Fetched, Sorted, Subscription
from shared.messaging.consumer import Consumer
from shared.messaging.dead_letters import DeadLetter
from shared.messaging.envelope import Record
from shared.messaging.lenient import read_leniently
from shared.messaging.rounds import Heard
from shared.messaging.standing import Standing

if TYPE_CHECKING:
    from shared.runtime import Runtime

log = structlog.get_logger()

CONSUMER: dict[str, Any] = {
    "batch": True,
    "max_records": 1000,
    "batch_timeout_ms": 500,  # how long a poll waits where there is nothing; a record ends it at once
    "auto_offset_reset": "none",  # the positions decide; one that Kafka does not have halts its partition
    "session_timeout_ms": 6000,
    "heartbeat_interval_ms": 1500,
    "rebalance_timeout_ms": 10_000,
    "max_poll_interval_ms": 600_000,  # a database may be away for long; the position guards against a second owner
    "max_partition_fetch_bytes": 2 << 20,
    "isolation_level": "read_committed",  # an agency may write in transactions: what it took back it never said
    "fetch_max_wait_ms": 1000,  # half the requests of an idle stack; a question on the same connection waits as long
}


BITE = 20
"""Records of a bulky topic taken at once: what somebody waits for, in the same process, comes between the bites."""
LONGEST_REST = 0.1
"""Seconds. Behind a full bite comes a rest as long as it took: what somebody waits for meets half of them at most."""
LINGER = 0.05
"""Seconds that a patient service's batch waits for company: the look-up hears of the same approval in that moment."""
A_FEW = 100
"""Records that are decoded ahead without a break: half a millisecond."""
_NOTHING = Fetched.after(0, ())


class PatientSubscriber(BatchSubscriber):
    """Waits for records without looking again and again: FastStream's own sleeps after each empty poll.

    Behind a full batch the next one is fetched and decoded while PostgreSQL works on that one, and no more is done
    with it: a batch is one transaction, and then comes the next. Where we sought meanwhile (a batch was given up,
    partitions were lost or given), it is thrown away: what is in it comes again, from there.
    """

    standing: Standing
    linger: float
    reads_ahead: bool
    ahead: asyncio.Task[Fetched] | None = None

    async def get_msg(self, consumer: AIOKafkaConsumer) -> Fetched:
        most = self.max_records or CONSUMER["max_records"]
        ahead, self.ahead = self.ahead, None
        found = await ahead if ahead is not None else _NOTHING
        if not found or found.seeks != self.standing.seeks:
            found = await self._fetched(consumer, self.batch_timeout_ms, most)
        if found and self.linger and len(found) < most:
            found = await self._with_company(consumer, found, most)
        if self.reads_ahead and len(found) == most:
            self.ahead = asyncio.create_task(self._read_ahead(consumer, most))
        return found

    async def _read_ahead(self, consumer: AIOKafkaConsumer, most: int) -> Fetched:
        """What has come by now, decoded; a few at a time, so that PostgreSQL's answers are not waited with."""
        try:
            found = await self._fetched(consumer, 0, most)
        except (KafkaError, ConsumerStoppedError):
            return _NOTHING  # it comes again
        heard: list[tuple[Record, Heard]] = []
        dead: list[DeadLetter] = []
        with suppress(Exception):  # a mistake of ours is met again, and told, where the batch is taken
            for start in range(0, len(found), A_FEW):
                await asyncio.sleep(0)
                few = self.standing.subscription.sort(found[start : start + A_FEW])
                heard += few.heard
                dead += few.dead
            found.sorted = Sorted(heard, dead)
        return found

    async def _with_company(self, consumer: AIOKafkaConsumer, found: Fetched, most: int) -> Fetched:
        """What has come meanwhile, too. Where we sought meanwhile, what was in hand comes again from there, and may
        not overtake what stands before it: in a compacted topic nobody would see the gap."""
        more = _NOTHING
        await asyncio.sleep(self.linger)
        with suppress(KafkaError):  # it comes again; what is fetched already does not
            more = await self._fetched(consumer, 0, most - len(found))
        return Fetched.after(found.seeks, found + more) if found.seeks == self.standing.seeks else more

    async def _fetched(self, consumer: AIOKafkaConsumer, timeout_ms: float, at_most: int) -> Fetched:
        try:
            found = await consumer.getmany(timeout_ms=timeout_ms, max_records=at_most)
        except NoOffsetForPartitionError:
            return _NOTHING  # just assigned: we seek to the database's position in a moment
        except OffsetOutOfRangeError as error:
            self.standing.miss(error.args[0])
            return _NOTHING
        return Fetched.after(self.standing.seeks, chain.from_iterable(found.values()))


class RawMessage(KafkaMessage):
    """A batch as it came. FastStream's own parser decodes headers, and loses the batch when one is not text."""


async def _parse(records: Any) -> KafkaMessage:
    return RawMessage(raw_message=records, body=b"", consumer=_Nobody())


async def _decode(message: Any) -> Any:
    return message.raw_message


class _Nobody:
    """Stands where FastStream would commit: positions are the database's."""

    async def commit(self) -> None: ...

    def seek(self, partition: Any, offset: int) -> None: ...


def connect(runtime: "Runtime", subscriptions: tuple[Subscription, ...]) -> tuple[KafkaBroker, dict[str, Consumer]]:
    """A broker with a subscriber for each subscription, not yet started; and the consumers by their names."""
    read_leniently()
    options = {k: v for k, v in runtime.kafka_options().items() if k != "bootstrap_servers"}
    broker = KafkaBroker(
        runtime.settings.kafka.split(","),
        client_id=f"elms-{runtime.service.name}",
        apply_types=False,
        allow_auto_create_topics=False,
        graceful_timeout=15,
        logger=None,
        **_security(options),
    )
    consumers: dict[str, Consumer] = {}
    for subscription in subscriptions:
        consumers[subscription.name] = _subscribe(broker, runtime, subscription)
    return broker, consumers


def _subscribe(broker: KafkaBroker, runtime: "Runtime", subscription: Subscription) -> Consumer:
    consumer = Consumer(subscription, runtime)
    subscriber = broker.subscriber(
        *topic_names(runtime, subscription),
        group_id=f"{runtime.settings.topic_prefix}{runtime.service.name}.{subscription.name}",
        ack_policy=AckPolicy.MANUAL,
        listener=consumer,
        parser=_parse,
        decoder=_decode,
        **CONSUMER | ({"max_records": BITE} if subscription.topic.bulky else {}),
    )

    subscriber.__class__ = PatientSubscriber  # the factory knows no other way in
    subscriber.standing = consumer.standing
    subscriber.reads_ahead = not subscription.topic.bulky
    subscriber.linger = LINGER if runtime.service.patient else 0.0

    async def take(fetched: Fetched) -> None:
        began = time.monotonic()
        await consumer.take(fetched)
        if subscription.topic.bulky and len(fetched) >= BITE:
            await asyncio.sleep(min(time.monotonic() - began, LONGEST_REST))

    subscriber(take)
    consumer.standing.find_source = lambda: subscriber.consumer
    return consumer


def topic_names(runtime: "Runtime", subscription: Subscription) -> list[str]:
    """Kafka's names of a subscription's topics; at the door there is one for each agency."""
    prefix, name = runtime.settings.topic_prefix, subscription.topic.name
    if subscription.topic.kind is Kind.INBOUND:
        return [prefix + name.format(agency=agency) for agency in runtime.settings.agencies]
    return [prefix + name]


def _security(options: dict[str, Any]) -> dict[str, Any]:
    if not options:
        return {}
    context = options.get("ssl_context")
    if "sasl_plain_username" in options:
        user, password = options["sasl_plain_username"], options["sasl_plain_password"]
        return {"security": SASLScram512(user, password, ssl_context=context, use_ssl=context is not None)}
    return {"security": BaseSecurity(ssl_context=context, use_ssl=True)}
