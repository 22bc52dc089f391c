"""The verdict at the end, with everything healed and drained: what the ledger knows, beside what the system holds."""

from collections.abc import Iterable
from typing import Any

import orjson
from aiokafka import TopicPartition

from ops.prepare import wanted_topics
from shared.contracts.topics import PARTITIONS
from tests.chaos.faults import Field, say_again
from tests.chaos.ledger import disordered, doubled, missing, unasked, unequal
from tests.chaos.sweep.recording import NAMES

SETTLED = {"completed", "undone", "blocked"}
SHOWN = {
    "license": "SELECT license_id::text AS id, to_jsonb(l) AS row FROM shown.license l",
    "person": "SELECT person_id::text AS id, to_jsonb(p) AS row FROM shown.person p",
    "organization": "SELECT organization_id::text AS id, to_jsonb(o) AS row FROM shown.organization o",
    "listed": "SELECT concat_ws(' ', license_id, last, first) AS id, to_jsonb(l) AS row FROM shown.listed l",
}


async def judge(at: Field) -> list[str]:
    """Everything that is wrong, in words; nothing: a clean verdict."""
    problems = [f"not drained: {what}" for what in await at.watch.drain()]
    problems += await _letters(at)
    problems += await _renewals(at)
    problems += await _credits(at)
    problems += await _people_and_paper(at)
    problems += await _order(at)
    problems += await _projections(at)
    for words in (("audit", "verify"), ("reconcile",)):
        code, said = await at.command(*words)
        problems += [f"elms {' '.join(words)}: {said[-1500:]}"] if code else []
    return problems


async def _letters(at: Field) -> list[str]:
    """No dead letter is open but those of hostile records."""
    problems = []
    for name in NAMES:
        rows = await at.watch.rows(
            name, "SELECT reason, detail, type, record_key FROM dead_letter WHERE state IN ('dead', 'parked')"
        )
        problems += [f"{name}: {r.reason} {r.type} {r.record_key}: {r.detail[:200]}" for r in rows
                     if r.record_key not in at.hostile_keys][:5]  # fmt: skip
    return problems


async def _renewals(at: Field) -> list[str]:
    """Each answered filing, approval and undoing took effect, once; nothing did that was answered with a no."""
    ledger, rows = at.flow.ledger, at.watch.rows
    applications = await rows("renewals", "SELECT application_id::text AS id, license_id::text, state FROM application")
    state = {row.id: row.state for row in applications}
    approved, undone = ledger.subjects("approve"), ledger.subjects("undo")
    maybe = ledger.subjects("approve", "")
    problems = missing("filings of", ledger.subjects("file"), {row.license_id for row in applications})
    problems += doubled("filings of", [row.license_id for row in applications if row.state != "replaced"])
    problems += missing("approvals of", approved, [each for each in state if state[each] in SETTLED])
    problems += unasked("approvals of", [each for each in state if state[each] in SETTLED], approved | maybe)
    problems += missing("undoings of", undone, [each for each in state if state[each] == "undone"])
    problems += unasked("undoings of", [e for e in state if state[e] == "undone"], undone | ledger.subjects("undo", ""))
    history = await rows("renewals", "SELECT application_id::text || ' ' || what AS id FROM history")
    problems += doubled("history of", [r.id for r in history if r.id.endswith((" approved", " completed", " filed"))])
    held = ledger.subjects("suspend") - ledger.subjects("reinstate") - ledger.subjects("reinstate", "")
    standing = await rows("credentials", "SELECT license_id::text AS id FROM license WHERE standing <> 'good'")
    lawful = held | ledger.subjects("suspend", "") | ledger.subjects("reinstate", "")
    problems += missing("suspensions of", held, [row.id for row in standing])
    return problems + unasked("suspensions of", [row.id for row in standing], lawful)


