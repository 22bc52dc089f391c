"""Events as the services that own them would say them."""

from datetime import UTC, datetime
from uuid import UUID

from shared.contracts import Event
from shared.ids import new_id
from shared.messaging import outbox
from shared.messaging.publish import Message


def message(
    event: Event,
    *,
    version: int = 1,
    source: str = "",
    event_id: UUID | None = None,
    at: datetime | None = None,
    cause: UUID | None = None,
    trace: str = "",
) -> Message:
    """The event as Kafka's key, value and headers; it is new and said now, where nothing else is given."""
    context = outbox.context((at or datetime.now(UTC)).isoformat(), version, "test", str(cause or new_id()), trace)
    _topic, lines = outbox.entry(event, str(event.key), str(event_id or new_id()), context)
    [found] = outbox.read(source or event.TOPIC.owner, lines)
    return found
