"""A service's side of reconciling: what it keeps, counted and summed, so that services compare without copying.

A service names its accounts (`Service.accounts`: a name, and the SQL of its ids). Each is answered as 64 heaps, by
the hash of the id: how many ids, and the exclusive or of their hashes. Two services that keep the same answer the
same; where a heap differs, that heap's ids alone are asked for.
"""

from typing import TYPE_CHECKING

from pydantic import BaseModel

from shared.errors import NotFound
from shared.messaging.work import Work

if TYPE_CHECKING:
    from shared.runtime import Runtime

HEAPS = 64
MOST_IDS = 5_000
_HEAP = f"get_byte(decode(md5(id), 'hex'), 0) % {HEAPS}"


class Heap(BaseModel):
    """Ids whose hashes fall together. `sum`: the exclusive or of their hashes, in hexadecimal."""

    heap: int
    count: int
    sum: str


class Account(BaseModel):
    """All that is kept under one name; heaps without an id are left out."""

    count: int
    heaps: list[Heap]


async def account_of(work: Work, runtime: "Runtime", name: str) -> Account:
    """An account, summed. Raises `NotFound`."""
    rows = await work.rows(
        f"""SELECT {_HEAP} AS heap, count(*) AS count,
                   to_hex(bit_xor(('x' || right(md5(id), 16))::bit(64)::bigint)) AS sum
            FROM ({_ids(runtime, name)}) AS kept (id) GROUP BY 1 ORDER BY 1"""
    )
    heaps = [Heap(**row) for row in rows]
    return Account(count=sum(heap.count for heap in heaps), heaps=heaps)


async def ids_of(work: Work, runtime: "Runtime", name: str, heap: int) -> list[str]:
    """The ids of one heap, in their order, at most 5,000. Raises `NotFound`."""
    rows = await work.rows(
        f"SELECT id FROM ({_ids(runtime, name)}) AS kept (id) WHERE {_HEAP} = :heap ORDER BY id LIMIT :most",
        heap=heap, most=MOST_IDS,
    )  # fmt: skip
    return [row.id for row in rows]


def _ids(runtime: "Runtime", name: str) -> str:
    found = runtime.service.accounts.get(name)
    if found is None:
        raise NotFound
    return found
