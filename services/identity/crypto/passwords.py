"""Argon2id in a bounded thread pool.

Source: OWASP Password Storage Cheat Sheet: Argon2id, 19 MiB, t=2, p=1. Hashing releases the interpreter's lock but
takes a core and its memory for some 30 ms, so only a few run at once; a flood of sign-ins waits in a short line,
and beyond that is told to come back.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from shared.errors import Unavailable

MEMORY_KIB, PASSES, LANES = 19 * 1024, 2, 1
T = TypeVar("T")


class TooBusyToHash(Unavailable):
    """More sign-ins wait than can be answered in time."""

    text = "Too many people are signing in at this moment. Try again in a few seconds."


class PasswordVault:
    """Hashes and verifies passwords. `workers` run at once; beyond `waiting` more, callers get TooBusyToHash."""

    def __init__(self, *, workers: int = 2, waiting: int = 64) -> None:
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="argon2")
        self._places = workers + waiting
        self._decoy = self._hasher.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        """The encoded hash to store."""
        return await self._run(lambda: self._hasher.hash(password))

    async def verify(self, encoded: str | None, password: str) -> bool:
        """Whether the password is the one hashed. Without a hash it takes as long as with one, and says no."""
        fits = await self._run(lambda: self._fits(encoded or self._decoy, password))
        return fits and encoded is not None

    async def was_used(self, history: Sequence[str], password: str) -> bool:
        """Whether any of these hashes is of the password."""
        return await self._run(lambda: any(self._fits(encoded, password) for encoded in history))

    def needs_rehash(self, encoded: str) -> bool:
        """Whether it was hashed with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(encoded)

    def close(self) -> None:
        """Lets the threads end."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._places == 0:
            raise TooBusyToHash
        self._places -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._places += 1

    def _fits(self, encoded: str, password: str) -> bool:
        try:
            return self._hasher.verify(encoded, password)
        except VerifyMismatchError:
            return False
