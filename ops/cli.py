"""The `elms` command: its groups of commands, put together."""

import sys

import typer

from ops.commands import dead_letters, events, jobs, lookup, prepare, recovery, stack
from ops.errors import Obstacle

app = typer.Typer(
    help="Runs ELMS and looks after it.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
app.add_typer(stack.app)
app.add_typer(prepare.app)
app.add_typer(prepare.topics_app, name="topics")
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(lookup.app, name="lookup")
app.add_typer(jobs.app)
app.add_typer(recovery.app)
app.add_typer(recovery.positions_app, name="positions")
app.add_typer(events.app, name="events")
app.add_typer(jobs.audit_app, name="audit")


def main() -> None:
    """Run the command; an obstacle becomes its sentence and exit code 1."""
    try:
        app(prog_name="elms")
    except Obstacle as obstacle:
        print(f"elms: {obstacle}", file=sys.stderr)
        sys.exit(1)
