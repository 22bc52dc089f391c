"""Loads of files: a file is checked, shown, loaded and, if need be, recalled; each in chunks that go on after a kill.

A chunk is one transaction: its rows' effects, and where the load stands. Two workers can't take the same chunk.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.exchange.commands.receive import keep, know
from services.exchange.domain.errors import LoadMovedOn, ReferenceTakenBack
from services.exchange.domain.files import ROWS, SAID_TWICE, Row, problem_of, read_rows, split
from services.exchange.domain.problems import Problem
from services.exchange.domain.receiving import Arrival, Outcome, decide, refused
from services.exchange.store import loads, parked, problems
from shared.contracts.agency import CreditsRecalled
from shared.contracts.exchange import CreditTakenBack
from shared.ids import ReceiptId, derived_id
from shared.messaging.work import Work

FIX = "Correct it, and give it a new reference if need be."


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a file, and where the next ones begin."""

    rows: Sequence[Row]
    next_byte: int
    next_row: int
    is_last: bool


def chunk_of(load: Any, data: bytes) -> Chunk:
    """The next rows of a load, from the bytes at which it stands."""
    at_end = load.next_byte + len(data) >= load.bytes
    records = split(data, at_end=at_end) or [data]  # a line without an end is taken as far as it was read
    next_byte = load.next_byte + sum(map(len, records))
    rows = list(read_rows(records, load.columns, load.next_row, load.kind))
    return Chunk(rows, next_byte, load.next_row + len(records), next_byte >= load.bytes)


async def check_rows(work: Work, load: Any, chunk: Chunk) -> None:
    """Finds what is new in these rows, what is there already, and what is wrong; changes nothing else."""
    arrivals = _arrivals(load, chunk.rows)
    fresh = await loads.see(work, load.load_id, [a.credit_id for a in arrivals if a.credit_id])
    found = [(row.number, row.problem, "") for row in chunk.rows if row.problem is not None]
    once = []
    for arrival in arrivals:
        if arrival.credit_id in fresh:
            fresh.discard(arrival.credit_id)
            once.append(arrival)
        else:
            found.append((arrival.row or 0, SAID_TWICE, arrival.reference))
    outcomes, mistakes = await _decided(work, once)
    states = Counter("known" if outcome.same_as else outcome.state for outcome in outcomes)
    wrong = len(found) + sum(outcome.state == "refused" for outcome in outcomes)
    await problems.note(work, load.load_id, found + mistakes)
    counts = {"rows": len(chunk.rows), "new": states["passed"], "known": states["known"],
              "waiting": states["parked"], "wrong": wrong}  # fmt: skip
    await _move(work, load, chunk, "checked", counts)


async def load_rows(work: Work, load: Any, chunk: Chunk) -> None:
    """Passes on what is new in these rows, under the same checks; what was loaded before has no second effect."""
    outcomes, mistakes = await _decided(work, _arrivals(load, chunk.rows))
    new = [o for o in outcomes if o.state in ("passed", "parked") and o.same_as is None]
    if new:
        await keep(work, new)
    refused_since = await problems.note(work, load.load_id, mistakes)
    counts = {"said": len(new), "parked": sum(o.state == "parked" for o in new), "refused": refused_since}
    await _move(work, load, chunk, "loaded", counts)


async def recall_some(work: Work, load: Any) -> None:
    """Takes back the next credits of a load; those that still wait are refused."""
    rows = await loads.find_recallable(work, load.load_id, load.next_byte, ROWS)
    await keep(work, [_recall(load, row) for row in rows]) if rows else None
    waiting = [row.receipt_id for row in rows if row.state == "parked"]
    await parked.forget(work, waiting)
    state = load.state if len(rows) == ROWS else "recalled"
    next_place = rows[-1].place if rows else load.next_byte
    counts = {"parked": -len(waiting), "refused": len(waiting)}
    await loads.move(work, load, state=state, next_byte=next_place, next_row=load.next_row + len(rows), **counts)


async def begin_loading(work: Work, load_id: UUID) -> Any:
    """Begins to load a checked file; one that is being loaded, or is, stays so. Raises `LoadMovedOn`."""
    load = await loads.get(work, load_id, lock=True)
    if load.state == "checked":
        await loads.begin(work, load, "loading", load.first_byte)
        work.audit("load begun", load_id, name=load.name, agency=load.agency, new=load.new)
    elif load.state not in ("loading", "loaded"):
        raise LoadMovedOn(state=load.state)
    return await loads.get(work, load_id)


