"""Each kind of fault: how it is done, how it is healed. Every one returns with the system whole again."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from ops.local.kafka import Broker
from ops.local.ports import is_listening
from shared.contracts.topics import LICENSE_STATES, PARTITIONS
from shared.ids import new_id
from shared.testing.nursery import ROOT
from tests.chaos import hostile
from tests.chaos.flow import Flow
from tests.chaos.plan import HANDLERS, Fault
from tests.chaos.stack import Stack
from tests.chaos.watch import Watch

STATE = LICENSE_STATES.name


@dataclass
class Field:
    """What faults act on."""

    stack: Stack
    flow: Flow
    watch: Watch
    producer: AIOKafkaProducer
    hostile_keys: set[str] = field(default_factory=set)
    own_ids: set[str] = field(default_factory=set)
    """The ids under which we said old states."""
    notes: list[str] = field(default_factory=list)

    def victim(self, fault: Fault) -> str:
        """The node that a fault concerns."""
        names = self.stack.of_kind(fault.role, fault.service)
        return names[fault.which % len(names)]

    def broker(self, fault: Fault) -> Broker:
        """The broker that a fault concerns."""
        brokers = self.stack.kafka.brokers
        return brokers[fault.which % len(brokers)]

    async def command(self, *words: str) -> tuple[int, str]:
        """`./elms …` against this stack: its exit code and what it said."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ops", *words, cwd=ROOT, env=self.stack.operator(),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        out, _ = await process.communicate()
        return process.returncode or 0, out.decode(errors="replace")


Doing = Callable[[Field, Fault], Awaitable[None]]


# ---- processes -------------------------------------------------------------------------------------------------------


async def kill(at: Field, fault: Fault) -> None:
    """kill -9, and what supervises processes starts it again soon after."""
    name = at.victim(fault)
    at.stack.kill(name)
    await asyncio.sleep(min(1.0, fault.seconds / 4))
    await _restart(at.stack, name)


async def freeze(at: Field, fault: Fault) -> None:
    """SIGSTOP, and it wakes in another time than it knows."""
    name = at.victim(fault)
    at.stack.freeze(name)
    await asyncio.sleep(fault.seconds)
    at.stack.wake(name)


async def stop(at: Field, fault: Fault) -> None:
    """A graceful stop, as a deployment does it, and a new process."""
    await _stop(at, at.victim(fault))


async def _stop(at: Field, name: str) -> None:
    at.stack.signal(name, signal.SIGTERM)
    if not await _until(lambda: not at.stack.is_alive(name), 30):
        at.notes.append(f"{name} did not end within 30 s of SIGTERM")
        at.stack.kill(name)
    await _restart(at.stack, name)


async def _restart(stack: Stack, name: str) -> None:
    await _until(lambda: not stack.is_alive(name), 10)
    stack.start(name)


async def scale(at: Field, fault: Fault) -> None:
    """One worker more; after a while it goes gracefully."""
    name = at.stack.add(fault.service, ("worker",))
    await asyncio.sleep(fault.seconds)
    at.stack.signal(name, signal.SIGTERM)
    if not await _until(lambda: not at.stack.is_alive(name), 30):
        at.notes.append(f"{name} did not end within 30 s of SIGTERM")
        at.stack.kill(name)
    del at.stack.nodes[name]


async def bad_release(at: Field, fault: Fault) -> None:
    """All workers of a service run a release with a mistake in one handler; the good one follows, then the replay."""
    at.stack.bad_handlers[fault.service] = HANDLERS[fault.service]
    workers = at.stack.of_kind("worker", fault.service)
    for name in workers:
        await _stop(at, name)
    await asyncio.sleep(fault.seconds)
    del at.stack.bad_handlers[fault.service]
    for name in workers:
        await _stop(at, name)
    await at.watch.recovered(60)
    await replay(at, fault.service)


async def replay(at: Field, service: str) -> None:
    """An operator replays the dead letters of mistakes, oldest first; those of hostile keys stay."""
    operator = at.flow.town.loader
    for _ in range(20):
        letters = await at.flow.ask(operator, "GET", service, "/operations/dead-letters")
        dead = sorted(each["id"] for each in letters if each["state"] == "dead" and each["reason"] == "unexpected")
        if not dead:
            return
        for letter in dead:
            path = f"/operations/dead-letters/{letter}/replay"
            with contextlib.suppress(Exception):  # it stays open, and is found again
                await at.flow.ask(operator, "POST", service, path, key=str(uuid4()))


# ---- what they stand on ----------------------------------------------------------------------------------------------


async def broker_kill(at: Field, fault: Fault) -> None:
    """kill -9 of one of three brokers."""
    process = at.broker(fault).supervised.process()
    if process is not None:
        process.kill()
    await asyncio.sleep(fault.seconds)
    await _raise_broker(at.broker(fault))


async def broker_stop(at: Field, fault: Fault) -> None:
    """A broker is stopped as for an upgrade, and comes back."""
    await asyncio.to_thread(at.broker(fault).supervised.stop, grace=60.0)
    await asyncio.sleep(fault.seconds)
    await _raise_broker(at.broker(fault))


async def broker_freeze(at: Field, fault: Fault) -> None:
    """A broker hangs, and goes on."""
    process = at.broker(fault).supervised.process()
    if process is not None:
        process.suspend()
        await asyncio.sleep(fault.seconds)
        process.resume()


async def _raise_broker(broker: Broker) -> None:
    await _until(lambda: broker.supervised.process() is None, 30)
    await asyncio.to_thread(broker.launch)
    await _until(lambda: is_listening(broker.port), 60)


