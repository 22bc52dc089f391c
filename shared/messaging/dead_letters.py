"""Dead letters: what could not take effect, with its reason, until an operator replays or discards it.

Behind a dead letter, later events of the same key are parked (state `parked`) where they cause effects, so that
nothing overtakes it. A replay handles it under its row's lock, and then all that is parked.

Nothing is ever parked with nobody before it: whoever parks an event holds the row of an open letter of its key until
it commits (`blocked_keys`), so that this letter is closed after it, by somebody who then sees it (`next_parked`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from aiokafka import ConsumerRecord

from shared.database import Connection, Row, fetch, run
from shared.errors import Conflict, NotFound
from shared.messaging.envelope import Record, trace_of, type_of
from shared.messaging.sealing import Seal
from shared.messaging.work import Work
from shared.telemetry import DEAD_LETTERS, within

log = structlog.get_logger()

_PARKED_BEHIND = """
    FROM dead_letter WHERE consumer = :consumer AND record_key = :key AND state = 'parked' AND id > :id
    ORDER BY topic, partition, position
"""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record that stays behind, and why."""

    record: Record
    reason: str  # undecodable · refused · unexpected · parked
    detail: str = ""
    event_id: Any = None
    error: Exception | None = None

    @property
    def state(self) -> str:
        return "parked" if self.reason == "parked" else "dead"


def tell(consumer: str, letters: Sequence[DeadLetter]) -> None:
    """Counts letters that are kept, and says each in its event's trace; what only waits behind one is not said."""
    DEAD_LETTERS.labels(consumer).inc(len(letters))
    for letter in letters:
        if letter.state == "dead":
            record = letter.record
            place = f"{record.topic}/{record.partition}/{record.offset}"
            why = letter.reason if letter.error else f"{letter.reason}: {letter.detail}"
            with within(trace_of(record)):
                log.error("dead letter", consumer=consumer, place=place, why=why, exc_info=letter.error)


def key_of(record: Record) -> str:
    """The record's key as text, for what is said about the same thing."""
    key = record.key
    return storable(key.decode(errors="replace")) if isinstance(key, bytes) else ""


def storable(text: str) -> str:
    """A stranger's text as PostgreSQL can keep it: U+0000 would fail the letter, and the batch with it, for ever."""
    return text.replace("\0", "\ufffd")


async def write(work: Work, consumer: str, seal: Seal, letters: Sequence[DeadLetter]) -> None:
    """Keeps the letters; one that is already kept stays as it is."""
    for letter in letters:
        record = letter.record
        headers = [[name, (value or b"").hex()] for name, value in record.headers]
        body = orjson.dumps({"headers": headers, "value": (record.value or b"").hex()})
        await work.run(
            """INSERT INTO dead_letter (consumer, state, reason, detail, type, event_id, topic, partition, position,
                                        record_key, sealed, at)
               VALUES (:consumer, :state, :reason, :detail, :type, :event_id, :topic, :partition, :position,
                       :key, :sealed, :now) ON CONFLICT DO NOTHING""",
            consumer=consumer, state=letter.state, reason=letter.reason, detail=storable(letter.detail[:2000]),
            type=type_of(record)[:200], event_id=letter.event_id, topic=record.topic, partition=record.partition,
            position=record.offset, key=key_of(record), sealed=seal.close(body), now=work.now,
        )  # fmt: skip


async def blocked_keys(connection: Connection, consumer: str, keys: Collection[str]) -> set[str]:
    """Those of the keys behind whose dead letters later events must wait.

    One open letter of each stays open until this transaction ends. Where one is being closed, this waits, and says
    what is so afterwards.
    """
    rows = await fetch(
        connection,
        """SELECT letter.record_key FROM unnest(CAST(:keys AS text[])) AS given (key) CROSS JOIN LATERAL (
               SELECT record_key FROM dead_letter
               WHERE consumer = :consumer AND state IN ('dead', 'parked') AND record_key = given.key
               ORDER BY id DESC LIMIT 1 FOR SHARE) AS letter""",
        consumer=consumer, keys=list(keys),
    )  # fmt: skip
    return {row.record_key for row in rows}


