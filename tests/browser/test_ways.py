"""Ways through the pages: with a keyboard alone, without scripts, with two clicks where one was meant, live."""

import io
from typing import Any

import pikepdf
import pytest
from playwright.async_api import Browser, FilePayload, expect

from services.portal.session import COOKIE
from tests.browser.visiting import PATIENCE, opened, tab_to
from tests.portal.answers import APPLICATION_SHOWN, QUEUE, SCAN_WAITING
from tests.portal.serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_a_ceu_is_added_with_the_keyboard_alone(browser: Browser, portal: Served) -> None:
    page = await opened(browser, portal.address)
    await page.goto("/sign-in")
    await tab_to(page, "#user_id")
    await page.keyboard.type("maria")
    await tab_to(page, "#password")
    await page.keyboard.type("correct horse")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/home")
    await page.goto("/licenses/MS204417/add-ceu")
    typed = {"#title": "Literacy", "#provider": "MDE", "#completed_on_month": "10", "#completed_on_day": "14",
             "#completed_on_year": "2025", "#amount": "0.5"}  # fmt: skip
    for selector, value in typed.items():
        await tab_to(page, selector)
        await page.keyboard.type(value)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/development")
    assert [path for path, *_rest in portal.fakes.posts if path.endswith("/credits")]
    await page.context.close()


async def test_a_renewal_is_filed_without_scripts(browser: Browser, portal: Served) -> None:
    page = await opened(browser, portal.address, "maria", java_script_enabled=False)
    await page.goto("/licenses/MS204417/development")
    await page.click("text=File a renewal application")
    for expected in ("Bring these originals", "We mail your license here", "Check your answers"):
        await page.click("main .usa-button:has-text('ontinue')")
        await expect(page.locator("h1")).to_contain_text(expected)
    await page.click("text=File renewal")
    await expect(page.locator("main")).to_contain_text("Renewal received. Reference R-2026-04417")
    await page.context.close()


async def test_a_double_click_sends_a_form_once(browser: Browser, portal: Served) -> None:
    page = await opened(browser, portal.address, "maria")
    await page.goto("/renew/MS204417?step=check&option=A-CEU")
    await page.dblclick("text=File renewal")
    await page.wait_for_url("**/applications/**")
    keys = {key for path, _body, key in portal.fakes.posts if path == "renewals/applications"}
    assert len(keys) == 1
    await page.context.close()


async def test_what_was_typed_into_a_form_outlives_the_session(browser: Browser, portal: Served) -> None:
    page = await opened(browser, portal.address, "maria")
    await page.goto("/licenses/MS204417/add-ceu")
    await page.fill("#provider", "Delta State")
    [kept] = [each for each in await page.context.cookies() if each["name"] == COOKIE]
    await page.context.add_cookies([{"name": COOKIE, "value": portal.idled(kept["value"]), "url": portal.address}])
    await page.click("#add button[type=submit]")
    await expect(page.locator("main")).to_contain_text("What you had entered is kept")
    await page.fill("#user_id", "maria")
    await page.fill("#password", "correct horse")
    await page.click("#sign-in button[type=submit]")
    await expect(page.locator("main")).to_contain_text("You had been signed out")
    assert await page.input_value("#provider") == "Delta State"
    assert not [path for path, *_rest in portal.fakes.posts if path.endswith("/credits")]
    await page.context.close()


async def test_an_application_changes_on_the_page_while_one_looks_at_it(browser: Browser, portal: Served) -> None:
    page = await opened(browser, portal.address, "maria")
    await page.goto("/applications/R-2026-04417")
    await expect(page.locator("main")).to_contain_text("1 of 2 originals not seen")
    before: dict[str, Any] = APPLICATION_SHOWN["status"]
    now = before | {"why": "Not decided yet"}
    portal.fakes.changed["application"] = {"version": 5, "status": now}
    await expect(page.locator("main")).to_contain_text("Not decided yet", timeout=PATIENCE)
    await page.context.close()


async def test_what_is_new_in_a_queue_is_offered_and_no_row_jumps(browser: Browser, portal: Served) -> None:
    page = await opened(browser, portal.address, "lee")
    await page.goto("/queue")
    rows = await page.locator("tbody").inner_html()
    more = QUEUE["counts"] | {"waiting": QUEUE["counts"]["waiting"] + 3}
    portal.fakes.changed["renewals/queue"] = QUEUE | {"counts": more, "rows": QUEUE["rows"][::-1]}
    await expect(page.locator("main")).to_contain_text("3 new. Show", timeout=PATIENCE)
    assert await page.locator("tbody").inner_html() == rows
    await page.click("text=3 new. Show")
    await expect(page.locator("h1")).to_have_text("45 waiting")
    await page.context.close()


async def test_a_superintendent_decides_many_and_sees_each_outcome(browser: Browser, portal: Served) -> None:
    page = await opened(browser, portal.address, "lee")
    await page.goto("/queue")
    await page.click("text=Approve selected")
    await expect(page.locator("main")).to_contain_text("Choose at least one application.")
    portal.fakes.changed["application"] = {"originals_seen": 2}
    await page.check("#pick-1")
    await page.click("text=Approve selected")
    await page.click("button:has-text('Approve 1')")
    await expect(page.locator("main")).to_contain_text("Yours was not recorded.")
    await page.context.close()


