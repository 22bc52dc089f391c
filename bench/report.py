"""What a run of the bench leaves behind: a printed table, and the same in `bench/results.json`."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

from bench import machine, page
from bench.contest import Outcome

RESULTS = Path(__file__).with_name("results.json")


def results(about: Mapping[str, Any], rounds: int, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Date, machine and commit, and every outcome with its share of what ELMS reached."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": machine.commit(),
        "machine": dict(about),
        "rounds": rounds,
        "durability": "PostgreSQL: fsync and synchronous_commit on; Kafka: acks=all, idempotent producers, one broker"
        " (in the row “cluster”: three)",
        "outcomes": _compared([outcome.as_json() for outcome in outcomes]),
    }


def _compared(outcomes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each outcome with how many times its rate, and each of its other figures, ELMS has; by the medians."""
    ours = {found["row"]: found for found in outcomes if found["contender"] == "elms"}
    for found in outcomes:
        elms = ours.get(found["row"])
        found["elms_is"] = round(elms["median"] / found["median"], 3) if elms and found["median"] else None
        for name, figure in found["figures"].items():
            same = elms["figures"].get(name) if elms else None
            figure["elms_is"] = round(same["median"] / figure["median"], 3) if same and figure["median"] else None
    return outcomes


def write(found: Mapping[str, Any], path: Path = RESULTS) -> None:
    """Keeps the results, as data, as a page and as a picture."""
    path.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n")
    page.write(found, path)


def show(found: Mapping[str, Any]) -> None:
    """Prints the table."""
    where = found["machine"]
    machine_is = f"{where['cores']} × {where['model']} · {where['python']}"
    table = Table(title=f"{found['date'][:10]} · {found['commit']} · {machine_is}")
    for name in page.HEAD:
        table.add_column(name, justify="left" if name in ("row", "contender") else "right")
    for line in found["outcomes"]:
        table.add_row(*page.cells(line, "\n"))
    console = Console(width=None if Console().is_terminal else 150)
    console.print(table)
    console.print("Each run was counted: N of N, none twice.")
    if where["crowded"]:
        console.print(f"Others used the machine (load {where['load_before']} before the start): provisional figures.")