async def any_open(connection: Connection, consumer: str) -> bool:
    """Whether the consumer has a dead letter that waits for somebody."""
    sql = "SELECT 1 FROM dead_letter WHERE consumer = :consumer AND state IN ('dead', 'parked') LIMIT 1"
    return bool(await fetch(connection, sql, consumer=consumer))


async def listed(connection: Connection, state: str = "", limit: int = 200) -> Sequence[Row]:
    """The dead letters, newest first, without what they hold; all that are open unless a state is named."""
    return await fetch(
        connection,
        """SELECT id, consumer, state, reason, detail, type, event_id, topic, partition, position, record_key, at,
                  closed_by, closed_reason
           FROM dead_letter
           WHERE state = :state OR (:state = '' AND state IN ('dead', 'parked')) ORDER BY id DESC LIMIT :limit""",
        state=state, limit=limit,
    )  # fmt: skip


async def get(connection: Connection, letter_id: int) -> Row:
    """A dead letter, open or closed. Raises `NotFound`."""
    rows = await fetch(connection, "SELECT * FROM dead_letter WHERE id = :id", id=letter_id)
    if not rows:
        raise NotFound
    return rows[0]


async def get_locked(connection: Connection, letter_id: int) -> Row:
    """An open dead letter, locked. Raises `NotFound`, or `Conflict` when somebody closed it."""
    await _take_turn(connection, await get(connection, letter_id))
    rows = await fetch(connection, "SELECT * FROM dead_letter WHERE id = :id FOR UPDATE", id=letter_id)
    if not rows:
        raise NotFound
    if not is_open(rows[0]):
        raise Conflict
    return rows[0]


async def _take_turn(connection: Connection, letter: Row) -> None:
    """Waits until nobody else handles letters of this key: two who replay at once take its events one by one."""
    await run(
        connection,
        "SELECT pg_advisory_xact_lock(hashtextextended(CAST(:consumer AS text) || ' ' || CAST(:key AS text), 0))",
        consumer=letter.consumer, key=letter.record_key,
    )  # fmt: skip


def is_open(letter: Row) -> bool:
    """Whether a letter waits for somebody."""
    return letter.state in ("dead", "parked")


def place_of(letter: Row) -> str:
    """Where its record stands in Kafka: what the audit trail calls it."""
    return f"{letter.topic}/{letter.partition}/{letter.position}"


async def parked_behind(connection: Connection, letter: Row) -> list[int]:
    """The ids of what is parked behind this letter, in its order."""
    rows = await fetch(
        connection, f"SELECT id {_PARKED_BEHIND}", consumer=letter.consumer, key=letter.record_key, id=letter.id
    )
    return [row.id for row in rows]


async def next_parked(connection: Connection, letter: Row) -> Row | None:
    """The first that is parked behind this letter, locked. To be asked when that is closed and committed."""
    await _take_turn(connection, letter)
    sql = f"SELECT * {_PARKED_BEHIND} LIMIT 1 FOR UPDATE"
    rows = await fetch(connection, sql, consumer=letter.consumer, key=letter.record_key, id=letter.id)
    return rows[0] if rows else None


async def close(connection: Connection, letter_id: int, state: str, by: str, reason: str) -> None:
    """Closes a letter as `replayed` or `discarded`; who and why stay."""
    await run(
        connection,
        "UPDATE dead_letter SET state = :state, closed_by = :by, closed_reason = :reason WHERE id = :id",
        id=letter_id, state=state, by=by, reason=reason,
    )  # fmt: skip


def opened(letter: Row, seal: Seal) -> Record:
    """The record that a letter keeps."""
    body = orjson.loads(seal.open(letter.sealed))
    headers = tuple((name, bytes.fromhex(value)) for name, value in body["headers"])
    record: Record = ConsumerRecord(
        letter.topic, letter.partition, letter.position, int(letter.at.timestamp() * 1000), 0,
        letter.record_key.encode(), bytes.fromhex(body["value"]), None, -1, -1, headers,
    )  # fmt: skip
    return record
