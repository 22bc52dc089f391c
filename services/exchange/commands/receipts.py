"""Saying receipts to the agencies. A file's rows are answered in the load, not on the agency's topic."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from services.exchange.domain.receiving import Outcome
from shared.contracts import Event
from shared.contracts.exchange import EventAccepted, EventParked, EventRefused
from shared.messaging.work import Work

Receipt = EventAccepted | EventParked | EventRefused


def say_outcomes(work: Work, outcomes: Sequence[Outcome], *, until: datetime, version: int) -> None:
    """Says what was decided at the door; what another service decides is said when it has."""
    for outcome in outcomes:
        arrival = outcome.arrival
        if arrival.load_id is None and outcome.state != "passed":
            work.say(receipt(outcome, arrival, until), version=version, because=arrival.because)


def say_again(work: Work, rows: Iterable[tuple[Any, Event | None]]) -> None:
    """Says receipts as they stand, each because of an event; those still under way are said when they are decided."""
    for row, because in rows:
        if row.load_id is None and row.state != "passed":
            work.say(receipt(row, row, row.until), version=row.version, because=because)


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