async def postgres(at: Field, fault: Fault) -> None:
    """`pg_ctl stop -m immediate`: no checkpoint; the next start recovers from the log."""
    supervised = at.stack.postgres.supervised
    process = supervised.process()
    if process is not None:
        process.send_signal(signal.SIGQUIT)
    await _until(lambda: supervised.process() is None, 30)
    await asyncio.sleep(fault.seconds)
    await asyncio.to_thread(at.stack.postgres.launch)
    await asyncio.to_thread(at.stack.postgres.wait_until_ready)


async def cut(at: Field, fault: Fault) -> None:
    """Every connection to the database breaks at once."""
    at.stack.proxy.say("cut")


async def delay(at: Field, fault: Fault) -> None:
    """Every message to and from the database takes longer."""
    at.stack.proxy.say(f"delay {0.01 + fault.which % 40 / 1000}")
    await asyncio.sleep(fault.seconds)
    at.stack.proxy.say("heal")


async def black_hole(at: Field, fault: Fault) -> None:
    """Nothing passes between services and database, and nobody is told; then what waited passes, or is cut."""
    at.stack.proxy.say("black-hole")
    await asyncio.sleep(fault.seconds)
    if fault.which % 2:
        at.stack.proxy.say("cut")
    at.stack.proxy.say("heal")


# ---- what they are told ----------------------------------------------------------------------------------------------


async def hostile_records(at: Field, fault: Fault) -> None:
    """What no contract allows, on agencies' topics and on our own, under keys that are nobody's."""
    for topic, record in hostile.records(fault.which):
        at.hostile_keys.add(record.key.decode(errors="replace"))
        try:
            async with asyncio.timeout(20):
                await at.producer.send_and_wait(topic, record.value, key=record.key, headers=record.headers)
        except (KafkaError, TimeoutError, ValueError) as error:
            at.notes.append(f"not accepted by Kafka: {record.about}: {type(error).__name__}")


async def said_again(at: Field, fault: Fault) -> None:
    """The last facts of each topic once more, as a relay that died says them."""
    for topic in sorted({t for topics in at.watch.heard.values() for t in topics if t.endswith(".facts.v1")}):
        for record in await _tail(at, topic, 3):
            await _repeat(at, record, list(record.headers))


async def old_states(at: Field, fault: Fault) -> None:
    """Older states come after younger ones, under ids of their own."""
    for topic in sorted({t for topics in at.watch.heard.values() for t in topics if t.endswith(".state.v1")}):
        for record in (await _tail(at, topic, 30))[:2]:
            own = str(new_id())
            new = [(k, own.encode() if k == "ce_id" else v) for k, v in record.headers]
            if dict(new).get("ce_type"):
                at.own_ids.add(own)
                await _repeat(at, record, new)


async def _repeat(at: Field, record: Any, said: list[tuple[str, bytes]]) -> None:
    """Says a record again where its key belongs."""
    async with asyncio.timeout(20):
        await at.producer.send_and_wait(
            record.topic, record.value, key=record.key, headers=said, partition=record.partition
        )


async def expired(at: Field, fault: Fault) -> None:
    """The records of a state topic are gone, as after a lost disk; their owner says all of them again.

    Those that everybody has heard: who has not would halt there, and be rebuilt by hand; that is another drill.
    """
    try:
        await _delete_states(at)
    except (KafkaError, OSError) as error:  # a broker is away, too: some partitions may have lost theirs, or none
        at.notes.append(f"expired: not everywhere: {type(error).__name__}")
    await say_again(at)


async def _delete_states(at: Field) -> None:
    parts = [TopicPartition(STATE, number) for number in range(PARTITIONS)]
    heard = await at.watch.heard_by_all(parts)
    admin = AIOKafkaAdminClient(bootstrap_servers=at.stack.kafka.bootstrap)
    await admin.start()
    try:
        await _configure(admin, LICENSE_STATES.config() | {"cleanup.policy": "compact,delete"})
        await admin.delete_records({part: RecordsToDelete(before_offset=end) for part, end in heard.items()})
    finally:
        await _configure(admin, LICENSE_STATES.config())
        await admin.close()


async def _configure(admin: AIOKafkaAdminClient, config: dict[str, str]) -> None:
    """A compacted topic's records can be deleted only while its policy names deleting, too."""
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, STATE, config)])


async def say_again(at: Field) -> None:
    """The owner says every license's state again."""
    after: dict[str, Any] = {}
    while True:
        path = "/operations/licenses/say-again"
        said = await at.flow.ask(at.flow.town.loader, "POST", "credentials", path, key=str(uuid4()), **after)
        if not said["next_after"]:
            return
        after = {"after": said["next_after"]}


async def _tail(at: Field, topic: str, count: int) -> list[Any]:
    """The last records of a topic's partitions, in their order; none where the brokers are away."""
    parts = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    try:
        async with at.watch._turn, asyncio.timeout(15):
            ends = await at.watch.observer.ends(parts)
            since = {part: max(0, end - count) for part, end in ends.items()}
            return await at.watch.observer.read(parts, since)
    except (KafkaError, TimeoutError, OSError):
        return []


async def _until(look: Callable[[], bool], seconds: float) -> bool:
    """Whether it came true within that time."""
    for _ in range(int(seconds * 10)):
        if look():
            return True
        await asyncio.sleep(0.1)
    return False


FAULTS: dict[str, Doing] = {
    "kill": kill, "freeze": freeze, "stop": stop, "scale": scale, "bad release": bad_release,
    "broker kill": broker_kill, "broker stop": broker_stop, "broker freeze": broker_freeze, "postgres": postgres,
    "cut": cut, "delay": delay, "black hole": black_hole, "hostile records": hostile_records,
    "said again": said_again, "old states": old_states, "expired": expired,
}  # fmt: skip
