"""What the rig found, as rules of their own."""

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from shared import schedule
from shared.messaging.relay import Relay
from shared.waiting import end

Ask = Callable[[str], Awaitable[object]]


def hold_as_schedule(ask: Ask) -> Awaitable[None]:
    return schedule._hold(ask)


def hold_as_relay(ask: Ask) -> Awaitable[None]:
    return Relay._hold(cast(Any, None), SimpleNamespace(fetchval=ask))


@pytest.mark.parametrize("hold", [hold_as_schedule, hold_as_relay])
async def test_who_holds_a_session_ends_when_stopped_in_the_moment_of_its_answer(
    hold: Callable[[Ask], Awaitable[None]],
) -> None:
    """`asyncio.wait_for` gave the answer and forgot the cancellation: the process never ended."""
    answered = asyncio.get_running_loop().create_future()

    async def ask(sql: str) -> object:
        return await answered

    task = asyncio.ensure_future(hold(ask))
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
