"""A header name that is not text: the record is read, and nobody behind it waits."""

from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

from ops.installation import wiring_of
from shared.messaging.lenient import Records
from shared.testing.system import System
from tests.conftest import MakeSystem
from tests.exchange import agency as a

GZIP, PLAIN = 1, 0


class _Bad(str):
    """A header name that is written as bytes which are not UTF-8."""

    __slots__ = ()

    def encode(self, *_: Any) -> bytes:
        return b"\xff\xfe" + super().encode()


def builder(compression: int = PLAIN) -> Any:
    return _DefaultRecordBatchBuilderPy(2, compression, 0, -1, -1, -1, 1 << 20)


@pytest.mark.parametrize("compression", [PLAIN, GZIP])
@pytest.mark.parametrize("bad", range(3), ids=["first", "amid", "last"])
def test_only_the_name_is_unreadable(bad: int, compression: int) -> None:
    made = builder(compression)
    for n in range(3):
        name = _Bad("name") if n == bad else "name"
        made.append(n, timestamp=7, key=b"%d" % n, value=b"value", headers=[(name, b"a"), ("ce_type", b"t")])
    records = Records(bytes(made.build()))
    batch = records.next_batch()
    assert batch.validate_crc()
    names = ["name", "name", "name"]
    names[bad] = "\ufffd\ufffdname"
    assert [(r.offset, r.key, r.value, r.headers) for r in batch] == [
        (n, b"%d" % n, b"value", [(names[n], b"a"), ("ce_type", b"t")]) for n in range(3)
    ]
    assert not records.has_next()
    assert records.next_batch() is None


async def publish_badly(system: System, topic: str, value: bytes, headers: list[tuple[str, bytes]]) -> None:
    """Publishes between two good records, in one batch of Kafka's."""
    producer = AIOKafkaProducer(bootstrap_servers=system.kafka)
    await producer.start()
    try:
        batch = producer.create_batch()
        batch._builder = builder()
        for place in range(3):
            told = [*headers, ("ce_id", b"%d" % place)] + [(_Bad("1"), b"x")] * (place == 1)
            batch.append(timestamp=None, key=b"k", value=value, headers=told)
        await (await producer.send_batch(batch, system.topic_prefix + topic, partition=0))
    finally:
        await producer.stop()


async def test_a_stranger_with_such_a_header_is_answered_like_any_other(make_system: MakeSystem) -> None:
    system = await make_system(wiring_of("exchange"))
    headers = [("ce_source", b"urn:mde:pd"), ("ce_type", b"elms.inbound.CreditsAwarded.v1")]
    await publish_badly(system, "inbound.mde.credits.v1", b"{}", headers)
    await system.drain()
    answered = sorted((r["event_id"], r["type"]) for r in await a.receipts(system))
    assert answered == [(str(place), "EventRefused") for place in range(3)]
