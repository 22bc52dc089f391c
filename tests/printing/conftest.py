"""Printing on real Kafka and PostgreSQL, beside a stand-in for credentials that answers as a test says."""

from collections.abc import Awaitable, Callable

import pytest

from services.printing.app import service as printing
from shared.testing.system import System
from tests.printing.world import ANSWERS, World, clerk

MakeWorld = Callable[..., Awaitable[World]]


@pytest.fixture
def make_world(make_system: Callable[..., Awaitable[System]]) -> MakeWorld:
    """`await make_world()`: printing and the stand-in, running; `jurisdiction` chooses the state."""
    ANSWERS.clear()

    async def make(**options: str) -> World:
        return World(await make_system(printing, clerk, **options))

    return make


@pytest.fixture
async def world(make_world: MakeWorld) -> World:
    """Mississippi's print desk."""
    return await make_world()
