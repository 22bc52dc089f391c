"""`elms lookup rebuild`: what an operator does with the public look-up."""

import asyncio

import typer

from ops.progress import console, say

app = typer.Typer(help="The public look-up.", no_args_is_help=True)


@app.callback()
def lookup() -> None:
    """The public look-up."""


@app.command()
def rebuild() -> None:
    """Build the look-up anew from its topics while the old one serves, and show how far it is."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

    from ops.rebuild import rebuild as follow

    async def show() -> None:
        columns = ("Look-up", BarColumn(), MofNCompleteColumn(), "records", TimeElapsedColumn())
        with Progress(*columns, console=console) as bar:
            task = bar.add_task("", total=None)
            async for now in follow():
                bar.update(task, completed=now.read, total=now.total or None)
        say(f"Done in {now.seconds} s: {now.read:,} records read, {now.passed_over:,} of them unreadable.")

    asyncio.run(show())
