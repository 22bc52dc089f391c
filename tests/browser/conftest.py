"""Real Chromium, the system's own; without it these tests fail and say what to install."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.portal.serving import Served, served


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "The browser tests need Chromium: apt-get install chromium"
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        await opened.close()


@pytest_asyncio.fixture(scope="session")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    folder: Path = tmp_path_factory.mktemp("portal")
    async with served(folder) as portal:
        yield portal


@pytest.fixture
def portal(running: Served) -> Served:
    """The portal, its fakes as they were."""
    fakes = running.fakes
    for changed in (fakes.posts, fakes.queries, fakes.looks, fakes.refusals, fakes.away, fakes.changed, fakes.errors):
        changed.clear()
    return running
