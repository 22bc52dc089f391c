"""`elms prepare|migrate` and `elms topics apply`: what must be there before a version of the code can run."""

import asyncio
import os
from typing import Annotated

import typer

from ops.commands.arguments import known_service, required
from ops.errors import Obstacle
from ops.local.layout import Layout
from ops.progress import say, step

app = typer.Typer()
topics_app = typer.Typer(help="Kafka's topics, made from the contract.", no_args_is_help=True)


@app.command()
def prepare() -> None:
    """Make topics, databases, roles, tables and keys on the servers that ELMS_KAFKA and ELMS_POSTGRES name."""
    from ops.prepare import Target, with_database
    from ops.prepare import prepare as make_everything
    from shared.settings import Settings

    settings = Settings()
    passwords = {name: required(f"{name.upper()}_PASSWORD") for name in with_database()}
    target = Target(settings.kafka, required("ELMS_POSTGRES"), passwords, settings.keys, fact_days=365)
    with step("Topics, databases, tables and keys"):
        differences = asyncio.run(make_everything(target))
    for difference in differences:
        say(f"  note: {difference}")


@app.command()
def migrate(service: Annotated[str, typer.Argument(help="A service, or `all`")] = "all") -> None:
    """Bring databases to their newest version: that of ELMS_DATABASE, or those of the local stack."""
    from ops.local.postgres import Postgres
    from ops.prepare import with_database
    from shared.migrations import has_migrations
    from shared.migrations import migrate as apply_migrations

    given = os.environ.get("ELMS_DATABASE")
    if given and service == "all":
        raise Obstacle("ELMS_DATABASE names one database: say whose it is, as in `elms migrate lookup`.")
    names = with_database() if service == "all" else [known_service(service)]
    for name in filter(has_migrations, names):
        with step(f"{name}: tables"):
            url = given or Postgres.of(Layout.from_environment()).url(name)
            asyncio.run(apply_migrations(name, url))


@topics_app.command("apply")
def apply_topics(
    fact_days: Annotated[int, typer.Option(min=1, help="How many days facts are kept")] = 365,
) -> None:
    """Create the topics that are missing; name every difference of the others, and then exit with 1."""
    from ops import topics
    from ops.installation import operator_settings
    from ops.prepare import wanted_topics

    settings = operator_settings()
    wanted = wanted_topics()
    plan = asyncio.run(topics.apply(settings.kafka, wanted, prefix=settings.topic_prefix, fact_days=fact_days))
    say(f"{len(plan.missing)} topics created, {len(wanted) - len(plan.missing)} were there.")
    if plan.differences:
        raise Obstacle("These topics differ from the table:\n" + "\n".join(plan.differences))
