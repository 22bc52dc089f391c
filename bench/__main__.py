"""`python -m bench`: runs the rows that are asked for, prints the table, keeps the results."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvloop

from bench import machine, report
from bench.contest import Outcome, Row, play
from bench.rows import ROWS
from bench.servers import Servers, durable_servers
from bench.stage import Miscounted


def main() -> int:
    """The exit code: 1 where a contender's counts were wrong, 130 where somebody stopped it."""
    asked = _arguments()
    rows = [_sized(row, asked) for row in ROWS if row.name in asked.rows]
    about = machine.describe()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that everything started is stopped again
    try:
        with durable_servers() as servers:
            outcomes = uvloop.run(_until_stopped(_play(rows, servers, asked.rounds)))
    except Miscounted as wrong:
        print(f"No figures: {wrong}.", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("Stopped; no figures.", file=sys.stderr)
        return 130
    found = report.results(about, asked.rounds, outcomes)
    report.write(found, asked.output)
    report.show(found)
    return 0


def _arguments() -> argparse.Namespace:
    names = [row.name for row in ROWS]
    quick = [row.name for row in ROWS if not row.full_only]
    contenders = sorted({contender.name for row in ROWS for contender in row.contenders})
    parser = argparse.ArgumentParser(prog="python -m bench", description="ELMS beside the alternatives, measured.")
    parser.add_argument("--rows", nargs="+", choices=names, help="which comparisons (all)")
    parser.add_argument("--contenders", nargs="+", choices=contenders, default=contenders, help="which of each (all)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each contender, in turns (3)")
    parser.add_argument("--events", type=int, help="at most so many events a run (each row's own size)")
    parser.add_argument("--full", action="store_true", help="the full sizes, and the rows that take long")
    parser.add_argument("--output", type=Path, default=report.RESULTS, help="where the results go")
    asked = parser.parse_args()
    asked.rows = asked.rows or (names if asked.full else quick)
    return asked


def _sized(row: Row, asked: argparse.Namespace) -> Row:
    playing = [contender for contender in row.contenders if contender.name in asked.contenders]
    sizes = [(c.full if asked.full else None) or c.events for c in playing]
    return replace(
        row,
        size=(row.full_size if asked.full else 0) or row.size,
        contenders=tuple(replace(c, events=min(n, asked.events or n)) for c, n in zip(playing, sizes, strict=True)),
    )


async def _until_stopped(playing: Coroutine[Any, Any, list[Outcome]]) -> list[Outcome]:
    """Plays; SIGTERM ends it as Ctrl-C does: the contender of the moment is stopped, its databases dropped."""
    task = asyncio.ensure_future(playing)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


async def _play(rows: Sequence[Row], servers: Servers, rounds: int) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for row in rows:
        print(row.about)
        outcomes += await play(row, servers, rounds, lambda line: print("  " + line, flush=True))
    return outcomes


if __name__ == "__main__":
    sys.exit(main())