async def begin_recall(work: Work, load_id: UUID, reason: str) -> Any:
    """Begins to take back all that a load has loaded; loading stops. Raises `LoadMovedOn`."""
    load = await loads.get(work, load_id, lock=True)
    if load.state in ("loading", "loaded", "failed"):
        await loads.begin(work, load, "recalling", 0, reason)
        work.audit("load recalled", load_id, name=load.name, agency=load.agency, reason=reason)
    elif load.state not in ("recalling", "recalled"):
        raise LoadMovedOn(state=load.state)
    return await loads.get(work, load_id)


async def count_settled(work: Work, rows: Iterable[Any]) -> None:
    """Counts what another service decided of loads' rows; a refusal stands among the load's problems."""
    for load_id, its in _by_load(rows).items():
        refusals = [row for row in its if row.state == "refused" and row.type == "CreditsAwarded"]
        taken_back = sum(row.state == "accepted" and row.type == "CreditsRecalled" for row in its)
        accepted = sum(row.state == "accepted" for row in its) - taken_back
        counts = {"accepted": accepted, "taken_back": taken_back, "refused": len(refusals)}
        found = [(row.row or 0, Problem(row.field or "row", row.text, FIX), row.reference) for row in refusals]
        await problems.note(work, load_id, found)
        await loads.count(work, load_id, {name: count for name, count in counts.items() if count})


async def count_released(work: Work, outcomes: Iterable[Outcome]) -> None:
    """Rows that wait no longer: what was passed on is no problem any more; what was refused is counted."""
    for load_id, its in _by_load(outcomes, lambda outcome: outcome.arrival).items():
        refusals = [o for o in its if o.state == "refused"]
        found = [(o.arrival.row or 0, Problem(o.field or "row", o.text, FIX), o.arrival.reference) for o in refusals]
        await problems.clear(work, load_id, [o.arrival.row or 0 for o in its if o.state != "refused"])
        await problems.note(work, load_id, found)
        await loads.count(work, load_id, {"parked": -len(its), "refused": len(refusals)})


def _by_load(things: Iterable[Any], about: Any = lambda thing: thing) -> dict[UUID, list[Any]]:
    """Things of loads, by load, in an order in which two workers can't wait for each other."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    for thing in things:
        if about(thing).load_id is not None:
            found[about(thing).load_id].append(thing)
    return dict(sorted(found.items()))


def _arrivals(load: Any, rows: Iterable[Row]) -> list[Arrival]:
    """The rows that can be read, as messages at the door. A row's receipt is its load's and its reference's."""
    return [
        Arrival(
            receipt_id=ReceiptId(derived_id(load.load_id, "row", row.number)),
            agency=load.agency,
            source=f"/loads/{load.load_id}",
            event_id=str(row.number),
            message=row.message,
            load_id=load.load_id,
            row=row.number,
        )
        for row in rows
        if row.message is not None
    ]


async def _decided(work: Work, arrivals: Sequence[Arrival]) -> tuple[list[Outcome], list[problems.Found]]:
    """What would become of the rows, and what is wrong with some; one that was refused before stays refused."""
    if not arrivals:
        return [], []
    known = await know(work, arrivals)
    before = {credit_id: list(history.said) for credit_id, history in known.credits.items()}
    outcomes, found = decide(arrivals, known), []
    for place, outcome in enumerate(outcomes):
        arrival = outcome.arrival
        problem = problem_of(outcome, before.get(arrival.credit_id, ()) if arrival.credit_id else ())
        if problem is not None:
            found.append((arrival.row or 0, problem, arrival.reference))
            if outcome.state == "passed":
                outcomes[place] = Outcome(arrival, "refused", problem.problem, "refused-before", problem.field)
    return outcomes, found


async def _move(work: Work, load: Any, chunk: Chunk, at_last: str, counts: dict[str, int]) -> None:
    state = at_last if chunk.is_last else load.state
    await loads.move(work, load, state=state, next_byte=chunk.next_byte, next_row=chunk.next_row, **counts)


def _recall(load: Any, row: Any) -> Outcome:
    """The recall of one award; of one that still waits, its refusal."""
    recall = CreditsRecalled.model_construct(reference=row.reference, reason=load.reason)
    if row.state == "parked":
        waiting = Arrival(
            row.receipt_id, row.agency, row.source, row.event_id, recall, load_id=load.load_id, row=row.row
        )
        return refused(waiting, ReferenceTakenBack(reference=row.reference))
    receipt_id = ReceiptId(derived_id(row.receipt_id, "recall"))
    source = f"{row.source}/recall"
    arrival = Arrival(receipt_id, row.agency, source, row.event_id, recall, load_id=load.load_id, row=row.row)
    fact = CreditTakenBack(
        person_id=row.person_id,
        credit_id=row.credit_id,
        receipt_id=receipt_id,
        agency=row.agency,
        reason=load.reason,
        load_id=str(load.load_id),
    )
    return Outcome(arrival, "passed", facts=(fact,), person_id=row.person_id)
