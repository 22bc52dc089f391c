"""Questions that come at once are asked at once: while one is under way, the next gathers what comes meanwhile.

Nobody waits at ease, and under load a statement answers for many. Nobody gets an answer to a question that was put
before theirs: what was committed before they asked is in it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

from shared.database import is_transient

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Find = Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]


class Gathered(Generic[K, V]):
    """What `find` finds for many keys, for whoever asks with one. So many findings are under way at a time."""

    def __init__(self, find: Find[K, V], at_a_time: int = 1) -> None:
        self._find = find
        self._at_a_time = at_a_time
        self._waiting: list[tuple[K, asyncio.Future[V | None]]] = []
        self._asking: set[asyncio.Task[None]] = set()

    async def get(self, key: K) -> V | None:
        """What is found for the key now. Raises what `find` raises."""
        answer: asyncio.Future[V | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((key, answer))
        if len(self._asking) < self._at_a_time:
            asking = asyncio.create_task(self._ask())
            self._asking.add(asking)
            asking.add_done_callback(self._asking.discard)
        return await answer

    async def _ask(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting, []
            await self._answer(asked)

    async def _answer(self, asked: Sequence[tuple[K, asyncio.Future[V | None]]]) -> None:
        try:
            found = await self._find([key for key, _ in asked])
        except Exception as error:
            if len(asked) > 1 and not is_transient(error):
                for one in asked:  # what fails for one key keeps nobody else from an answer
                    await self._answer([one])
                return
            for _, answer in asked:
                if not answer.done():
                    answer.set_exception(error)
        else:
            for key, answer in asked:
                if not answer.done():  # who asked may have gone
                    answer.set_result(found.get(key))
