"""`elms positions` and `elms restored`: what an operator does after a loss, once and on purpose."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated

import typer
from aiokafka import AIOKafkaConsumer, TopicPartition

from ops.commands.arguments import known_service
from ops.errors import Obstacle
from ops.installation import runtime_of
from ops.progress import say
from shared.contracts.topics import PARTITIONS
from shared.database import fetch, run
from shared.messaging import positions
from shared.messaging.broker import topic_names
from shared.runtime import Runtime

app = typer.Typer()
positions_app = typer.Typer(help="Where consumers stand.", no_args_is_help=True)
ServiceName = Annotated[str, typer.Argument(help="A service with a database")]


@positions_app.command("list")
def show(service: ServiceName) -> None:
    """Show where each consumer of a service stands."""

    async def look(runtime: Runtime) -> None:
        async with runtime.database.begin() as connection:
            rows = await fetch(connection, "SELECT * FROM consumer_position ORDER BY consumer, topic, partition")
        for row in rows:
            say(f"  {row.consumer:<36}{row.topic:<44}{row.partition:>3}{row.next_offset:>12,}")

    asyncio.run(_with(service, look))


@positions_app.command()
def accept(service: ServiceName, consumer: Annotated[str, typer.Argument(help="As `list` names it")]) -> None:
    """Go on where a topic begins now, where it no longer holds a position: what lay between was never read here."""

    async def move(runtime: Runtime) -> None:
        moved = await _accept(runtime, consumer)
        for part, before, after in moved:
            say(f"  {part.topic}/{part.partition}: from {before:,} to {after:,}")
        say(f"{len(moved)} positions moved; restart the workers of {service}." if moved else "Every position is there.")

    asyncio.run(_with(service, move))


@app.command()
def restored(service: ServiceName) -> None:
    """Begin a new epoch after a database was restored from a backup, and list what it said and no longer knows.

    What it says from now on is newer than all that it said before. Stop its processes first.
    """
    from ops.forgotten import forgotten

    async def begin(runtime: Runtime) -> None:
        lost = await forgotten(runtime)
        for each in lost:
            say(f"  {each}")
        if lost:
            say(f"{len(lost)} were said and are no longer known: decide each anew, or take it back.")
        async with runtime.database.begin() as connection:
            await run(
                connection,
                """INSERT INTO epoch ("only", number) VALUES (1, 1)
                   ON CONFLICT ("only") DO UPDATE SET number = epoch.number + 1""",
            )
            [row] = await fetch(connection, "SELECT number FROM epoch")
        say(f"{service} is in epoch {row.number}; start its processes now.")

    asyncio.run(_with(service, begin))


async def _with(service: str, work: Callable[[Runtime], Awaitable[None]]) -> None:
    runtime = runtime_of(known_service(service))
    try:
        await work(runtime)
    finally:
        await runtime.close()


async def _accept(runtime: Runtime, consumer: str) -> Sequence[tuple[TopicPartition, int, int]]:
    """Moves the positions that lie before their topic's beginning."""
    subscription = next((s for s in runtime.subscriptions if s.name == consumer), None)
    if subscription is None:
        known = ", ".join(sorted(s.name for s in runtime.subscriptions))
        raise Obstacle(f"{runtime.service.name} has no consumer {consumer!r}; it has: {known}.")
    async with AIOKafkaConsumer(**runtime.kafka_options(), enable_auto_commit=False) as source:
        parts = [TopicPartition(name, p) for name in topic_names(runtime, subscription) for p in range(PARTITIONS)]
        source.assign(parts)
        beginnings = await source.beginning_offsets(parts)
    async with runtime.database.begin() as connection:
        stands = await positions.load(connection, consumer, beginnings)
        moved = [(part, stands[part], beginnings[part]) for part in parts if stands[part] < beginnings[part]]
        await positions.put(connection, consumer, [(part, after) for part, _, after in moved])
    return moved
