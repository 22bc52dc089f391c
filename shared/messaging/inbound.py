"""The door's side of the consumer: records of strangers, taken as they come.

Nothing here refuses a record: whoever hears it (`exchange`) checks it strictly and answers with a receipt.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from shared.contracts import Envelope, Event, Kind, Topic
from shared.contracts.topics import INBOUND
from shared.ids import ReceiptId, named_id
from shared.messaging.envelope import Record, time_at, trace_in
from shared.messaging.hears import Events, Hearing
from shared.messaging.work import Work
from shared.telemetry import trace_from

SMALL = 60_000
"""Bytes of a foreign value that are kept; nothing that an agency may say is longer."""


class ForeignRecord(Event):
    """One record of an agency's inbound topic. `receipt_id` is made from its source and id, or from its place."""

    receipt_id: ReceiptId
    agency: str
    kind: str
    headers: dict[str, str]
    value: bytes
    too_large: bool = False


Handler = Callable[[Events[ForeignRecord], Work], Awaitable[None]]


def hears_inbound(kind: str) -> Callable[[Handler], Handler]:
    """Marks the handler of all agencies' topics of a kind: `inbound.<agency>.<kind>.v1`."""
    topic = Topic(INBOUND.name.replace("{kind}", kind), Kind.INBOUND, "inbound", INBOUND.about)
    event = type(f"Foreign{kind}", (ForeignRecord,), {"TOPIC": topic, "TYPE": f"inbound.{kind}"})

    def mark(handler: Handler) -> Handler:
        handler.hearing = Hearing(event, ("receipt_id",), handler, decode)  # type: ignore[attr-defined]
        return handler

    return mark


def decode(record: Record) -> Event:
    """A stranger's record in an envelope of its own; never refuses."""
    headers = {name: (value or b"").decode(errors="replace") for name, value in record.headers}
    _, agency, kind, _ = record.topic[record.topic.index("inbound.") :].split(".")
    place = (record.topic, record.partition, record.offset)
    source, event_id = headers.get("ce_source", ""), headers.get("ce_id", "")
    at = time_at(record)
    identity = (agency, source, event_id) if event_id else place
    found = named_id(datetime.fromtimestamp(0, UTC), "receipt", *identity)
    value = record.value or b""
    record_id = named_id(at, "inbound", *place)
    envelope = Envelope(
        id=record_id,
        type=headers.get("ce_type", ""),
        source=source,
        at=at,
        subject=headers.get("ce_subject", ""),
        version=record.offset,
        actor=f"agency:{agency}",
        cause=None,
        trace=trace_in(headers) or trace_from(record_id),  # few agencies send one, and what follows needs it
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
    )
    return ForeignRecord(
        receipt_id=ReceiptId(found),
        agency=agency,
        kind=kind,
        headers=headers,
        value=value[:SMALL],
        too_large=len(value) > SMALL,
    ).received(envelope)
