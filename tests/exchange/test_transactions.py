"""An agency that writes in Kafka's transactions: what it took back was never said, and nobody behind it waits."""

from aiokafka import AIOKafkaProducer

from services.exchange.app import service as exchange
from shared.testing.system import System
from tests.conftest import MakeSystem
from tests.exchange import agency as a

TOPIC = "inbound.mde.credits.v1"


async def write(system: System, producer: AIOKafkaProducer, *ids: str) -> None:
    for each in ids:
        await producer.send_and_wait(system.topic_prefix + TOPIC, a.award(), key=b"k", headers=a.headers(each))


async def test_what_an_agency_took_back_has_no_receipt_and_what_follows_has(make_system: MakeSystem) -> None:
    system = await make_system(exchange)
    agency = AIOKafkaProducer(bootstrap_servers=system.kafka, transactional_id=system.topic_prefix)
    await agency.start()
    try:
        for ids, end in (
            (("1", "2"), agency.commit_transaction),
            (("3", "4"), agency.abort_transaction),
            (("5",), agency.commit_transaction),
        ):
            await agency.begin_transaction()
            await write(system, agency, *ids)
            await end()
    finally:
        await agency.stop()
    await system.publish(TOPIC, a.award(), key=b"k", headers=a.headers("6"))
    await system.drain()
    assert sorted(receipt["event_id"] for receipt in await a.receipts(system)) == ["1", "2", "5", "6"]
