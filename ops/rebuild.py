"""Building the look-up anew from its topics, while the old one serves: asked for, and followed to its end."""

import asyncio
from collections.abc import AsyncIterator

from ops.dead_letters import operator
from ops.errors import Obstacle
from ops.installation import runtime_of
from services.lookup import commands
from services.lookup.queries.rebuild import Progress, progress
from shared.errors import Conflict
from shared.runtime import Runtime

_LOOK_SECONDS = 0.5


async def rebuild() -> AsyncIterator[Progress]:
    """Ask for a rebuild, or join the one under way, and say how far it is until it has ended.

    The look-up's role `schedule` does the work; whoever stops looking does not stop it. Obstacle where it failed.
    """
    runtime = runtime_of("lookup")
    try:
        await _ask(runtime)
        while True:
            async with runtime.work(actor=operator()) as work:
                now = await progress(work)
            yield now
            if now.state == "failed":
                raise Obstacle(f"The rebuild failed, and the look-up serves on as it was: {now.problem}")
            if now.state == "done":
                return
            await asyncio.sleep(_LOOK_SECONDS)
    finally:
        await runtime.close()


async def _ask(runtime: Runtime) -> None:
    try:
        async with runtime.work(actor=operator()) as work:
            await commands.ask_rebuild(work, operator())
    except Conflict:
        return  # one is under way: its progress is what is wanted
