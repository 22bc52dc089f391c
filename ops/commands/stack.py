"""`elms up|down|clean|status|logs|run`: the local stack and its processes."""

import asyncio
import subprocess
from typing import Annotated

import typer

from ops.commands.arguments import known_service
from ops.errors import Obstacle
from ops.local.layout import Layout
from ops.progress import say, show
from ops.topology import SERVICES

app = typer.Typer()


@app.command()
def up() -> None:
    """Start Kafka, PostgreSQL and all services on this machine, and wait until they are ready."""
    from ops.local.stack import Stack

    stack = Stack(Layout.from_environment())
    stack.up()
    for running in stack.services:
        say(f"  {running.name:<16}{running.address}")


@app.command()
def down() -> None:
    """Stop everything that `up` started, cleanly; the data stays."""
    from ops.local.stack import Stack

    Stack(Layout.from_environment()).down()


@app.command()
def clean() -> None:
    """Stop everything and forget its data."""
    from ops.local.stack import Stack

    Stack(Layout.from_environment()).clean()


@app.command()
def run(
    service: Annotated[str, typer.Argument(help="One of " + ", ".join(each.name for each in SERVICES))],
    role: Annotated[list[str], typer.Option(help="Which of its processes; may be given more than once")] = ["all"],  # noqa: B006
) -> None:
    """Run one service in this process until it is told to stop."""
    from ops.run import run_service

    run_service(known_service(service), role)


@app.command()
def status(
    memory: Annotated[bool, typer.Option("--memory", help="What each process weighs, instead")] = False,
) -> None:
    """For each service: copies, lag, outbox age, dead letters, effects due."""
    if memory:
        _show_memory()
    else:
        _show_status()


@app.command()
def logs(
    name: Annotated[str, typer.Argument(help="A service, kafka or postgres")],
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as it grows")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1)] = 50,
) -> None:
    """Show the end of a process's log."""
    layout = Layout.from_environment()
    log = layout.logs / f"{name}.log"
    if not log.exists():
        known = ", ".join(sorted(path.stem for path in layout.logs.glob("*.log"))) or "none yet"
        raise Obstacle(f"There is no log of {name!r}; there are: {known}.")
    subprocess.run(["tail", "-n", str(lines), *(["-f"] if follow else []), str(log)], check=False)


def _show_status() -> None:
    from rich.table import Table

    from ops.installation import operator_settings
    from ops.status import status_of_all

    table = Table("service", "state", "copies", "lag", "outbox age", "dead letters", "effects due", box=None)
    for each in asyncio.run(status_of_all(operator_settings())):
        age = None if each.outbox_age is None else f"{each.outbox_age:.1f} s"
        numbers = (each.copies, each.lag, age, each.dead_letters, each.effects_due)
        table.add_row(each.service, each.state, *("–" if number is None else str(number) for number in numbers))
    show(table)


def _show_memory() -> None:
    from ops.local.memory import proportional_set_size
    from ops.local.stack import Stack

    total = 0
    for supervised in Stack(Layout.from_environment()).supervised:
        size = proportional_set_size(supervised)
        total += size or 0
        say(f"  {supervised.name:<16}" + ("does not run" if size is None else f"{size / 1e6:8.0f} MB"))
    say(f"  {'together':<16}{total / 1e6:8.0f} MB")
