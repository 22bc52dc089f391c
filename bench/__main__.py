"""`python -m bench`: runs the rows that are asked for, prints the table, keeps the results."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench import machine, report
from bench.contest import Outcome, Row, play
from bench.rows import ROWS
from bench.servers import Servers, durable_servers
from bench.stage import Miscounted


def main() -> int:
    """The exit code: 1 where a contender's counts were wrong."""
    asked = _arguments()
    rows = [_sized(row, asked.events, asked.contenders) for row in ROWS if row.name in asked.rows]
    about = machine.describe()
    try:
        with durable_servers() as servers:
            outcomes = asyncio.run(_play(rows, servers, asked.rounds))
    except Miscounted as wrong:
        print(f"No figures: {wrong}.", file=sys.stderr)
        return 1
    found = report.results(about, asked.rounds, outcomes)
    report.write(found, asked.output)
    report.show(found)
    return 0


def _arguments() -> argparse.Namespace:
    names = [row.name for row in ROWS]
    contenders = sorted({contender.name for row in ROWS for contender in row.contenders})
    parser = argparse.ArgumentParser(prog="python -m bench", description="ELMS beside the alternatives, measured.")
    parser.add_argument("--rows", nargs="+", choices=names, default=names, help="which comparisons (all)")
    parser.add_argument("--contenders", nargs="+", choices=contenders, default=contenders, help="which of each (all)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each contender, in turns (3)")
    parser.add_argument("--events", type=int, help="at most so many events a run (each row's own size)")
    parser.add_argument("--output", type=Path, default=report.RESULTS, help="where the results go")
    return parser.parse_args()


def _sized(row: Row, events: int | None, contenders: Sequence[str]) -> Row:
    playing = [contender for contender in row.contenders if contender.name in contenders]
    return replace(row, contenders=tuple(replace(c, events=min(c.events, events or c.events)) for c in playing))


async def _play(rows: Sequence[Row], servers: Servers, rounds: int) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for row in rows:
        print(row.about)
        outcomes += await play(row, servers, rounds, lambda line: print("  " + line, flush=True))
    return outcomes


if __name__ == "__main__":
    sys.exit(main())
