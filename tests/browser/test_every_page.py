"""Every page: no violation that axe finds, in both languages; nothing wider than a phone of 320 pixels."""

import pytest
from playwright.async_api import Browser

from tests.browser.visiting import opened, overflow, violations
from tests.portal.paths import EVERYBODY, PAGES
from tests.portal.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


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
    wrong = []
    for user, paths in _by_user().items():
        page = await opened(browser, portal.address, user, viewport={"width": width, "height": 800})
        for path in paths:
            await page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
            found = await violations(page)
            if await overflow(page) > 0:
                found.append(f"{await overflow(page)} pixels too wide")
            wrong += [f"{path}: {each}" for each in found]
        await page.context.close()
    assert wrong == []


async def test_a_form_with_errors_has_no_violation_and_leads_to_its_fields(browser: Browser, portal: Served) -> None:
    page = await opened(browser, portal.address, "maria")
    await page.goto("/licenses/MS204417/add-ceu")
    await page.click("#add button[type=submit]")
    assert await violations(page) == []
    assert await page.evaluate("document.activeElement.classList.contains('elms-problems')")
    await page.click(".elms-problems a >> nth=0")
    assert await page.evaluate("document.activeElement.id") == "title"
    await page.context.close()
