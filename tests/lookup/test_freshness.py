"""How fresh the look-up is: read once for all who ask in the same second."""

import asyncio
from typing import Any

import pytest

from services.lookup.app import service
from services.lookup.queries import freshness
from services.lookup.queries.freshness import Told, Watch
from shared.runtime import Runtime
from shared.settings import Settings
from tests.conftest import FreshDatabase


async def test_one_reads_for_all_who_ask_at_once(
    fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime, watch, reads = Runtime(service, Settings(database=await fresh_database("lookup"))), Watch(), []
    read = freshness._freshness

    async def counted(work: Any) -> Told:
        reads.append(work)
        return await read(work)

    monkeypatch.setattr(freshness, "_freshness", counted)
    told = await asyncio.gather(*(watch.look(runtime) for _ in range(20)))
    assert (len(reads), len(set(told))) == (1, 1)
    watch.asked_at -= freshness.ASKED_EVERY
    await asyncio.gather(*(watch.look(runtime) for _ in range(20)))
    assert len(reads) == 2
    await runtime.close()
