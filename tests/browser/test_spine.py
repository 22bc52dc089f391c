"""One renewal in real Chromium on the real services, as its five kinds of user: from a credit to a mailed license."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from tests.browser.visiting import PATIENCE, opened
from tests.portal.test_in_town import CEU, REFUSED
from tests.portal.town import BIRTH_YEARS, FLO_BORN, FLO_SSN, PASSWORD, SSNS, Town, number_of
from tests.portal.visitor import ADDRESS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

MARIA = number_of("maria")
PRINT_MORNING = datetime(2026, 3, 5, 13, 0, tzinfo=UTC)
"""The business day after the town's own: 7:00 a.m. CT."""
AWARDS = b"""educator_number,reference,unit,amount,title,provider,completed_on
MSmaria,E-1,ceu,3,Teaching Online,MDE eLearning,2025-11-20
MSmaria,E-2,ceu,0.3,Too Short,MDE eLearning,2025-11-20
"""


async def sit_down(browser: Browser, town: Town, user: str = "-") -> Page:
    """A browser window of somebody who has signed in."""
    page = await opened(browser, f"http://127.0.0.1:{town.system.ports['portal']}", user, password=PASSWORD)
    if user != "-":
        await page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


async def fill(page: Page, typed: Mapping[str, str]) -> None:
    """Types into fields, each named by its id."""
    for name, value in typed.items():
        await page.fill(f"#{name}", value)


async def tick(page: Page, selector: str) -> None:
    """Ticks boxes or chooses, as one does with a mouse: on the words beside it."""
    for box in await page.locator(selector).all():
        if not await box.is_checked():
            await page.click(f"label[for='{await box.get_attribute('id')}']")


async def says(page: Page, words: str) -> None:
    """The page says it, or comes to say it by itself."""
    await expect(page.locator("main")).to_contain_text(words, timeout=PATIENCE)


async def until(page: Page, address: str, words: str) -> None:
    """Looks at the page again until it says so."""
    for _ in range(200):
        await page.goto(address)
        if words in await page.locator("main").inner_text():
            return
        await asyncio.sleep(0.2)
    await says(page, words)


async def test_a_renewal_goes_from_a_credit_to_a_mailed_license(browser: Browser, town: Town) -> None:
    """The department loads, the educator records and files, the superintendent approves, the shop mails, operations
    compare: each with a mouse, on pages alone."""
    await load_credits(await sit_down(browser, town, "loader"))
    await town.license_with("maria", "6")
    educator = await sit_down(browser, town, "maria")
    reference = await record_and_file(educator)
    await approve(await sit_down(browser, town, "lee"), reference)
    await says(educator, "Renewed to June 30, 2031")  # by itself: the page was left open
    await town.system.drain()

    anybody = await sit_down(browser, town)
    await anybody.goto("/")
    await anybody.click("text=Look up")
    await anybody.fill("#q", MARIA)
    await anybody.keyboard.press("Enter")
    await says(anybody, "Jun 30, 2031")
    await educator.goto("/messages")
    await educator.click("text=is renewed until June 30, 2031")
    await says(educator, "June 30, 2031")

    town.system.clock.set(PRINT_MORNING)
    await mail(await sit_down(browser, town, "printer"))
    await town.system.drain()
    await until(educator, f"/applications/{reference}", "Mailed March 5, 2026")
    operator = await sit_down(browser, town, "operator")
    await operator.goto("/ops/reconcile")
    await operator.click("text=Compare now")
    await says(operator, "All services agree.")


async def load_credits(page: Page) -> None:
    """A file with one good row and one bad: preview, then its receipt."""
    await page.goto("/office/loads")
    await page.select_option("#agency", "elearning")
    content: FilePayload = {"name": "march.csv", "mimeType": "text/csv", "buffer": AWARDS}
    await page.set_input_files("#file", content)
    await page.click("text=Check the file")
    await says(page, "2 rows: 1 new, 0 already loaded, 1 error")
    await says(page, "Checked, not loaded yet")
    await page.click("main button:has-text('Load 1')")
    await until(page, page.url, "1 accepted")


async def record_and_file(page: Page) -> str:
    """One CEU short of ten: it is recorded, and the renewal filed; returns its reference."""
    await page.goto(f"/licenses/{MARIA}/development")
    await says(page, "9 of 10 CEU")
    await page.click("text=Add a CEU")
    typed = {"title": "Reading", "provider": "Institute", "completed_on_month": "5", "completed_on_day": "3",
             "completed_on_year": "2025", "amount": "0.3"}  # fmt: skip
    await fill(page, typed)
    await page.click("#add button[type=submit]")
    await says(page, "0.3 CEU is too small. At least 0.5 CEU (5 hours) counts.")
    assert await page.input_value("#title") == "Reading"
    await page.fill("#amount", "1")
    await page.click("#add button[type=submit]")
    await says(page, "You can renew now")
    await page.click("text=File a renewal application")
    for heading in ("Bring these originals", "We mail your license here"):
        await page.click("main .usa-button:has-text('Continue')")
        await expect(page.locator("h1")).to_contain_text(heading)
    await page.click("text=Enter your address")
    await fill(page, ADDRESS)
    await page.click("form[action='/account/contact'] button[type=submit]")
    await page.click("text=Yes, continue")
    await says(page, "4 Sycamore Lane, Cleveland, MS 38732")
    await says(page, "June 30, 2031")
    await page.click("text=File renewal")
    await says(page, "Renewal received. Reference R-")
    at = page.url
    await page.go_back()
    await says(page, "You have filed already")  # and nothing that could be sent twice
    await page.click("text=See where it is")
    await says(page, "With Lamar County School District")
    return at.rpartition("/")[2]


