"""Saying receipts to the agencies. A file's rows are answered in the load, not on the agency's topic."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from services.exchange.domain.receiving import Outcome
from services.exchange.store import webhooks
from shared.contracts import Event
from shared.contracts.exchange import EventAccepted, EventParked, EventRefused
from shared.messaging.work import Work

Receipt = EventAccepted | EventParked | EventRefused


Said = tuple[Receipt, int, Event | None]
"""a receipt, its version, the event that led to it"""


async def say(work: Work, said: Sequence[Said]) -> None:
    """Says receipts on the agencies' topics, and to the webhooks of those agencies that have one."""
    if not said:
        return
    hooks = await webhooks.find_active(work)
    for event, version, because in said:
        work.say(event, version=version, because=because)
        if event.agency in hooks:
            body = {"type": type(event).__name__, "data": event.model_dump(mode="json")}
            payload = {"agency": event.agency, "body": body}
            work.intend("webhook", f"{event.receipt_id}.{version}", payload, because=because)


def of_outcomes(outcomes: Iterable[Outcome], *, until: datetime, version: int) -> list[Said]:
    """Receipts of what was decided at the door; what another service decides is said when it has."""
    return [
        (receipt(outcome, outcome.arrival, until), version, outcome.arrival.because)
        for outcome in outcomes
        if outcome.arrival.load_id is None and outcome.state != "passed"
    ]


def of_rows(rows: Iterable[tuple[Any, Event | None]]) -> list[Said]:
    """Kept receipts as they stand, each because of an event; those still under way are said when they are decided."""
    return [
        (receipt(row, row, row.until), row.version, because)
        for row, because in rows
        if row.load_id is None and row.state != "passed"
    ]


def receipt(outcome: Any, about: Any, until: datetime | None) -> Receipt:
    """The receipt of an outcome (state, text, code, field) about an arrival; a kept row is both."""
    common = {
        "receipt_id": about.receipt_id,
        "agency": about.agency,
        "source": about.source,
        "event_id": about.event_id,
        "reference": about.reference,
    }
    if outcome.state == "accepted":
        return EventAccepted(**common, text=outcome.text)
    if outcome.state == "parked" and until is not None:
        return EventParked(**common, text=outcome.text, until=until)
    return EventRefused(**common, code=outcome.code, text=outcome.text, field=outcome.field)
