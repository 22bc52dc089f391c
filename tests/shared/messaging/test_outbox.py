"""Pages: what they hold, what the relay reads in them, and what an earlier version's rows become."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from shared.database import Database, fetch
from shared.messaging import outbox, relay
from shared.messaging.upgrades import PAGES
from shared.testing.saying import message
from tests.conftest import FreshDatabase
from tests.shared.messaging.reference import Added
from tests.shared.messaging.samples import sample

AT = datetime(2026, 3, 4, 15, tzinfo=UTC)
LINES = "key\ntype\nid\n2026-03-04T15:00:00+00:00\n7\nactor\ncause\ntrace\n{value}"


class Written:
    """Takes the place of a connection."""

    def __init__(self) -> None:
        self.pages: list[tuple[str, int, str]] = []

    async def execute(self, _sql: str, *columns: Any) -> str:
        self.pages += zip(*columns, strict=True)
        return "INSERT"


async def written(*entries: outbox.Entry) -> list[tuple[str, int, str]]:
    connection = Written()
    await outbox.write(connection, entries)  # type: ignore[arg-type]
    return connection.pages


async def test_what_is_said_on_a_topic_is_one_page_in_its_order() -> None:
    entries = [(topic, LINES.format(value=number)) for number, topic in enumerate("abaab")]
    pages = {topic: (events, text) for topic, events, text in await written(*entries)}
    values = {topic: [value for _, value, _ in outbox.read("s", text)] for topic, (_, text) in pages.items()}
    assert values == {"a": [b"0", b"2", b"3"], "b": [b"1", b"4"]}
    assert {topic: events for topic, (events, _) in pages.items()} == {"a": 3, "b": 2}


async def test_a_full_page_begins_another_and_a_large_event_stands_alone() -> None:
    sizes = (150_000, 100_000, 10, 900_000, 10)
    pages = await written(*(("a", LINES.format(value="x" * size)) for size in sizes))
    assert [[len(value) for _, value, _ in outbox.read("s", text)] for _, _, text in pages] == [
        [150_000], [100_000, 10], [900_000], [10]
    ]  # fmt: skip


async def test_a_line_break_is_refused_before_anything_is_written() -> None:
    with pytest.raises(ValueError, match="line break"):
        await written(("a", LINES.format(value="{}")), ("a", LINES.format(value="{}").replace("actor", "two\nlines")))


def test_what_is_not_said_has_no_header() -> None:
    [(key, value, headers)] = outbox.read("credentials", "k\nt\ni\n2026\n7\n\n\n\n{}")
    assert (key, value) == (b"k", b"{}")
    assert dict(headers) == {
        "ce_type": b"t", "ce_id": b"i", "ce_time": b"2026", "ce_sequence": b"7", "ce_subject": b"k",
        "ce_source": b"/services/credentials", "ce_specversion": b"1.0", "content-type": b"application/json",
    }  # fmt: skip


async def test_a_plan_made_on_an_empty_outbox_goes_by_the_index_when_it_is_full(fresh_database: FreshDatabase) -> None:
    database = Database(await fresh_database("lookup"))
    scans = "SELECT coalesce(seq_scan, 0) AS n FROM pg_stat_xact_user_tables WHERE relname = 'outbox'"
    fill = "INSERT INTO outbox (topic, events, said) SELECT 't' || n % 3, 1, 'x' FROM generate_series(1, 20000) n"
    async with database.session(**relay.READING) as session:
        await session.execute("ANALYZE outbox")
        unsaid = outbox.Unsaid(session)
        for _ in range(8):
            assert (await unsaid.topics(), await unsaid.next("t1", 1000)) == (([], 0.0), [])
            await unsaid.forget([1])
        await session.execute(fill)
        async with session.transaction():
            [*pages] = await unsaid.next("t1", 1000)
            assert ((await unsaid.topics())[0], len(pages)) == (["t0", "t1", "t2"], 1000)
            await unsaid.forget([page["id"] for page in pages])
            assert await session.fetchval(scans) == 0
    await database.close()


async def test_what_waited_before_pages_is_said_as_it_would_have_been(fresh_database: FreshDatabase) -> None:
    database = Database(await fresh_database(""))
    event = sample(Added)
    key, value, headers = message(event, version=3, at=AT)
    said = {name.removeprefix("ce_"): content.decode() for name, content in headers}
    names = ("id", "type", "time", "sequence", "actor", "causationid", "traceparent")
    before = orjson.dumps({name: said.get(name, "") for name in names})
    async with database.begin() as connection:
        await connection.execute(
            "CREATE TABLE outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, topic text NOT NULL,"
            " key text NOT NULL, headers text NOT NULL, value text NOT NULL, at timestamptz DEFAULT clock_timestamp())"
        )
        add = "INSERT INTO outbox (topic, key, headers, value) VALUES ('t', $1, $2, $3)"
        for _ in range(2):
            await connection.execute(add, key.decode(), before.decode(), value.decode())
        await connection.execute(PAGES)
        pages = await fetch(connection, "SELECT events, said FROM outbox ORDER BY id")
        kept = "SELECT attstorage::text FROM pg_attribute WHERE attrelid = 'outbox'::regclass AND attname = 'said'"
        assert await connection.fetchval(kept) == "e"
    assert [page.events for page in pages] == [1, 1]
    assert outbox.read(event.TOPIC.owner, pages[0].said) == [(key, value, headers)]
    await database.close()
