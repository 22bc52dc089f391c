"""What a contender of the chain is told on its standard input, line by line: which renewals to approve, and how."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from uuid import UUID

from bench.chain.cohort import id_of

BITE = 1000
"""So many are approved at once, as a superintendent does with a whole queue."""

AT_ONCE = 4
"""So many superintendents at once."""


async def wanted() -> AsyncIterator[tuple[range, int]]:
    """The numbers of the renewals to approve; and at which rate a second, one by one (0: in bulk). Ends with input."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        first, last, rate = map(int, line.split())
        yield range(first, last + 1), rate


async def in_bites(numbers: range, approve: Callable[[Sequence[UUID]], Awaitable[None]], bite: int = BITE) -> None:
    """Approves all, some bites at once."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def approve_bite(some: range) -> None:
        async with turns:
            await approve([id_of("application", number) for number in some])

    await asyncio.gather(*(approve_bite(numbers[at : at + bite]) for at in range(0, len(numbers), bite)))


async def at_rate(numbers: range, rate: int, approve: Callable[[UUID], Awaitable[None]]) -> None:
    """Approves one after the other at that rate, a few at once where one takes long."""
    loop = asyncio.get_running_loop()
    begun, turns = loop.time(), asyncio.Semaphore(AT_ONCE)

    async def approve_one(number: int) -> None:
        async with turns:
            await approve(id_of("application", number))

    under_way = set()
    for place, number in enumerate(numbers):
        await asyncio.sleep(max(0.0, begun + place / rate - loop.time()))
        under_way.add(asyncio.ensure_future(approve_one(number)))
    await asyncio.gather(*under_way)