async def approve(page: Page, reference: str) -> None:
    """Claims it, ticks the originals, approves."""
    await page.goto("/queue")
    await page.click(f"tr:has-text('{reference}') a")
    await page.click("text=Claim")
    await says(page, "Dana Lee has it since")
    await tick(page, "input[value=approve]")
    await page.click("text=Record the decision")
    await says(page, "There is a problem")  # no original is ticked
    await tick(page, "#originals input[type=checkbox]")
    await tick(page, "input[value=approve]")
    await page.click("text=Record the decision")
    await says(page, "Approved. The license renews by itself")


async def mail(page: Page) -> None:
    """Takes paper in, takes the batch, and scans its piece through every step."""
    await page.goto("/print/stock")
    await fill(page, {"first": "S000001", "last": "S000100"})
    await page.click("text=Take them in")
    await until(page, "/print", "At print shop: 1")
    await page.click("text=Take the next batch")
    await expect(page.locator("h1")).to_contain_text("1 piece")
    number = await page.locator("table tbody th").inner_text()
    await page.click("main a:has-text('Scan')")
    for act, outcome in (("printed", "Printed"), ("clear", "Cleared. Insert."), ("inserted", "In its envelope"),
                         ("mailed", "Mailed")):  # fmt: skip
        await tick(page, f"input[value={act}]")
        await page.fill("#number", number)
        await page.keyboard.press("Enter")
        await expect(page.locator(".elms-outcome")).to_contain_text(outcome)


async def test_of_two_who_decide_at_once_the_second_is_told_and_an_approval_is_undone(
    browser: Browser, town: Town
) -> None:
    reference = await town.filed("bo")
    lee, ortiz = [await sit_down(browser, town, user) for user in ("lee", "ortiz")]
    for page in (lee, ortiz):
        await page.goto(f"/queue/{reference}")
        await tick(page, "#originals input[type=checkbox]")
        await tick(page, "input[value=approve]")
    await ortiz.click("text=Record the decision")
    await says(ortiz, "Approved. The license renews by itself")
    await lee.click("text=Record the decision")
    await says(lee, "Rosa Ortiz approved this at")
    await says(lee, "Yours was not recorded.")

    await town.system.drain()
    await ortiz.goto(f"/queue/{reference}")
    await ortiz.click("text=Undo this approval")
    await ortiz.fill("#why", "The wrong certificate was shown.")
    await ortiz.click("text=Undo the approval")
    await town.system.drain()
    await ortiz.goto(f"/lookup?q={number_of('bo')}")
    await says(ortiz, "Jun 30, 2026")


async def test_each_rule_refuses_with_its_value_and_its_fix_over_the_kept_form(browser: Browser, town: Town) -> None:
    page, add = await sit_down(browser, town, "dee"), f"/licenses/{number_of('dee')}/add-ceu"
    await page.goto(add)
    for changed, field, sentence in REFUSED:
        typed = {"started_on_month": "", "started_on_day": "", "started_on_year": ""} | CEU | changed
        await fill(page, typed)
        await page.click("#add button[type=submit]")
        await expect(page.locator(f"#{field}-error")).to_have_text(sentence)
        assert {name: await page.input_value(f"#{name}") for name in typed} == typed
        await expect(page.locator(".usa-alert--error a").first).to_have_text(sentence)


EVE = ("Eve", "Stone", f"{BIRTH_YEARS['eve']}-04-28", SSNS["eve"][-4:])
OUTCOMES = {
    "Your account is ready": ("Nia", "Newman", "1990-04-28", "1234"),
    "Your district or the department had started your profile.": ("Flo", "Green", FLO_BORN, FLO_SSN[-4:]),
    "You already have an account": EVE,
    "We need to check your details": (*EVE[:2], "1955-04-28", EVE[3]),
}


async def test_a_profile_has_its_four_outcomes(browser: Browser, town: Town) -> None:
    for number, (words, (first, last, born, ssn)) in enumerate(OUTCOMES.items()):
        page = await sit_down(browser, town)
        await page.goto("/account/create")
        await page.click("text=Begin")
        year, month, day = born.split("-")
        typed = {"first": first, "last": last, "birth_date_month": month, "birth_date_day": day,
                 "birth_date_year": year, "ssn_last_four": ssn}  # fmt: skip
        for fields in (typed, ADDRESS | {"email": f"{first}@example.org"}, {}):
            await fill(page, fields)
            await page.click("main button:has-text('Continue')")
        await page.fill("#user_id", f"somebody.{number}")
        await page.fill("#password", "a long enough phrase")
        await page.click("text=Create the account")
        await says(page, words)
        await page.context.close()
