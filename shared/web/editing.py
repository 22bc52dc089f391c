"""Edited copies of dead letters: one operator proposes, another confirms; only then the copy takes effect.

A proposal stands in the audit trail and nowhere else: who, why, which fields, and the copy itself, sealed like the
letter. The letter keeps its original. What an agency said at the door is never edited: it is asked to say it anew.
"""

import base64
import dataclasses
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import orjson
from pydantic import BaseModel

from shared.contracts import Kind
from shared.database import Row
from shared.errors import Conflict, Refused
from shared.messaging import dead_letters, replay
from shared.messaging.envelope import Record, editable_headers
from shared.messaging.showing import headers_of, redacted
from shared.messaging.work import Work
from shared.tokens import Actor

if TYPE_CHECKING:
    from shared.runtime import Runtime

PROPOSED = "dead letter edit proposed"
WITHDRAWN = "dead letter edit withdrawn"
CONFIRMED = "dead letter edit confirmed"
WHOLE = ""
"""The path of the whole value, for one that is no JSON."""
HEADER = "header:"
"""Before the name of a header, in the path of a change to the envelope."""


class NeverEdited(Refused):
    """An agency's message. Data: none."""

    text = "What an agency said is never edited. Ask the agency to take it back and say it anew."


class NothingChanged(Refused):
    """The copy is the original. Data: none."""

    text = "Change at least one value."
    field = "changes"


class NoSuchPlace(Refused):
    """The path leads nowhere, or the text cannot be what stands there. `field` is the path."""

    text = "{problem}"


class StillUnreadable(Refused):
    """The copy cannot be read either. Data: problem."""

    text = "The edited copy can't be read: {problem}"
    field = "changes"


class SecondPersonNeeded(Refused):
    """Whoever proposed may not confirm. Data: none."""

    text = "Somebody else must confirm what you proposed."


class Change(BaseModel):
    """One value of the copy: where, what stood there (blacked out where it may be personal), what stands there now."""

    path: str
    before: Any
    after: Any


class Proposal(BaseModel):
    """An edit that waits for a second person."""

    id: int
    by: str
    by_name: str
    at: datetime
    reason: str
    changes: list[Change]


