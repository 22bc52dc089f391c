"""What a run of the bench leaves behind: a printed table, and the same in `bench/results.json`."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

from bench import machine
from bench.contest import Outcome

RESULTS = Path(__file__).with_name("results.json")


def results(about: Mapping[str, Any], rounds: int, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Date, machine and commit, and every outcome with its share of what ELMS reached."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": machine.commit(),
        "machine": dict(about),
        "rounds": rounds,
        "durability": "PostgreSQL: fsync and synchronous_commit on; Kafka: acks=all, idempotent producers, one broker",
        "outcomes": [outcome.as_json() | {"elms_is": _ratio(outcome, outcomes)} for outcome in outcomes],
    }


def _ratio(outcome: Outcome, outcomes: Sequence[Outcome]) -> float | None:
    """How many times this contender's rate ELMS reaches, by the medians."""
    ours = next((o for o in outcomes if o.row is outcome.row and o.contender.name == "elms"), None)
    return round(ours.as_json()["median"] / outcome.as_json()["median"], 3) if ours else None


def write(found: Mapping[str, Any], path: Path = RESULTS) -> None:
    """Keeps the results."""
    path.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n")


def show(found: Mapping[str, Any]) -> None:
    """Prints the table."""
    where = found["machine"]
    table = Table(title=f"{found['date'][:10]} · {found['commit']} · {where['cores']} × {where['model']}")
    for name in ("row", "contender", "events", "median/s", "min – max", "µs an event by class", "elms is"):
        table.add_column(name, justify="left" if name in ("row", "contender") else "right")
    for line in found["outcomes"]:
        processor = " ".join(f"{name} {value:.0f}" for name, value in line["processor_us"].items())
        spread = f"{line['minimum']:,} – {line['maximum']:,}"
        ratio = f"{line['elms_is']:.2f} ×" if line["elms_is"] else ""
        table.add_row(
            line["row"], line["contender"], f"{line['events']:,}", f"{line['median']:,}", spread, processor, ratio
        )
    console = Console(width=None if Console().is_terminal else 130)
    console.print(table)
    console.print("Each run was counted: N of N, none twice.")
    if where["crowded"]:
        console.print(f"Others used the machine (load {where['load_before']} before the start): provisional figures.")
