"""What an operator sees while something takes a while: a live line on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table

console = Console(highlight=False, soft_wrap=True)
WIDE = 300
"""Characters of a table's row where no terminal sets its width: others read it line by line."""


@contextmanager
def step(label: str) -> Iterator[None]:
    """Show one step while it runs and its seconds when it is done; a failure is left to the caller's sentence."""
    began = time.monotonic()
    if sys.stdout.isatty():
        with console.status(f"{label} …"):
            yield
    else:
        yield
    console.print(f"  {label:<44} {time.monotonic() - began:6.1f} s")


def say(text: str) -> None:
    """One plain line."""
    console.print(text)


def show(table: Table) -> None:
    """A table: as wide as the terminal, and with one line a row where there is none."""
    where = console if console.is_terminal else Console(highlight=False, soft_wrap=True, width=WIDE)
    where.print(table)
