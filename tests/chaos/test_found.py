"""What the rig found, as rules of their own."""

import asyncio
from types import SimpleNamespace

from shared.waiting import end, hold


async def test_who_holds_a_session_ends_when_stopped_in_the_moment_of_its_answer() -> None:
    """`asyncio.wait_for` gave the answer and forgot the cancellation: the process never ended."""
    answered = asyncio.get_running_loop().create_future()

    async def ask(sql: str) -> object:
        return await answered

    task = asyncio.ensure_future(hold(SimpleNamespace(fetchval=ask)))
    await asyncio.sleep(0.01)
    answered.set_result(1)
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=60)
    task.cancel()
    assert done


async def test_a_task_that_loses_a_cancellation_to_an_error_ends_all_the_same() -> None:
    """As relay and schedule do when their session breaks in the moment in which they are stopped."""
    begun: list[int] = []

    async def breaks() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            if len(begun) == 1:
                raise ConnectionError("the session broke, too")

    async def goes_on_after_errors() -> None:
        while True:
            try:
                async with asyncio.TaskGroup() as group:
                    begun.append(1)
                    group.create_task(breaks())
            except* ConnectionError:
                pass

    task = asyncio.create_task(goes_on_after_errors())
    await asyncio.sleep(0.05)
    async with asyncio.timeout(60):
        await end([task])
    assert task.cancelled()
    assert len(begun) == 2
