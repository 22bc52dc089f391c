"""Real Chromium, the system's own."""

import asyncio
import ctypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import psutil
from playwright.async_api import Browser, async_playwright

from tests.machine import program

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The same browser; the first is without what only a screen needs, and takes half the processor time."""

CLOSES_WITHIN = 30.0
PR_CAPBSET_DROP, CAP_SYS_NICE = 24, 23


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser, closed afterwards."""
    path = program(*NAMES)
    give_way()
    others = running()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            await close(browser, others)


async def close(browser: Browser, others: set[psutil.Process]) -> None:
    """Closes a browser. One that hangs is killed, unlike the others: Playwright would wait for it without end."""
    try:
        async with asyncio.timeout(CLOSES_WITHIN):
            await browser.close()
    except TimeoutError:
        for process in running() - others:
            with suppress(psutil.NoSuchProcess):
                process.kill()


def running() -> set[psutil.Process]:
    """The browsers' processes among those that this one started."""
    found = set()
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it may end at any moment
            if "chrom" in process.name():
                found.add(process)
    return found


def give_way() -> None:
    """Processes that this one starts can't raise their own priority.

    Chromium does, where it may (as root), and the services beside it then stand still for seconds.
    """
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_SYS_NICE, 0, 0, 0)
