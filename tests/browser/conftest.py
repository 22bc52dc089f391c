"""One browser for all tests of a run, the portal with its fake services, and the town on the real ones."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.chromium import chromium
from tests.portal.conftest import portal, running, town  # the same fixtures here

__all__ = ["browser", "portal", "running", "town"]


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened
