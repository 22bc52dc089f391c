"""`elms events export`: the events, written out for readers and for tools."""

from pathlib import Path
from typing import Annotated

import typer

from ops.progress import say

app = typer.Typer(help="The events that services say.", no_args_is_help=True)


@app.callback()
def events() -> None:
    """The events that services say."""


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Where to write")] = Path("docs"),
) -> None:
    """Write event-flow.md, asyncapi.json and a JSON Schema per event."""
    from ops.events import export as write

    say(f"{len(write(folder))} files written to {folder}.")
