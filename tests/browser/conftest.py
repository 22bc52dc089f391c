"""One browser for all tests of a run, and the portal with its fake services."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.chromium import chromium
from tests.portal.conftest import portal, running  # the same fixtures here

__all__ = ["browser", "portal", "running"]


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened
