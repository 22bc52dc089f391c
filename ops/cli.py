"""The `elms` command: each subcommand reads its arguments and calls one function elsewhere."""

import asyncio
import os
import subprocess
import sys
from typing import Annotated

import typer

from ops.errors import Obstacle
from ops.local.layout import Layout
from ops.progress import say, step
from ops.topology import SERVICES, service_named

app = typer.Typer(
    help="Runs ELMS and looks after it.", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
topics_app = typer.Typer(help="Kafka's topics, made from the contract.", no_args_is_help=True)
app.add_typer(topics_app, name="topics")


def main() -> None:
    """Run the command; an obstacle becomes its sentence and exit code 1."""
    try:
        app()
    except Obstacle as obstacle:
        print(f"elms: {obstacle}", file=sys.stderr)
        sys.exit(1)


@app.command()
def up() -> None:
    """Start Kafka, PostgreSQL and all services on this machine, and wait until they are ready."""
    from ops.local.stack import Stack  # noqa: PLC0415  (each command imports only what it needs: `elms` answers fast)

    stack = Stack(Layout.from_environment())
    stack.up()
    for running in stack.services:
        say(f"  {running.name:<16}{running.address}")


@app.command()
def down() -> None:
    """Stop everything that `up` started, cleanly; the data stays."""
    from ops.local.stack import Stack  # noqa: PLC0415

    Stack(Layout.from_environment()).down()


@app.command()
def clean() -> None:
    """Stop everything and forget its data."""
    from ops.local.stack import Stack  # noqa: PLC0415

    Stack(Layout.from_environment()).clean()


@app.command()
def run(
    service: Annotated[str, typer.Argument(help="One of " + ", ".join(each.name for each in SERVICES))],
    role: Annotated[list[str], typer.Option(help="Which of its processes; may be given more than once")] = ["all"],  # noqa: B006
) -> None:
    """Run one service in this process until it is told to stop."""
    from ops.run import run_service  # noqa: PLC0415

    _known(service)
    run_service(service, role)


@app.command()
def migrate(service: Annotated[str, typer.Argument(help="A service, or `all`")] = "all") -> None:
    """Bring databases to their newest version: that of ELMS_DATABASE, or those of the local stack."""
    from ops.local.postgres import Postgres  # noqa: PLC0415
    from shared.migrations import has_migrations  # noqa: PLC0415
    from shared.migrations import migrate as apply_migrations  # noqa: PLC0415

    given = os.environ.get("ELMS_DATABASE")
    if given and service == "all":
        raise Obstacle("ELMS_DATABASE names one database: say whose it is, as in `elms migrate lookup`.")
    names = [each.name for each in SERVICES if each.has_database] if service == "all" else [_known(service)]
    for name in filter(has_migrations, names):
        with step(f"{name}: tables"):
            url = given or Postgres.of(Layout.from_environment()).url(name)
            asyncio.run(apply_migrations(name, url))


@app.command()
def prepare() -> None:
    """Make topics, databases, roles, tables and keys on the servers that ELMS_KAFKA and ELMS_POSTGRES name."""
    from ops.prepare import Target, with_database  # noqa: PLC0415
    from ops.prepare import prepare as make_everything  # noqa: PLC0415
    from shared.settings import Settings  # noqa: PLC0415

    settings = Settings()
    passwords = {name: _required(f"{name.upper()}_PASSWORD") for name in with_database()}
    target = Target(settings.kafka, _required("ELMS_POSTGRES"), passwords, settings.keys, fact_days=365)
    with step("Topics, databases, tables and keys"):
        differences = asyncio.run(make_everything(target))
    for difference in differences:
        say(f"  note: {difference}")


@topics_app.command("apply")
def apply_topics(
    fact_days: Annotated[int, typer.Option(min=1, help="How many days facts are kept")] = 365,
) -> None:
    """Create the topics that are missing; name every difference of the others, and then exit with 1."""
    from ops import topics  # noqa: PLC0415
    from ops.local.kafka import Kafka  # noqa: PLC0415
    from ops.prepare import wanted_topics  # noqa: PLC0415
    from shared.settings import Settings  # noqa: PLC0415

    settings = Settings()
    bootstrap = os.environ.get("ELMS_KAFKA") or Kafka.of(Layout.from_environment()).bootstrap
    wanted = wanted_topics()
    plan = asyncio.run(topics.apply(bootstrap, wanted, prefix=settings.topic_prefix, fact_days=fact_days))
    say(f"{len(plan.missing)} topics created, {len(wanted) - len(plan.missing)} were there.")
    if plan.differences:
        raise Obstacle("These topics differ from the table:\n" + "\n".join(plan.differences))


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


def _required(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise Obstacle(f"{name} is not set.")
    return value


def _known(name: str) -> str:
    try:
        return service_named(name).name
    except KeyError as error:
        raise Obstacle(f"{error.args[0]}.") from None