async def test_the_proof_of_filing_prints_on_one_sheet_without_the_pages_own_parts(
    browser: Browser, portal: Served
) -> None:
    page = await opened(browser, portal.address, "maria")
    await page.goto("/applications/R-2026-04417/proof")
    await page.emulate_media(media="print")
    for part in (".elms-nav", ".elms-tools", ".elms-demo", ".usa-button", ".elms-help"):
        assert [await each.is_visible() for each in await page.locator(part).all()].count(True) == 0, part
    await expect(page.locator("main")).to_contain_text("R-2026-04417")
    sheets = pikepdf.open(io.BytesIO(await page.pdf(format="Letter")))
    assert len(sheets.pages) == 1
    size = await page.evaluate("getComputedStyle(document.body).fontSize")
    assert size == "16px"  # 12 pt
    await page.context.close()


async def test_a_scan_is_handed_in_without_scripts_and_kept_while_the_form_comes_back(
    browser: Browser, portal: Served
) -> None:
    page = await opened(browser, portal.address, "maria", java_script_enabled=False)
    await page.goto("/licenses/MS204417/add-coursework")
    content: FilePayload = {"name": "transcript.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 transcript"}
    await page.set_input_files("#scan", content)
    await page.click("#add button[type=submit]")
    await expect(page.locator("main")).to_contain_text("Enter the institution.")
    await expect(page.locator(".elms-kept")).to_contain_text(SCAN_WAITING["name"])
    typed = {"#provider": "Delta State", "#title": "EDU 512", "#amount": "3", "#completed_on_month": "5",
             "#completed_on_day": "10", "#completed_on_year": "2025"}  # fmt: skip
    for selector, value in typed.items():
        await page.fill(selector, value)
    await page.click("#add button[type=submit]")
    await expect(page.locator("h1")).to_have_text("Professional Development")
    bodies = [body for path, body, _key in portal.fakes.posts if path.endswith("/credits")]
    assert [body["scan_id"] for body in bodies] == [SCAN_WAITING["scan_id"]]
    assert [body for path, body, _key in portal.fakes.posts if path == "credentials/scans"] == [content["buffer"]]
    await page.context.close()


MARK_WHAT_CAN_BE_USED = """() => {
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary")];
    const used = all.filter(e => e.type !== "hidden" && e.checkVisibility() && e.getClientRects().length);
    const named = (e, n) => e.type === "radio" ? e.name : `${n} ${e.id || e.textContent.trim().slice(0, 30)}`;
    used.forEach((e, n) => e.dataset.use = named(e, n));
    return [...new Set(used.map(e => e.dataset.use))];
}"""
WHERE = """() => {
    const at = document.activeElement, label = at.id && document.querySelector(`label[for="${at.id}"]`);
    const rings = [getComputedStyle(at), ...(label ? [getComputedStyle(label, "::before")] : [])];
    return [at.dataset.use || "", rings.some(s => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0)];
}"""


@pytest.mark.parametrize(
    ("user", "path"),
    [
        ("maria", "/licenses/MS204417/development"),
        ("maria", "/renew/MS204417"), ("lee", "/queue"), ("lee", "/queue/R-2026-04417"), ("printer", "/print/scan"),
    ],
)  # fmt: skip
async def test_the_tab_key_reaches_everything_and_shows_where_one_is(
    browser: Browser, portal: Served, user: str, path: str
) -> None:
    page = await opened(browser, portal.address, user)
    await page.goto(path)
    wanted: list[str] = await page.evaluate(MARK_WHAT_CAN_BE_USED)
    seen = set[str]()
    for _ in range(2 * len(wanted)):  # from wherever the page begins, round to there
        await page.keyboard.press("Tab")
        at, has_ring = await page.evaluate(WHERE)
        seen |= {at} if has_ring else set()
        if seen >= set(wanted):
            break
    assert sorted(set(wanted) - seen) == []
    await page.context.close()


async def test_a_renewal_is_filed_with_the_keyboard_alone(browser: Browser, portal: Served) -> None:
    page = await opened(browser, portal.address, "maria")
    await page.goto("/licenses/MS204417/development")
    await tab_to(page, "main a[href='/renew/MS204417']")
    await page.keyboard.press("Enter")
    for heading in ("Renew license", "Bring these originals", "We mail your license here"):
        await expect(page.locator("h1")).to_contain_text(heading)
        await tab_to(page, "main .usa-button:not([data-print])")
        await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_contain_text("Check your answers")
    await tab_to(page, "#file button")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/applications/**")
    assert [path for path, *_rest in portal.fakes.posts if path == "renewals/applications"]
    await page.context.close()


async def test_a_case_is_decided_with_the_keyboard_alone_and_nothing_live_moves_the_focus(
    browser: Browser, portal: Served
) -> None:
    page = await opened(browser, portal.address, "lee")
    await page.goto("/queue/R-2026-04417")
    await tab_to(page, "#original-2")
    await page.keyboard.press("Space")
    await tab_to(page, "input[name=decision]")
    await page.keyboard.press("Space")
    assert await page.evaluate("document.activeElement.checked && document.activeElement.value") == "approve"
    await tab_to(page, "#decide button.usa-button:not(.usa-button--unstyled)")
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_contain_text("Approved. The license renews by itself")
    sent = [(path.rpartition("/")[2], body) for path, body, _key in portal.fakes.posts if "R-2026" in path]
    assert sent[0] == ("originals", {"seen": [1, 2]})
    assert sent[1][0] == "approve"

    await page.goto("/queue")
    await tab_to(page, "#pick-1")
    more = QUEUE["counts"] | {"waiting": QUEUE["counts"]["waiting"] + 3}
    portal.fakes.changed["renewals/queue"] = QUEUE | {"counts": more, "rows": QUEUE["rows"][::-1]}
    await expect(page.locator("main")).to_contain_text("3 new. Show", timeout=PATIENCE)
    assert await page.evaluate("document.activeElement.id") == "pick-1"
    await page.context.close()
