"""What the rig found, as rules of their own."""

import asyncio

from shared.process import end


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
    async with asyncio.timeout(10):
        await end([task])
    assert task.cancelled()
    assert len(begun) == 2
