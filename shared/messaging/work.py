"""`Work`: one unit of work, whoever caused it. Commands load, decide, save and `say`; only its edge commits."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from shared import database
from shared.contracts import Event
from shared.database import Connection, Row
from shared.ids import derived_text, text_of
from shared.messaging import outbox
from shared.policies import Policy
from shared.policies.calendar import local_date

TRACE = "traceparent"
"""Where an effect's payload has the trace of what intended it."""


@dataclass(slots=True)
class Work:
    """A transaction, the time at which it happens, the rules, and what will be said when it commits.

    `command` is the id of what caused it when no event did: a request's, or a scheduled run's.
    """

    connection: Connection
    service: str
    now: datetime
    policy: Policy
    actor: str
    command: UUID
    trace: str = ""
    epoch: int = 0
    replaying: bool = False
    _at: str = ""
    _said: list[outbox.Entry] = field(default_factory=list)
    _ordinals: dict[tuple[str, str], int] = field(default_factory=dict)
    _effects: list[tuple[str, str, str, datetime | None]] = field(default_factory=list)
    _audits: list[tuple[str, str, str, bytes]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The jurisdiction's date."""
        return local_date(self.now, self.policy)

    async def rows(self, sql: str, /, **parameters: Any) -> Sequence[Row]:
        """All rows of a statement with `:named` parameters; lists are cast: CAST(:ids AS uuid[])."""
        return await database.fetch(self.connection, sql, **parameters)

    async def row(self, sql: str, /, **parameters: Any) -> Row | None:
        """The first row of a statement, or None."""
        found = await database.fetch(self.connection, sql, **parameters)
        return found[0] if found else None

    async def run(self, sql: str, /, **parameters: Any) -> int:
        """Runs a statement; returns how many rows it touched."""
        return await database.run(self.connection, sql, **parameters)

    def next_version(self, current: int = 0) -> int:
        """The version after `current`, in this database's epoch: a restored service starts above all it said."""
        return max(current + 1, (self.epoch << 32) + 1)

    def say(self, *events: Event, version: int, because: Event | None = None) -> None:
        """Puts events into the outbox: said if and only if this commits.

        `version` is the version of the row that was changed, `because` the event that led here. The same
        cause says the same event under the same id, however often it is handled.
        """
        cause = because.said if because is not None else None
        who, cause_id, trace = (cause.actor, cause.id, cause.trace) if cause else (self.actor, self.command, self.trace)
        caused_by = text_of(cause_id)
        self._at = self._at or self.now.isoformat()  # twice as long as all else of a context
        context = outbox.context(self._at, version, who, caused_by, trace)
        for event in events:
            key = text_of(event.key)
            place = f"{self.service}\x1f{event.TYPE}\x1f{key}"
            ordinal = self._ordinals[caused_by, place] = self._ordinals.get((caused_by, place), -1) + 1
            event_id = derived_text(cause_id, f"{place}\x1f{ordinal}")
            self._said.append(outbox.entry(event, key, event_id, context))

    def intend(
        self, kind: str, key: str, payload: Mapping[str, Any], due: datetime | None = None, because: Event | None = None
    ) -> None:
        """Asks the effects worker to do something outside, once for this key. A replay intends nothing.

        The trace goes with it in the payload, so that the table needs no column for it.
        """
        if not self.replaying:
            trace = because.said.trace if because is not None else self.trace
            body = orjson.dumps({**payload, TRACE: trace}, default=str)
            self._effects.append((kind, key, body.decode(), due))

    def audit(self, action: str, subject: object, **detail: Any) -> None:
        """Records who did, or who read, what."""
        body = orjson.dumps(detail, default=str).decode()
        self._audits.append((action, str(subject), body, secrets.token_bytes(16)))

    @property
    def says_something(self) -> bool:
        """Whether anything is said when this commits."""
        return bool(self._said)

    async def flush(self) -> set[str]:
        """Writes what was said, intended and audited. Returns the topics on which the relay has something to say."""
        await outbox.write(self.connection, self._said)
        if self._effects:
            await self._write_effects()
        if self._audits:
            await self._write_audits()
        return {topic for topic, _ in self._said}

    async def _write_effects(self) -> None:
        kinds, keys, payloads, dues = zip(*self._effects, strict=True)
        await self.run(
            """INSERT INTO effect (kind, key, payload, due)
               SELECT kind, key, payload, coalesce(due, clock_timestamp())
               FROM unnest(CAST(:kinds AS text[]), CAST(:keys AS text[]), CAST(:payloads AS jsonb[]),
                           CAST(:dues AS timestamptz[])) AS given (kind, key, payload, due)
               ON CONFLICT (kind, key) DO NOTHING""",
            kinds=kinds, keys=keys, payloads=payloads, dues=dues,
        )  # fmt: skip

    async def _write_audits(self) -> None:
        actions, subjects, details, salts = zip(*self._audits, strict=True)
        await self.run(
            """INSERT INTO audit (at, actor, action, subject, detail, salt)
               SELECT :now, :actor, action, subject, detail, salt
               FROM unnest(CAST(:actions AS text[]), CAST(:subjects AS text[]), CAST(:details AS jsonb[]),
                           CAST(:salts AS bytea[])) WITH ORDINALITY
                    AS given (action, subject, detail, salt, place) ORDER BY place""",
            now=self.now, actor=self.actor, actions=actions, subjects=subjects, details=details, salts=salts,
        )  # fmt: skip
