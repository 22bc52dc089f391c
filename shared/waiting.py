"""Tasks that end together, however often they must be asked; and where they stand, told when one does not end."""

import asyncio
import gc
from collections.abc import Coroutine, Iterable, Iterator
from types import AsyncGeneratorType, CoroutineType
from typing import Any

HEARTBEAT = 1.0
"""Seconds between two questions of who holds a lock by its session, and of who waits for it."""


class CutShort(Exception):
    """Work ended because what it waited for was cancelled, as by a producer that was closed; nobody asked it to."""


async def together(*works: Coroutine[Any, Any, None]) -> None:
    """Does all of it until one ends or fails; then the others are ended, and the failure is raised.

    Not a task group: it cancels once, and waits without end for what lost that; and it goes on as if nothing had
    happened where one of them was cut short. Raises `CutShort` then.
    """
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await end(tasks)
    for task in done:
        if task.cancelled():
            raise CutShort
        task.result()


async def hold(session: Any) -> None:
    """Keeps a database's session alive. Raises when it has ended, and with it the lock that it holds."""
    while True:
        async with asyncio.timeout(3):  # `wait_for` loses a cancellation that comes with the answer (before 3.12)
            await session.fetchval("SELECT 1")
        await asyncio.sleep(HEARTBEAT)


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancels the tasks, again and again until each has ended; only then is it cancelled itself.

    A cancellation is lost where it meets an answer or an error at the same moment: in `wait_for` before Python 3.12,
    which aiokafka uses, and in task groups before 3.13. Asked once, some would go on for ever.
    """
    tasks, cancelled = list(tasks), None
    waiting = {task for task in tasks if not task.done()}
    while waiting:
        for task in waiting:
            task.cancel()
        try:
            _, waiting = await asyncio.wait(waiting, timeout=1.0)
        except asyncio.CancelledError as asked:
            cancelled, waiting = asked, {task for task in waiting if not task.done()}
    for task in tasks:
        if not task.cancelled():
            task.exception()  # looked at: nobody need complain that it never was
    if cancelled is not None:
        raise cancelled


def waits() -> Iterator[str]:
    """Each coroutine and asynchronous generator that is not done, with the line at which it waits."""
    for each in gc.get_objects():
        frame = None
        if isinstance(each, CoroutineType):
            frame = each.cr_frame
        elif isinstance(each, AsyncGeneratorType):
            frame = each.ag_frame
        if frame is not None:
            yield f"{each.__qualname__} at {frame.f_code.co_filename}:{frame.f_lineno}"