async def _credits(at: Field) -> list[str]:
    """Each published award has one receipt with an outcome, and one credit where it was accepted."""
    receipts = await at.watch.rows(
        "exchange", "SELECT reference, state, credit_id::text FROM receipt WHERE reference LIKE 'C-%'"
    )
    credits = await at.watch.rows("credentials", "SELECT credit_id::text AS id FROM credit")
    settled = [row for row in receipts if row.state in ("accepted", "refused")]
    problems = missing("awards", at.flow.ledger.subjects("award"), [row.reference for row in settled])
    problems += doubled("awards", [row.reference for row in receipts])
    accepted = [row.credit_id for row in receipts if row.state == "accepted"]
    return problems + missing("credits", accepted, [row.id for row in credits])


async def _people_and_paper(at: Field) -> list[str]:
    """Merges and addresses are known where they are heard; each renewal has its letter; the mailed is mailed."""
    rows, ledger = at.watch.rows, at.flow.ledger
    merged = await rows("identity", "SELECT id::text FROM person WHERE merged_into IS NOT NULL")
    problems = missing("merges of", ledger.subjects("merge"), [row.id for row in merged])
    for service in ("credentials", "renewals", "printing", "exchange", "correspondence"):
        known = await rows(service, "SELECT person_id::text AS id FROM person WHERE merged_into IS NOT NULL")
        problems += missing(f"merges, in {service}, of", {row.id for row in merged}, [row.id for row in known])
    renewed = await rows("correspondence", "SELECT cause::text || kind AS id FROM letter")
    problems += doubled("letters", [row.id for row in renewed])
    pieces = await rows("printing", "SELECT piece_id::text AS id, state FROM piece")
    mailed = [row.id for row in pieces if row.state in ("mailed", "returned")]
    return problems + missing("mailings of", ledger.subjects("mailed"), mailed)


async def _order(at: Field) -> list[str]:
    """On every topic of ours, what concerns a key was said first in its order."""
    names = [t.name for t in wanted_topics() if t.owner not in ("inbound", "agency") and "inbound" not in t.name]
    problems: list[str] = []
    for name in names:
        parts = [TopicPartition(name, number) for number in range(PARTITIONS)]
        records = await at.watch.observer.read(parts, await _beginnings(at, parts))
        records.sort(key=lambda r: (r.partition, r.offset))
        problems += disordered(_first(records, at.own_ids, at.hostile_keys))
    return problems[:10]


async def _beginnings(at: Field, parts: list[TopicPartition]) -> dict[TopicPartition, int]:
    return dict(await (await at.watch.observer._ready()).beginning_offsets(parts))


def _first(records: Iterable[Any], own: set[str], hostile: set[str]) -> Iterable[tuple[str, str, int]]:
    """Topic, key and sequence of each event where it was said first; ours are left out."""
    seen: set[str] = set()
    for record in records:
        headers = dict(record.headers)
        event_id, key = headers.get("ce_id", b"").decode(errors="replace"), (record.key or b"").decode(errors="replace")
        if not event_id or event_id in seen or event_id in own or key in hostile:
            continue
        seen.add(event_id)
        yield record.topic, key, int(headers["ce_sequence"])


async def _projections(at: Field) -> list[str]:
    """The look-up as it is equals the look-up rebuilt from its topics."""
    await say_again(at)
    if left := await at.watch.drain():
        return [f"not drained after the states were said again: {what}" for what in left]
    before = await _shown(at)
    code, said = await at.command("lookup", "rebuild")
    if code:
        return [f"elms lookup rebuild: {said[-800:]}"]
    after = await _shown(at)
    return [p for table in SHOWN for p in unequal(f"look-up, {table}", before[table], after[table])]


async def _shown(at: Field) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for table, sql in SHOWN.items():
        rows = await at.watch.rows("lookup", sql)
        found[table] = {row.id: orjson.dumps(row.row, option=orjson.OPT_SORT_KEYS).decode() for row in rows}
    return found
