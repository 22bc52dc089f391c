"""The outbox: what a transaction says, kept beside what it changed, until the relay has said it.

All that a transaction says on a topic is a page, or a few: a row of the table, with nine lines of text for each event.
A row for each event cost twice as much to write, read and delete (docs/decisions/017).
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import asyncpg

from shared import database
from shared.contracts import Event
from shared.database import Connection
from shared.messaging.envelope import Headers
from shared.messaging.publish import Message

PAGE = 200_000
"""Characters of a page; an event that is longer has a page for itself, as one that Kafka would refuse must have."""

_WAITING = """
    WITH RECURSIVE waiting AS (
        (SELECT topic FROM outbox ORDER BY topic LIMIT 1)
        UNION ALL
        SELECT (SELECT topic FROM outbox WHERE topic > waiting.topic ORDER BY topic LIMIT 1)
        FROM waiting WHERE waiting.topic IS NOT NULL)
    SELECT topic, (SELECT extract(epoch FROM clock_timestamp() - at)::float FROM outbox ORDER BY id LIMIT 1) AS age
    FROM waiting WHERE topic IS NOT NULL"""
"""One look per topic, however many rows."""

Entry = tuple[str, str]
"""A topic, and an event's lines: key, type, id, time, version, actor, cause, trace, value; some may be empty."""
LINES = 9
_FIXED: Headers = [("ce_specversion", b"1.0"), ("content-type", b"application/json")]


def topic_of(event: Event) -> str:
    """The topic that an event is said on; an agency's event names the agency."""
    name = event.TOPIC.name
    return name.format(agency=getattr(event, "agency")) if "{" in name else name  # noqa: B009


def context(at: str, version: int, actor: str, cause: str, trace: str) -> str:
    """What all that is said at once has in common: five of an event's lines."""
    return f"{at}\n{version}\n{actor}\n{cause}\n{trace}"


def entry(event: Event, key: str, event_id: str, said: str) -> Entry:
    """An event, in its context."""
    return topic_of(event), f"{key}\n{event.TYPE}\n{event_id}\n{said}\n{event.as_json().decode()}"


async def write(connection: Connection, said: Iterable[Entry]) -> None:
    """Appends events in their order, in one statement."""
    pages = list(_pages(said))
    if pages:
        topics, events, contents = zip(*pages, strict=True)
        await database.run(
            connection,
            """INSERT INTO outbox (topic, events, said)
               SELECT topic, events, said
               FROM unnest(CAST(:topics AS text[]), CAST(:events AS int[]), CAST(:contents AS text[]))
                    WITH ORDINALITY AS given (topic, events, said, place)
               ORDER BY place""",
            topics=topics, events=events, contents=contents,
        )  # fmt: skip


def _pages(said: Iterable[Entry]) -> Iterator[tuple[str, int, str]]:
    """Topic, number of events and text of each page."""
    by_topic: dict[str, list[str]] = defaultdict(list)
    for topic, event in said:
        by_topic[topic].append(event)
    for topic, events in by_topic.items():
        for page in _cut(events):
            text = "\n".join(page)
            if text.count("\n") + 1 != LINES * len(page):  # the relay could not tell where an event ends
                raise ValueError(f"{topic}: an event's attribute contains a line break")
            yield topic, len(page), text


def _cut(events: Iterable[str]) -> Iterator[list[str]]:
    """The events in pages of at most `PAGE` characters; a longer event stands alone."""
    page: list[str] = []
    size = 0
    for event in events:
        if page and size + len(event) > PAGE:
            yield page
            page, size = [], 0
        page.append(event)
        size += len(event)
    yield page


def read(service: str, page: str) -> list[Message]:
    """The events of a page as Kafka's messages; an attribute without a value is not said."""
    messages: list[Message] = []
    of_all = [("ce_source", f"/services/{service}".encode()), *_FIXED]
    lines = iter(page.encode().split(b"\n"))
    for key, kind, event_id, time, version, actor, cause, trace, value in zip(*[lines] * LINES, strict=True):
        headers = [("ce_type", kind), ("ce_id", event_id), ("ce_time", time), ("ce_sequence", version),
                   ("ce_subject", key), *of_all]  # fmt: skip
        if actor:
            headers.append(("ce_actor", actor))
        if cause:
            headers.append(("ce_causationid", cause))
        if trace:
            headers.append(("traceparent", trace))
        messages.append((key, value, headers))
    return messages


class Unsaid:
    """The outbox as its relay reads it: over one connection of the driver's own, without transactions."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self._connection = connection
        self._turn = asyncio.Lock()

    async def topics(self) -> tuple[list[str], float]:
        """The topics with rows, and the age of the oldest row in seconds."""
        async with self._turn:
            rows = await self._connection.fetch(_WAITING)
        return [row["topic"] for row in rows], rows[0]["age"] if rows else 0.0

    async def next(self, topic: str, limit: int) -> "list[asyncpg.Record]":
        """The topic's first pages, id, events and said, until there are so many events in them."""
        async with self._turn:
            return await self._connection.fetch(
                """SELECT id, events, said
                   FROM (SELECT id, events, said, sum(events) OVER (ORDER BY id) - events AS before
                         FROM outbox WHERE topic = $1 ORDER BY id LIMIT $2) AS pages
                   WHERE before < $2""",
                topic, limit,
            )  # fmt: skip

    async def forget(self, ids: Sequence[int]) -> None:
        """Deletes what Kafka has for good."""
        async with self._turn:
            await self._connection.execute("DELETE FROM outbox WHERE id = ANY($1::bigint[])", ids)
