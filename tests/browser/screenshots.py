"""A picture of every page, desk and phone, in both languages: `python -m tests.browser.screenshots [FOLDER]`."""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright

from tests.browser.visiting import opened
from tests.portal.paths import EVERYBODY, PAGES
from tests.portal.serving import served

SIZES = {"desk": 1280, "phone": 320}


async def main(folder: Path) -> None:
    """Takes all pictures into the folder, a file a page, size and language."""
    async with served(Path(tempfile.mkdtemp())) as portal, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for user in EVERYBODY:
            for size, width in SIZES.items():
                page = await opened(browser, portal.address, user, viewport={"width": width, "height": 800})
                for language in ("en", "es"):
                    await _take(page, [p for p, who in PAGES.items() if who[0] == user], folder, f"{size}.{language}")
                await page.context.close()
        await browser.close()


async def _take(page: Page, paths: list[str], folder: Path, kind: str) -> None:
    for path in paths:
        await page.goto(f"{path}{'&' if '?' in path else '?'}lang={kind[-2:]}")
        name = path.strip("/").replace("/", "-").replace("?", "-").replace("&", "-") or "front"
        await page.screenshot(path=folder / f"{name}.{kind}.png", full_page=True)


if __name__ == "__main__":
    wanted = Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots")
    wanted.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(wanted))
