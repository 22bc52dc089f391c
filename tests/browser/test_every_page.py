"""Every page: no violation that axe finds, in both languages; nothing wider than a phone of 320 pixels."""

import asyncio

import pytest
from playwright.async_api import Browser, Page

from tests.browser.visiting import opened, overflow, violations
from tests.portal.paths import EVERYBODY, PAGES
from tests.portal.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

AT_ONCE = 4
"""Tabs that load and are judged side by side: while one waits for its page, another is judged."""


def _by_user() -> dict[str, list[str]]:
    """Each page once, by the first who may open it."""
    found: dict[str, list[str]] = {user: [] for user in EVERYBODY}
    for path, allowed in PAGES.items():
        found[allowed[0]].append(path)
    return found


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("es", 320)])
async def test_axe_finds_nothing_and_nothing_is_too_wide(
    browser: Browser, portal: Served, language: str, width: int
) -> None:
    free = asyncio.Semaphore(AT_ONCE)

    async def judge(tab: Page, paths: list[str]) -> list[str]:
        wrong = []
        for path in paths:
            async with free:
                await tab.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
                found = await violations(tab)
                if (wide := await overflow(tab)) > 0:
                    found.append(f"{wide} pixels too wide")
            wrong += [f"{path}: {each}" for each in found]
        return wrong

    async def judge_all(user: str, paths: list[str]) -> list[str]:
        async with free:
            first = await opened(browser, portal.address, user, viewport={"width": width, "height": 800})
            tabs = [first, *[await first.context.new_page() for _ in range(len(paths) // 8)]]
        found = await asyncio.gather(*(judge(tab, paths[n :: len(tabs)]) for n, tab in enumerate(tabs)))
        await first.context.close()
        return [each for wrong in found for each in wrong]

    found = await asyncio.gather(*(judge_all(user, paths) for user, paths in _by_user().items() if paths))
    assert [each for wrong in found for each in wrong] == []


async def test_a_form_with_errors_has_no_violation_and_leads_to_its_fields(browser: Browser, portal: Served) -> None:
    page = await opened(browser, portal.address, "maria")
    await page.goto("/licenses/MS204417/add-ceu")
    await page.click("#add button[type=submit]")
    await page.wait_for_selector(".elms-problems")
    assert await violations(page) == []
    assert await page.evaluate("document.activeElement.classList.contains('elms-problems')")
    await page.click(".elms-problems a >> nth=0")
    assert await page.evaluate("document.activeElement.id") == "title"
    await page.context.close()


async def test_what_is_wrong_with_a_page_is_found(browser: Browser, portal: Served) -> None:
    page = await opened(browser, portal.address)
    await page.goto("/help")
    await page.evaluate("document.documentElement.removeAttribute('lang')")
    assert [found.split(":")[0] for found in await violations(page)] == ["html-has-lang"]
    await page.context.close()
