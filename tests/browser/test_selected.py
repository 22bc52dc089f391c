"""Many returned or denied at once, in real Chromium: with the keyboard alone on a phone, and without scripts."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.visiting import opened, overflow, tab_to, violations
from tests.portal.answers import APPLICATION, OTHERS, waiting_applications
from tests.portal.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

WHY = "The date is missing on “Reading”.\nBring it & file again."
IDS = [*(each["application_id"] for each in OTHERS), APPLICATION]


async def is_well_made(page: Page) -> None:
    """No violation that axe finds, and nothing wider than the window."""
    assert await violations(page) == []
    assert await overflow(page) <= 0


async def test_many_are_returned_with_the_keyboard_alone_on_a_phone(browser: Browser, portal: Served) -> None:
    portal.fakes.changed |= waiting_applications()
    page = await opened(browser, portal.address, "lee", viewport={"width": 320, "height": 700})
    await page.goto("/queue?show=free")
    await is_well_made(page)
    await tab_to(page, "[data-all]")
    await page.keyboard.press("Space")
    await tab_to(page, "#pick-2")
    await page.keyboard.press("Space")  # all but one
    await tab_to(page, "button[value=return]")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("Return 4 applications?")
    await tab_to(page, "button[value=confirm]")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".elms-problems")
    assert await page.evaluate("document.activeElement.classList.contains('elms-problems')")
    await is_well_made(page)
    await tab_to(page, ".elms-problems a")
    await page.keyboard.press("Enter")
    await page.keyboard.type(WHY)
    await tab_to(page, "button[value=confirm]")
    await page.keyboard.press("Enter")
    await expect(page.locator("blockquote")).to_have_text(WHY)
    await is_well_made(page)
    await tab_to(page, "#decide .elms-acts .usa-button:not(.usa-button--unstyled)")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("1 returned, 1 could not be")
    await expect(page.locator("main")).to_contain_text("Yours was not recorded.")
    await is_well_made(page)
    [body] = [body for path, body, _key in portal.fakes.posts if path == "renewals/queue/return"]
    meant = [IDS[0], *IDS[2:]]
    assert body == {"application_ids": meant, "reason": WHY.replace("\n", "\r\n")}
    await page.context.close()


async def test_many_are_denied_without_scripts(browser: Browser, portal: Served) -> None:
    portal.fakes.changed |= waiting_applications()
    page = await opened(browser, portal.address, "lee", java_script_enabled=False)
    await page.goto("/queue")
    assert not await page.locator(".elms-all").is_visible()  # it would do nothing
    for number in (1, 3):
        await page.check(f"#pick-{number}")
    await page.click("text=Deny selected…")
    await expect(page.locator("h1")).to_have_text("Deny 2 applications?")
    await page.fill("#reason", "Not earned.")
    await page.click("text=Continue")
    await page.click("text=Change the reason")
    await page.fill("#reason", WHY)
    await page.click("text=Continue")
    await expect(page.locator("blockquote")).to_have_text(WHY)
    await page.click("button:has-text('Deny 2')")
    await expect(page.locator("h1")).to_have_text("1 denied, 1 could not be")
    [body] = [body for path, body, _key in portal.fakes.posts if path == "renewals/queue/deny"]
    assert body == {"application_ids": [IDS[0], IDS[2]], "reason": WHY.replace("\n", "\r\n")}
    await page.click("text=Back to the queue")
    await expect(page.locator("h1")).to_have_text("42 waiting")
    await page.context.close()
