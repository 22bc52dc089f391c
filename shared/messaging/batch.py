"""One batch, one transaction: positions, inbox, rounds of handlers, outbox, dead letters.

`Subscription` knows what a service does with the records of its topic; it knows nothing of Kafka's sessions.
The consumer gives it batches, the replay of a dead letter a single record.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from shared.contracts import Kind, State, Topic
from shared.messaging import dead_letters, inbox, positions
from shared.messaging.dead_letters import DeadLetter, key_of
from shared.messaging.envelope import Record, Undecodable, type_of
from shared.messaging.erasure import ERASED
from shared.messaging.hears import Hearing
from shared.messaging.positions import Moves
from shared.messaging.rounds import Heard, rounds
from shared.messaging.work import Work
from shared.telemetry import within

Locker = Callable[[Work, Sequence[Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Sorted:
    """A batch's records, by what becomes of them."""

    heard: list[tuple[Record, Heard]]
    dead: list[DeadLetter]


class Fetched(tuple[Record, ...]):
    """Records as Kafka's client gave them, after so many seeks of ours; sorted already, where they were read ahead."""

    seeks: int
    sorted: Sorted | None = None

    @classmethod
    def after(cls, seeks: int, records: Iterable[Record]) -> Self:
        found = cls(records)
        found.seeks = seeks
        return found


@dataclass(slots=True)
class Subscription:
    """What one service hears on one topic. Its name is the consumer's, and stands in positions and inbox."""

    topic: Topic
    hearings: tuple[Hearing, ...]
    lock: Locker | None = None
    has_dead_letters: bool = True
    by_type: dict[str, Hearing] = field(init=False)
    is_door: bool = field(init=False)
    has_no_holes: bool = field(init=False)
    """Whether offsets follow each other without gaps: not so in a compacted topic."""

    def __post_init__(self) -> None:
        self.is_door, self.has_no_holes = self.topic.kind is Kind.INBOUND, self.topic.kind is not Kind.STATE
        self.by_type = {hearing.event.TYPE: hearing for hearing in self.hearings}

    @property
    def name(self) -> str:
        return self.topic.name.replace("{agency}.", "")

    @property
    def causes_effects(self) -> bool:
        """Whether order within a key matters beyond versions: then later events wait behind a dead letter."""
        return not all(issubclass(hearing.event, State) for hearing in self.hearings)

    def sort(self, records: Sequence[Record]) -> Sorted:
        """Decodes each record by itself; what nobody here hears is passed over."""
        heard: list[tuple[Record, Heard]] = []
        dead: list[DeadLetter] = []
        for record in records:
            try:
                if (hearing := self.hearing_of(record)) is not None:
                    heard.append((record, (hearing, hearing.decoder(record))))
                elif _is_nameless(record):
                    dead.append(DeadLetter(record, "undecodable", "headers: no ce_type"))
            except Undecodable as error:
                dead.append(DeadLetter(record, "undecodable", str(error)))
        return Sorted(heard, dead)

    def hears_any(self, records: Sequence[Record]) -> bool:
        """Whether any of the records has an effect here: somebody hears it, or it says no type that can be read."""
        return any(self.hearing_of(record) or _is_nameless(record) for record in records)

    def hearing_of(self, record: Record) -> Hearing | None:
        """Who hears the record; at the door, where senders are strangers, every record is heard."""
        if self.is_door:
            return self.hearings[0]
        if record.value is None and not self.has_no_holes:
            return self.by_type.get(ERASED)
        return self.by_type.get(type_of(record))

    async def take(self, work: Work, records: Sequence[Record], moves: Moves, *, expect_new: bool) -> Sorted:
        """The whole batch within `work`. Raises whatever a handler raises; nothing is committed here."""
        ready = records.sorted if isinstance(records, Fetched) else None
        found = ready or self.sort(records)
        if self.causes_effects and (self.has_dead_letters or found.dead):
            found = await self._park(work, found)
        await self.handle(work, await self._claim(work, found, moves, expect_new=expect_new))
        return found

    async def handle(self, work: Work, heard: Sequence[Heard]) -> None:
        """Runs the handlers, round by round; each in the trace of the first event that it is given.

        What fails is halved by the consumer until an event stands alone, and is then told in that event's trace.
        """
        plan = rounds(heard)
        if self.lock is not None and len(plan) > 1:
            await self.lock(work, sorted({key for hearing, event in heard for key in hearing.keys(event)}))
        for group in plan:
            for hearing, events in group.items():
                with within(events[0].said.trace):
                    await hearing.handler(events, work)

    async def _park(self, work: Work, found: Sorted) -> Sorted:
        keys = {key_of(record) for record, _ in found.heard}
        blocked = await dead_letters.blocked_keys(work.connection, self.name, keys)
        died_at = {key_of(letter.record): letter.record.offset for letter in reversed(found.dead)}

        def waits(record: Record) -> bool:
            key = key_of(record)
            return key in blocked or record.offset > died_at.get(key, record.offset)

        parked = [DeadLetter(r, "parked", event_id=heard[1].said.id) for r, heard in found.heard if waits(r)]
        going = [(record, heard) for record, heard in found.heard if not waits(record)]
        return Sorted(going, found.dead + parked)

    async def _claim(self, work: Work, found: Sorted, moves: Moves, *, expect_new: bool) -> list[Heard]:
        """Moves the positions; those whose ids this consumer has not seen. An id twice in a batch counts once.

        States need no inbox: one that is heard again changes nothing, for its version is known.
        """
        if not self.causes_effects:
            await positions.advance(work.connection, self.name, moves)
            return [heard for _, heard in found.heard]
        unique: dict[UUID, Heard] = {}
        for _, heard in found.heard:
            unique.setdefault(heard[1].said.id, heard)
        if not unique:
            await positions.advance(work.connection, self.name, moves)
            return []
        if expect_new:
            await inbox.claim_new(work.connection, self.name, moves, list(unique))
            return list(unique.values())
        new = await inbox.claim(work.connection, self.name, moves, list(unique))
        return [heard for event_id, heard in unique.items() if event_id in new]


def _is_nameless(record: Record) -> bool:
    """Whether a record says no type that can be read, and is not just the end of a key in a compacted topic."""
    return record.value is not None and not type_of(record)