def leaves(value: Any, path: str = WHOLE) -> dict[str, Any]:
    """Every single value by its path: {"amount.unit": "ceu", "periods.0.until": …}."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if parts is None:
        return {path: value}
    return {at: leaf for name, each in parts for at, leaf in leaves(each, f"{path}.{name}".lstrip(".")).items()}


def edited(value: Any, changes: Mapping[str, str]) -> Any:
    """A copy with other single values, each of the kind that it was. Raises `NoSuchPlace`, `NothingChanged`."""
    known = leaves(value)
    copy = orjson.loads(orjson.dumps(value))
    for path, text in changes.items():
        if path not in known:
            raise NoSuchPlace(path, problem=f"There is no single value at {path}.")
        copy = _with(copy, path.split("."), _as_before(known[path], text, path))
    if copy == value:
        raise NothingChanged
    return copy


def _with(value: Any, path: list[str], leaf: Any) -> Any:
    """The value with another leaf; what lies on the way is changed in place."""
    name: Any = int(path[0]) if isinstance(value, list) else path[0]
    value[name] = leaf if len(path) == 1 else _with(value[name], path[1:], leaf)
    return value


def _as_before(before: Any, text: str, path: str) -> Any:
    """A text as the kind of value that stood there; where nothing stood, as JSON or else as text."""
    if isinstance(before, str):
        return text
    try:
        after = orjson.loads(text)
    except orjson.JSONDecodeError:
        after = text
    if before is not None and after is not None and type(after) is not type(before):
        kind = {bool: "true or false", int: "a whole number", float: "a number"}[type(before)]
        raise NoSuchPlace(path, problem=f"{path} must be {kind}.")
    return after


async def propose(
    work: Work, runtime: "Runtime", letter_id: int, changes: Mapping[str, str], *, reason: str, by: Actor
) -> None:
    """Keeps an edited copy for a second person. Raises what is wrong with it, at its field."""
    letter = await dead_letters.get_locked(work.connection, letter_id)
    record, subscription = dead_letters.opened(letter, runtime.seal), replay.subscription_of(runtime, letter)
    if subscription.topic.kind is Kind.INBOUND:
        raise NeverEdited
    copy = _copy(record, changes)
    found = subscription.sort([copy])
    if found.dead or not found.heard:
        raise StillUnreadable(problem=found.dead[0].detail if found.dead else "nobody hears such an event")
    sealed = base64.b64encode(runtime.seal.close(copy.value or b"")).decode()
    original = hashlib.sha256(record.value or b"").hexdigest()
    work.audit(
        PROPOSED, dead_letters.place_of(letter), letter=letter_id, by_name=by.name, reason=reason,
        paths=sorted(changes), headers=_headers_in(changes), sealed=sealed, original=original,
    )  # fmt: skip


async def find_proposal(work: Work, runtime: "Runtime", letter: Row) -> Proposal | None:
    """The edit of an open letter that waits for a second person."""
    row = await _waiting(work, letter)
    if row is None or not dead_letters.is_open(letter):
        return None
    detail, original = row.detail, dead_letters.opened(letter, runtime.seal)
    after = _opened(runtime, row)
    old = leaves(redacted(_json(original.value))) | _as_paths(headers_of(original))
    new = leaves(after) | _as_paths(detail["headers"]) | {WHOLE: after}
    changes = [Change(path=path, before=old.get(path), after=new.get(path)) for path in detail["paths"]]
    return Proposal(
        id=row.id, by=row.actor, by_name=detail["by_name"], at=row.at, reason=detail["reason"], changes=changes
    )  # fmt: skip


async def withdraw(work: Work, letter_id: int, proposal: int, by: Actor) -> None:
    """Lets a proposed edit fall. Raises `Conflict` when it does not wait any more."""
    letter = await dead_letters.get_locked(work.connection, letter_id)
    await _get_waiting(work, letter, proposal)
    work.audit(WITHDRAWN, dead_letters.place_of(letter), letter=letter_id, proposal=proposal, by_name=by.name)


async def confirm(runtime: "Runtime", letter_id: int, proposal: int, by: Actor, *, hold_back: bool = True) -> int:
    """Handles the edited copy, then what waits behind the letter; returns how many were handled.

    Raises `SecondPersonNeeded`, `Conflict` when another edit waits by now, and whatever the handler raises: then
    letter and proposal stay as they were.
    """
    async with runtime.work(actor=by.id, replaying=hold_back) as work:
        letter = await dead_letters.get_locked(work.connection, letter_id)
        row = await _get_waiting(work, letter, proposal)
        if row.actor == by.id:
            raise SecondPersonNeeded
        original = dead_letters.opened(letter, runtime.seal)
        record = _with_headers(original, row.detail["headers"])
        record = _with_value(record, runtime.seal.open(base64.b64decode(row.detail["sealed"])))
        subscription = replay.subscription_of(runtime, letter)
        if not await replay.take_alone(subscription, work, record):
            raise Conflict  # a repetition of the event took effect meanwhile
        why = f"an edited copy took effect: {row.detail['reason']}"
        await dead_letters.close(work.connection, letter_id, "replayed", by.id, why)
        work.audit(CONFIRMED, dead_letters.place_of(letter), letter=letter_id, proposal=proposal, by_name=by.name)
    return 1 + await replay.handle_parked(runtime, letter, by.id, hold_back=hold_back)


def is_editable(runtime: "Runtime", letter: Row) -> bool:
    """Whether a letter is open and was said by a service of ours."""
    return dead_letters.is_open(letter) and replay.subscription_of(runtime, letter).topic.kind is not Kind.INBOUND


def _copy(record: Record, changes: Mapping[str, str]) -> Record:
    headers = _headers_in(changes)
    values = {path: text for path, text in changes.items() if not path.startswith(HEADER)}
    copy = _with_headers(record, headers)
    if set(values) == {WHOLE}:
        copy = _with_value(copy, values[WHOLE].encode())
    elif values:
        copy = _with_value(copy, orjson.dumps(edited(_json(record.value), values)))
    if copy == record:
        raise NothingChanged
    return copy


def _headers_in(changes: Mapping[str, str]) -> dict[str, str]:
    return {path.removeprefix(HEADER): text for path, text in changes.items() if path.startswith(HEADER)}


def _as_paths(headers: Mapping[str, str]) -> dict[str, str]:
    return {HEADER + name: text for name, text in headers.items()}


def _with_headers(record: Record, headers: Mapping[str, str]) -> Record:
    """The record with other headers. Raises `NoSuchPlace` for one that is not to be edited."""
    allowed, there = editable_headers(record), dict(record.headers)
    for name in headers:
        if name not in allowed:
            raise NoSuchPlace(HEADER + name, problem=f"There is no single value at {HEADER}{name}.")
    made: Any = record
    new = there | {name: text.encode() for name, text in headers.items()}
    return cast("Record", dataclasses.replace(made, headers=list(new.items()))) if new != there else record


def _with_value(record: Record, value: bytes) -> Record:
    made: Any = record
    return cast("Record", dataclasses.replace(made, value=value))


async def _waiting(work: Work, letter: Row) -> Row | None:
    row = await work.row(
        """SELECT id, at, actor, action, detail FROM audit
           WHERE subject = :place AND action = ANY(CAST(:actions AS text[])) ORDER BY id DESC LIMIT 1""",
        place=dead_letters.place_of(letter), actions=[PROPOSED, WITHDRAWN, CONFIRMED],
    )  # fmt: skip
    return row if row is not None and row.action == PROPOSED else None


async def _get_waiting(work: Work, letter: Row, proposal: int) -> Row:
    row = await _waiting(work, letter)
    if row is None or row.id != proposal:
        raise Conflict
    return row


def _opened(runtime: "Runtime", row: Row) -> Any:
    return _json(runtime.seal.open(base64.b64decode(row.detail["sealed"])))


def _json(value: bytes | None) -> Any:
    try:
        return orjson.loads(value or b"null")
    except orjson.JSONDecodeError:
        return None
