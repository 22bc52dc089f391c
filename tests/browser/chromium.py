"""Real Chromium, the system's own; without it whoever needs it is told what to install."""

import ctypes
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The same browser; the first is without what only a screen needs, and takes half the processor time."""

PR_CAPBSET_DROP, CAP_SYS_NICE = 24, 23


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser, closed afterwards. Raises `RuntimeError` where none is installed."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise RuntimeError("This needs Chromium: apt-get install chromium-headless-shell")
    give_way()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            await browser.close()


def give_way() -> None:
    """Processes that this one starts can't raise their own priority.

    Chromium does, where it may (as root), and the services beside it then stand still for seconds.
    """
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_SYS_NICE, 0, 0, 0)
