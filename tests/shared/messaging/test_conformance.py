"""What the messaging promises, shown on the reference subscriber against the real broker and database."""

import asyncio
from typing import Any

import asyncpg
import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete

from shared.contracts import Topic
from shared.ids import new_id
from shared.messaging import consumer
from shared.messaging.replay import NobodyHears, replay
from shared.testing.system import System
from tests.shared.messaging import reference as ref
from tests.shared.messaging.reference import INPUT, OUTPUT, Added, Noted, Shown
from tests.shared.messaging.subject import LICENSES, added, numbered, rows


async def test_each_event_takes_effect_once_and_in_the_order_of_its_key(system: System) -> None:
    await system.say(*numbered(500))
    await system.drain()
    found = await added(system)
    assert sorted(n for numbers in found.values() for n in numbers) == list(range(500))
    assert all(numbers == sorted(numbers) for numbers in found.values())


async def test_a_duplicate_has_no_second_effect(system: System) -> None:
    event, event_id = Added(license_id=LICENSES[0], number=7), new_id()
    for _ in range(3):
        await system.say(event, event_id=event_id)
    await system.drain()
    assert (await added(system))[LICENSES[0]] == [7]


async def test_a_late_state_does_not_replace_a_newer_one(system: System) -> None:
    await system.say(Shown(license_id=LICENSES[0], value=2), version=2)
    await system.say(Shown(license_id=LICENSES[0], value=1), version=1)
    await system.drain()
    assert [row.value for row in await rows(system, "SELECT value FROM shown")] == [2]


UNHEARD = (("ce_type", b"elms.tests.Unheard.v1"),)


async def test_what_nobody_hears_is_stepped_over_and_its_position_written_with_what_somebody_hears(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "SETTLE_AFTER", 3600)
    for n in range(40):
        await system.publish(INPUT.name, b"{}", key=b"%d" % n, headers=UNHEARD)
    standing = system.processes["reference"][0].consumers[INPUT.name].standing
    async with asyncio.timeout(60):
        while sum(standing.ahead.values()) < 40:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    stands = "SELECT coalesce(sum(next_offset), 0) AS n FROM consumer_position WHERE consumer = :name"
    assert (await rows(system, stands, name=INPUT.name))[0].n == 0
    await system.say(Added(license_id=LICENSES[0], number=1))
    await system.drain()
    assert (await rows(system, stands, name=INPUT.name))[0].n == 41
    assert (await added(system))[LICENSES[0]] == [1]


async def test_what_nobody_hears_is_behind_us_soon(system: System) -> None:
    for n in range(40):
        await system.publish(INPUT.name, b"{}", key=b"%d" % n, headers=UNHEARD)
    await system.drain()
    assert await rows(system, "SELECT * FROM inbox") == []


async def test_kafka_knows_soon_where_we_stand_though_nothing_more_comes(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer, "TELL_EVERY", 0.5)
    for turn in range(3):
        await system.say(*numbered(5))
        for n in range(5):
            await system.publish(INPUT.name, b"{}", key=b"%d" % n, headers=UNHEARD)
        await system.drain()
        async with asyncio.timeout(30):
            while await told(system) < 10 * (turn + 1):  # noqa: ASYNC110
                await asyncio.sleep(0.05)


async def told(system: System) -> int:
    """The offsets that Kafka knows of the reference subscriber, added up."""
    admin = AIOKafkaAdminClient(bootstrap_servers=system.kafka)
    await admin.start()
    try:
        group = f"{system.topic_prefix}reference.{INPUT.name}"
        return sum(each.offset for each in (await admin.list_consumer_group_offsets(group)).values())
    finally:
        await admin.close()


@pytest.mark.parametrize("headers", [
    (), (("ce_type", None),), (("ce_type", b"\xff\xfe"),), (("ce_type", b"elms.tests.Added.v1"),),
    (("ce_type", b"elms.tests.Added.v1"), ("ce_id", b"no uuid"), ("ce_time", b"never")),
])  # fmt: skip
async def test_what_cannot_be_read_becomes_a_dead_letter_and_blocks_nobody(system: System, headers: Any) -> None:
    await system.publish(INPUT.name, b'{"license_id": 1', key=b"broken", headers=headers)
    await system.say(*numbered(20))
    await system.drain()
    assert sum(len(numbers) for numbers in (await added(system)).values()) == 20
    letters = await rows(system, "SELECT reason, record_key, detail FROM dead_letter")
    assert [(letter.reason, letter.record_key) for letter in letters] == [("undecodable", "broken")]


async def test_an_unknown_type_is_passed_over(system: System) -> None:
    await system.publish(INPUT.name, b"{}", key=b"k", headers=[("ce_type", b"elms.tests.Invented.v1")])
    await system.drain()
    assert await rows(system, "SELECT 1 FROM dead_letter") == []


async def test_who_makes_a_row_at_the_same_moment_as_another_tries_once_more(system: System) -> None:
    def collide(event: Added) -> None:
        if event.number == 5 and ref.seen[5] == 1:
            raise asyncpg.UniqueViolationError("duplicate key")

    ref.fail_with(collide)
    await system.say(*numbered(20))
    await system.drain()
    assert ref.seen[5] == 2
    assert sorted(n for numbers in (await added(system)).values() for n in numbers) == list(range(20))
    assert await rows(system, "SELECT id FROM dead_letter") == []


async def test_who_always_makes_a_row_that_is_there_is_set_aside(system: System) -> None:
    def collide(event: Added) -> None:
        if event.number == 5:
            raise asyncpg.UniqueViolationError("duplicate key")

    ref.fail_with(collide)
    await system.say(*numbered(20))
    await system.drain()
    assert sorted(n for numbers in (await added(system)).values() for n in numbers) == [*range(5), *range(6, 20)]
    assert [row.state for row in await rows(system, "SELECT state FROM dead_letter")] == ["dead"]


async def test_a_replayed_letter_takes_effect_once_and_frees_what_waited_in_order(system: System) -> None:
    def poison(event: Added) -> None:
        if event.number == 5:
            raise RuntimeError("poison")

    ref.fail_with(poison)
    await system.say(*numbered(60))
    await system.drain()
    ref.fail_with(lambda event: None)
    [letter] = await rows(system, "SELECT id FROM dead_letter WHERE state = 'dead'")
    assert await replay(system.processes["reference"][0].runtime, letter.id, by="test") == 3
    await system.drain()
    assert (await added(system))[LICENSES[5]] == [5, 25, 45]


async def test_a_letter_whose_event_was_said_twice_takes_effect_once(system: System) -> None:
    """As a relay does that died between publishing and deleting: the repetition waits behind the letter."""
    event, event_id = Added(license_id=LICENSES[0], number=7), new_id()
    ref.fail_with(fail)
    await system.say(event, event_id=event_id)
    await system.drain()
    ref.fail_with(lambda event: None)
    await system.say(event, event_id=event_id)
    await system.drain()
    [letter] = await rows(system, "SELECT id FROM dead_letter WHERE state = 'dead'")
    assert await replay(system.processes["reference"][0].runtime, letter.id, by="test") == 2
    await system.say(event, event_id=event_id)
    await system.drain()
    assert (await added(system))[LICENSES[0]] == [7]
    assert await rows(system, "SELECT id FROM dead_letter WHERE state IN ('dead', 'parked')") == []


async def test_a_running_reader_halts_at_records_that_are_no_longer_there(system: System) -> None:
    await system.say(*numbered(60))
    await system.drain()
    before = await positions_of(system, INPUT)
    part = TopicPartition(system.topic_prefix + INPUT.name, max(before, key=lambda number: before[number]))
    admin = AIOKafkaAdminClient(bootstrap_servers=system.kafka)
    await admin.start()
    await admin.delete_records({part: RecordsToDelete(before_offset=-1)})
    await admin.close()
    standing = system.processes["reference"][0].consumers[INPUT.name].standing
    assert standing.source is not None
    standing.known[part] = 0  # as a reader that was slower than Kafka's retention
    standing.source.seek(part, 0)
    async with asyncio.timeout(60):
        while part not in standing.halted:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await system.say(*numbered(60))
    await asyncio.sleep(1)
    after = await positions_of(system, INPUT)
    assert {number for number in before if before[number] == after[number]} >= {part.partition}
    assert sum(after.values()) > sum(before.values())


async def positions_of(system: System, topic: Topic) -> dict[int, int]:
    sql = "SELECT partition, next_offset FROM consumer_position WHERE consumer = :name"
    return {row.partition: row.next_offset for row in await rows(system, sql, name=topic.name)}


async def test_an_event_that_the_broker_would_refuse_is_kept_and_a_stub_takes_its_place(system: System) -> None:
    runtime = system.processes["reference"][0].runtime
    async with runtime.work(actor="test") as work:
        work.say(Noted(license_id=LICENSES[0], text="small"), version=1)
        work.say(Noted(license_id=LICENSES[0], text="x" * 1_200_000), version=2)
        work.say(Noted(license_id=LICENSES[0], text="after"), version=3)
    await system.drain()
    [letter] = await rows(system, "SELECT id, consumer, reason, detail FROM dead_letter")
    assert (letter.consumer, letter.reason) == ("relay", "refused")
    with pytest.raises(NobodyHears, match="what relay set aside"):
        await replay(runtime, letter.id, by="test")
    assert "larger than" in letter.detail
    said = [(dict(r.headers)["ce_sequence"], r.value[:20]) for r in await system.read(OUTPUT.name)]
    assert [sequence for sequence, _ in said] == [b"1", b"2", b"3"]
    assert said[1][1] == b"{}"


async def test_a_replay_does_nothing_outside_unless_it_is_let(system: System) -> None:
    runtime = system.processes["reference"][0].runtime
    for hold_back, intended in ((True, 0), (False, 1)):
        await rows(system, "DELETE FROM effect RETURNING 1")
        ref.fail_with(fail)
        await system.say(*numbered(1))
        await system.drain()
        ref.fail_with(lambda event: None)
        [letter] = await rows(system, "SELECT id FROM dead_letter WHERE state = 'dead'")
        await replay(runtime, letter.id, by="test", hold_back=hold_back)
        assert (await rows(system, "SELECT count(*) AS n FROM effect"))[0].n == intended


def fail(event: Added) -> None:
    raise RuntimeError("poison")
