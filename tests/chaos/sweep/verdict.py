"""Two copies of one service's database, one in which a process died and one in which nobody did: what differs.

Every table is compared as a multiset of rows, so that a row too few is a loss and a row too many a doubling. Left out
are only columns that number rows or note when they were written; what was said is compared by its events' ids, and
must stand in the order of its key.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Column, Table, select

from shared.database import Database, fetch
from shared.messaging import outbox
from shared.service import Service

ELSEWHERE = {"outbox", "consumer_position", "audit_seal", "request", "epoch", "dead_letter", "inbox", "effect"}
"""Compared in their own way, or no trace of events."""
NEVER_EQUAL = {"salt", "sealed"}
SPECIAL = {
    "inbox": "SELECT event_id::text, consumer FROM inbox",
    "effect": "SELECT kind, key, (payload - 'traceparent')::text FROM effect",
    "dead_letter": "SELECT consumer, state, reason, type, topic, partition, position, record_key FROM dead_letter",
}
OUTBOX = "SELECT topic, said FROM outbox ORDER BY id"
RECEIPTS = ".receipts."
POSITIONS = "SELECT consumer, topic, partition, next_offset FROM consumer_position"


@dataclass(frozen=True)
class Said:
    """One event, as an outbox or a topic holds it."""

    topic: str
    key: str
    event_id: str
    sequence: int
    value: str


@dataclass(frozen=True)
class Kept:
    """What a service's database holds, ready to be compared."""

    tables: Mapping[str, Counter[str]]
    said: Sequence[Said]
    positions: Mapping[str, int]


async def kept(database: Database, service: Service) -> Kept:
    """Reads all of a service's database."""
    assert service.metadata is not None
    tables: dict[str, Counter[str]] = {}
    async with database.begin() as connection:
        for table in service.metadata.sorted_tables:
            if table.name not in ELSEWHERE:
                rows = await fetch(connection, str(select(*_compared(table))))
                tables[table.name] = Counter(_plain(row) for row in rows)
        for name, sql in SPECIAL.items():
            tables[name] = Counter(_plain(row) for row in await fetch(connection, sql))
        said = [each for page in await fetch(connection, OUTBOX) for each in _said(page)]
        stands = {f"{r.consumer} {r.topic}/{r.partition}": r.next_offset for r in await fetch(connection, POSITIONS)}
    return Kept(tables, said, stands)


def _compared(table: Table) -> list[Column[Any]]:
    return [c for c in table.columns if not _numbers_or_dates(c)] or list(table.columns)


def _numbers_or_dates(column: Column[Any]) -> bool:
    default = str(getattr(column.server_default, "arg", "")).lower()
    return column.identity is not None or "clock_timestamp" in default or column.name in NEVER_EQUAL


def _plain(row: Any) -> str:
    return orjson.dumps(list(row), default=str, option=orjson.OPT_SORT_KEYS).decode()


def _said(page: Any) -> Iterator[Said]:
    for key, value, headers in outbox.read("any", page.said):
        attributes = dict(headers)
        event_id, version = attributes["ce_id"].decode(), int(attributes["ce_sequence"])
        yield Said(page.topic, key.decode(), event_id, version, value.decode())


def differences(found: Kept, control: Kept) -> list[str]:
    """What the copy lost, doubled or disordered, in words; nothing: it is as if nobody had died."""
    problems: list[str] = []
    for name, rows in control.tables.items():
        problems += _unequal(name, found.tables[name], rows)
    problems += _unequal("said", _by_content(found.said), _by_content(control.said))
    problems += [f"said under one id: {each}" for each, n in Counter(s.event_id for s in found.said).items() if n > 1]
    problems += disorder(found.said)
    problems += [
        f"position {part}: {found.positions.get(part)} instead of {end}"
        for part, end in control.positions.items()
        if found.positions.get(part) != end
    ]
    return problems


def _by_content(said: Iterable[Said]) -> Counter[str]:
    """What was said, whatever led to it: where two causes race to say one thing, its id is that of the first.

    A receipt counts once: a message that an agency says again is receipted as it stands then, decided or not.
    """
    found = Counter((each.topic, each.value) for each in said)
    return Counter({f"{topic} {value}": 1 if RECEIPTS in topic else n for (topic, value), n in found.items()})


def _unequal(what: str, found: Counter[str], control: Counter[str]) -> list[str]:
    lost, more = list(control - found), list(found - control)
    words = [f"{what}: {len(lost)} lost, {len(more)} too many"] if lost or more else []
    if lost and more:
        here, there = max(((a, b) for a in lost for b in more), key=lambda pair: _alike(*pair))
        at = max(0, _alike(here, there) - 40)
        return [*words, f"{what}: …{there[at : at + 120]} instead of …{here[at : at + 120]}  in {here[:120]}"]
    return words + [f"{what} lost: {row[:300]}" for row in lost[:2]] + [f"{what} too many: {r[:300]}" for r in more[:2]]


def _alike(one: str, other: str) -> int:
    """How many characters two rows have in common from their beginning."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def disorder(said: Iterable[Said]) -> list[str]:
    """Keys whose events do not follow each other: each event counts where it was said first."""
    seen: set[str] = set()
    sequences: dict[tuple[str, str], list[int]] = defaultdict(list)
    for each in said:
        if each.event_id not in seen:
            seen.add(each.event_id)
            sequences[each.topic, each.key].append(each.sequence)
    return [f"order of {topic} {key}: {found}" for (topic, key), found in sequences.items() if found != sorted(found)]
