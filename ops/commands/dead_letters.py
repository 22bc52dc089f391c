"""`elms dead-letters list|show|replay|discard`: what could not take effect, until a person decides."""

import asyncio
from typing import Annotated

import orjson
import typer

from ops.commands.arguments import known_service
from ops.progress import say

app = typer.Typer(help="What could not take effect: list, show, replay, discard.", no_args_is_help=True)

Service = Annotated[str, typer.Argument(help="The service that keeps the letter")]
LetterId = Annotated[int, typer.Argument(help="Its number there, as `list` shows it")]


@app.command("list")
def list_(
    service: Annotated[str, typer.Option(help="Only this service's")] = "",
    state: Annotated[str, typer.Option(help="dead, parked, replayed or discarded; without it all that are open")] = "",
) -> None:
    """Show the dead letters of all services, newest first, without what they hold."""
    from rich.table import Column, Table

    from ops.dead_letters import list_letters
    from ops.prepare import with_database
    from ops.progress import show as show_table

    services = [known_service(service)] if service else with_database()
    named = (Column(name, no_wrap=True) for name in ("service", "letter", "state"))  # what the other commands ask for
    table = Table(*named, "type", "key", "reason", "since", box=None)
    for name, row in asyncio.run(list_letters(services, state)):
        why = f"{row.reason}: {row.detail}"[:100]
        table.add_row(name, str(row.id), row.state, row.type, row.record_key, why, f"{row.at:%Y-%m-%d %H:%M:%S}")
    if table.row_count:
        show_table(table)
    else:
        say("There are none.")


@app.command()
def show(service: Service, letter: LetterId) -> None:
    """Show one letter: why it is here, its envelope, and its value with personal text blacked out."""
    from ops.dead_letters import show_letter

    found = asyncio.run(show_letter(known_service(service), letter))
    say(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())


@app.command()
def replay(
    service: Service,
    letter: LetterId,
    with_effects: Annotated[bool, typer.Option(help="Let it mail, and do what else it does outside")] = False,
) -> None:
    """Handle it now, and then what is parked behind it."""
    from ops.dead_letters import replay_letter

    handled = asyncio.run(replay_letter(known_service(service), letter, hold_back=not with_effects))
    say(f"{handled} handled.")


@app.command()
def discard(
    service: Service,
    letter: LetterId,
    reason: Annotated[str, typer.Option(help="Why it must never be handled; it is kept", prompt=True)],
) -> None:
    """Never handle it; what is parked behind it goes on."""
    from ops.dead_letters import discard_letter

    handled = asyncio.run(discard_letter(known_service(service), letter, reason))
    say(f"Discarded; {handled} behind it handled.")
