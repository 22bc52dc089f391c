"""What waited at the door is decided when somebody comes to be known, or refused at its deadline."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from services.exchange.commands.loads import count_released
from services.exchange.commands.receive import keep, know
from services.exchange.domain.receiving import Arrival, Outcome, decide
from services.exchange.store import parked
from shared.contracts.agency import FOREIGN
from shared.messaging.work import Work

MODELS = {name: model for models in FOREIGN.values() for name, model in models.items()}


async def decide_waiting_for(work: Work, **known: Sequence[str]) -> None:
    """Decides what waits for these values, each kind by its name. Where nothing waits for a kind, none is looked up."""
    kinds = await parked.find_kinds(work, known)
    waits = [(kind, value) for kind in kinds for value in known[kind]]
    if waits:
        await _decide(work, await parked.take_waiting_for(work, waits))


async def decide_known_now(work: Work) -> int:
    """Decides what waits for somebody who is known by now. Returns how many were looked at."""
    rows = await parked.take_known_now(work)
    await _decide(work, rows)
    return len(rows)


async def refuse_overdue(work: Work) -> int:
    """Refuses what has waited until its deadline, with what it waited for. Returns how many."""
    rows = await parked.take_overdue(work)
    outcomes = await _decided(work, rows)
    await _keep(work, rows, [_overdue(outcome) if outcome.waits else outcome for outcome in outcomes])
    return len(rows)


async def _decide(work: Work, rows: Sequence[Any]) -> None:
    outcomes = await _decided(work, rows)
    await _keep(work, rows, outcomes)


async def _decided(work: Work, rows: Sequence[Any]) -> list[Outcome]:
    arrivals = [_arrival(row) for row in rows]
    return decide(arrivals, await know(work, arrivals)) if arrivals else []


async def _keep(work: Work, rows: Sequence[Any], outcomes: Sequence[Outcome]) -> None:
    """Keeps what has changed: what waits on is only told apart by what it waits for, and is not receipted again."""
    done = [outcome for outcome in outcomes if outcome.state != "parked"]
    still = [outcome for outcome in outcomes if outcome.state == "parked"]
    if still:
        await parked.save(work, still, rows[0].until)
    if done:
        await keep(work, done)
        await parked.forget(work, (outcome.arrival.receipt_id for outcome in done))
        await count_released(work, done)


def _overdue(outcome: Outcome) -> Outcome:
    text = f"{outcome.text} It waited until its deadline."
    return replace(outcome, state="refused", text=text, waits=None)


def _arrival(row: Any) -> Arrival:
    message = MODELS[row.type].model_validate_json(row.body)
    return Arrival(row.receipt_id, row.agency, row.source, row.event_id, message, load_id=row.load_id, row=row.row)
