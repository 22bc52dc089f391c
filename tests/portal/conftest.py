"""One portal with fake services behind it for all tests of pages, and a fresh visitor for each."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.conftest import FreshDatabase
from tests.portal.serving import Served, served
from tests.portal.town import Town, open_town
from tests.portal.visitor import Visitor


@pytest_asyncio.fixture(scope="session")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    folder: Path = tmp_path_factory.mktemp("portal")
    async with served(folder) as portal:
        yield portal


@pytest.fixture
def portal(running: Served) -> Served:
    """The portal, its fakes as they were."""
    fakes = running.fakes
    for kept in vars(fakes).values():
        kept.clear()
    return running


@pytest_asyncio.fixture
async def visitor(portal: Served) -> AsyncIterator[Visitor]:
    made = Visitor(portal.address)
    yield made
    await made.client.aclose()


@pytest_asyncio.fixture(scope="module")
async def town(
    kafka: str, fresh_database: FreshDatabase, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Town]:
    """The small town on the real services, for all tests of a module."""
    async with open_town(kafka, fresh_database, tmp_path_factory.mktemp("town")) as opened:
        yield opened
