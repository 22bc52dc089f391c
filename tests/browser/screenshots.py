"""A picture of every page, desk and phone, in both languages: `screenshots [FOLDER [ADDRESS [RUN]]]`.

Without an address: every page of the tests' table, on made-up answers. With the address of a stack on which the demo
has run (`make demo`): one page of every kind that can be reached by links, as each of the demo's people (of its RUN).
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from playwright.async_api import Browser, Page

from ops.demo.cohort import PASSWORD
from tests.browser.chromium import chromium
from tests.browser.visiting import opened
from tests.portal.paths import EVERYBODY, PAGES
from tests.portal.serving import served

SIZES = {"desk": 1280, "phone": 320}
LANGUAGES = ("en", "es")
DEMO = (
    "-",
    "maria.lopez",
    "loretta.simmons",
    "evelyn.lee",
    "rosa.ortiz",
    "cynthia.marsh",
    "paul.stennis",
    "gloria.tate",
)
NO_PAGES = re.compile(r"\.(pdf|csv|json)$|^/(assets|scans|stay)\b")
MOST_PAGES = 60
"""Of one person."""


async def main(folder: Path, address: str, tag: str) -> None:
    """Takes all pictures into the folder, a file a page, size and language."""
    async with chromium() as browser:
        if address:
            for person in DEMO:
                await _of_demo(browser, address, person + tag, folder)
            return
        async with served(Path(tempfile.mkdtemp())) as portal:
            for user in EVERYBODY:
                paths = [path for path, who in PAGES.items() if who[0] == user]
                await _in_all_sizes(browser, portal.address, user, paths, folder)


async def _in_all_sizes(
    browser: Browser, address: str, user: str, paths: list[str], folder: Path, *, password: str = "correct horse"
) -> None:
    for size, width in SIZES.items():
        page = await opened(browser, address, user, password=password, viewport={"width": width, "height": 800})
        for language in LANGUAGES:
            for path in paths:
                await page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
                await page.screenshot(path=folder / f"{_name(path)}.{size}.{language}.png", full_page=True)
        await page.context.close()


async def _of_demo(browser: Browser, address: str, person: str, folder: Path) -> None:
    page = await opened(browser, address, person, password=PASSWORD)
    paths = [path async for path in _one_of_each_kind(page)]
    await page.context.close()
    own = folder / person
    own.mkdir(exist_ok=True)
    await _in_all_sizes(browser, address, person, paths, own, password=PASSWORD)


async def _one_of_each_kind(page: Page) -> AsyncIterator[str]:
    """The first page of every kind that links lead to from the front page; ids and numbers make no kind."""
    ahead, seen = ["/"], set[str]()
    while ahead and len(seen) < MOST_PAGES:
        path = ahead.pop(0)
        if _kind(path) in seen or NO_PAGES.search(urlsplit(path).path):
            continue
        seen.add(_kind(path))
        answer = await page.goto(path)
        if answer is None or answer.status != 200:
            continue
        yield path
        links = await page.eval_on_selector_all("a[href^='/']", "found => found.map(a => a.getAttribute('href'))")
        ahead += [link for link in links if "lang=" not in link]


def _kind(path: str) -> str:
    """An address without what stands for one thing of many."""
    parts = urlsplit(path)
    plain = "/".join("*" if re.search(r"\d", part) else part for part in parts.path.split("/"))
    return f"{plain}?{'&'.join(sorted(name for name, _value in parse_qsl(parts.query)))}"


def _name(path: str) -> str:
    return re.sub(r"[^A-Za-z0-9.=-]+", "-", path).strip("-")[:80] or "front"


if __name__ == "__main__":
    wanted, at, of_run = (*sys.argv[1:], *("screenshots", "", "")[len(sys.argv) - 1 :])
    Path(wanted).mkdir(parents=True, exist_ok=True)
    asyncio.run(main(Path(wanted), at, of_run))
