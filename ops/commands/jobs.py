"""`elms import|load|recall|clock|reconcile|demo` and `elms audit verify`: the work that an operator starts."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from ops.errors import Obstacle
from ops.progress import console, say
from ops.topology import SERVICES

app = typer.Typer()
audit_app = typer.Typer(help="The audit trail.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
User = Annotated[str, typer.Option(help="Who signs in; without one, the operator's own key")]
Password = Annotated[str, typer.Option(envvar="ELMS_PASSWORD", help="Asked for where it is needed")]


@app.command("import")
def bring(
    what: Annotated[str, typer.Argument(help="organizations, people, roles, licenses, credits or applications")],
    file: File,
    preview: Annotated[bool, typer.Option(help="Say what would come of it; applications have none")] = False,
) -> None:
    """Bring what a predecessor system kept; what is known already changes nothing."""
    from ops.faces import Faces
    from ops.imports import import_file

    answer = _asked(import_file(Faces(), what, file.read_bytes(), preview=preview))
    say(f"{answer['read']:,} rows: {answer['new']:,} new, {answer['known']:,} known, {len(answer['errors']):,} errors")
    for error in answer["errors"]:
        say(f"  row {error['row']}, {error['field']}: {error['problem']}")
    raise typer.Exit(1 if answer["errors"] else 0)


@app.command()
def load(
    what: Annotated[str, typer.Argument(help="credits")],
    file: File,
    user: User = "",
    password: Password = "",
    agency: Annotated[str, typer.Option(help="In whose name")] = "mde",
) -> None:
    """Load a file of an agency's credits: preview, row errors, progress; a second run loads nothing twice."""
    from ops.faces import Faces
    from ops.loads import load_credits

    if what != "credits":
        raise Obstacle(f"{what!r} cannot be loaded; credits can.")
    done = _asked(load_credits(Faces(user=user, password=_password(user, password)), file, agency))
    say(f"Load {done['load_id']}: {done['state']}.")


@app.command()
def recall(load_id: str, reason: str, user: User = "", password: Password = "") -> None:
    """Take back every credit of a load; the affected licenses are shown first."""
    from ops.faces import Faces
    from ops.loads import recall as recall_load

    done = _asked(recall_load(Faces(user=user, password=_password(user, password)), load_id, reason))
    say(f"Load {done['load_id']}: {done['state']}.")


@app.command()
def reconcile(
    wait: Annotated[float, typer.Option(min=0, help="Seconds for what is under way to arrive: compare until then")] = 0,
) -> None:
    """Prove that every approval led to exactly one period, look-up row and print job; name each difference."""
    from ops.reconcile import reconcile_within

    found = asyncio.run(reconcile_within(wait))
    for what, count in found.counts.items():
        say(f"  {what:<28}{count:>10,}")
    for difference in found.differences:
        console.print(f"  [red]difference[/red]  {difference}")
    say("No difference." if not found.differences else f"{len(found.differences)} differences.")
    raise typer.Exit(1 if found.differences else 0)


@app.command()
def clock(
    days: Annotated[float, typer.Option(help="Forward by so many days")] = 0,
    hours: Annotated[float, typer.Option(help="Forward by so many hours")] = 0,
) -> None:
    """Show the business clock, or move it forward; only where ELMS_DEMO=1."""
    from ops.installation import operator_settings
    from shared.clock import read_offset, write_offset

    settings = operator_settings()
    if not settings.demo:
        raise Obstacle("The business clock is real time here; it moves only where ELMS_DEMO=1.")
    offset = read_offset(settings.data / "clock") + timedelta(days=days, hours=hours)
    if days or hours:
        write_offset(settings.data / "clock", offset)
    say(f"{datetime.now(UTC) + offset:%Y-%m-%d %H:%M:%S} UTC, {offset} ahead of real time")


@audit_app.command()
def verify() -> None:
    """Find any change to a sealed audit row, in every service."""
    from ops.installation import runtime_of
    from shared.audit import verify as find_problems
    from shared.tokens import ServiceKey

    async def look() -> list[str]:
        problems: list[str] = []
        for service in (each.name for each in SERVICES if each.has_database):
            runtime = runtime_of(service)
            key = ServiceKey.of(service, runtime.settings.keys).key.public_key
            async with runtime.database.begin() as connection:
                problems += [f"{service}: {p}" for p in await find_problems(connection, key)]
            await runtime.close()
        return problems

    found = asyncio.run(look())
    for problem in found:
        say(f"  {problem}")
    say("Every sealed row is as it was written." if not found else f"{len(found)} problems.")
    raise typer.Exit(1 if found else 0)


@app.command()
def demo(
    peak: Annotated[int, typer.Option(help="Renewals of the June peak")] = 20_000,
    trickle: Annotated[int, typer.Option(help="Approvals timed one by one")] = 100,
) -> None:
    """Run the main job on the running stack, from an agency's event to a mailed license."""
    from ops.demo.run import run

    if not _asked(run(peak, trickle)):
        raise typer.Exit(1)


def _asked(work: Coroutine[Any, Any, Any]) -> Any:
    """What the services answered; a refusal becomes its sentence."""
    from ops.faces import Refusal

    try:
        return asyncio.run(work)
    except Refusal as refusal:
        raise Obstacle(f"{refusal} ({refusal.code})") from refusal


def _password(user: str, password: str) -> str:
    return password or (typer.prompt(f"Password of {user}", hide_input=True) if user else "")
