"""Opening pages as somebody, and judging them."""

from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.async_api import Browser, Page

AXE = Path(__file__).parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE = 90_000.0
"""Milliseconds that a page may take while the machine does other work, too."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
JUDGE = """rules => axe.run({runOnly: rules, resultTypes: ["violations"]}).then(found => found.violations.map(
    v => v.id + ": " + v.nodes.map(n => n.target.join(" ")).slice(0, 3).join(" | ")))"""
"""Only violations are described; the rules that run are the same."""


async def opened(
    browser: Browser,
    address: str,
    user: str = "-",
    *,
    password: str = "correct horse",
    **options: Any,
) -> Page:
    """A browser's page; signed in, where a user is named."""
    context = await browser.new_context(base_url=address, bypass_csp=True, **options)
    page = await context.new_page()
    context.set_default_timeout(PATIENCE)
    if user != "-":
        await page.goto("/sign-in")
        await page.fill("#user_id", user)
        await page.fill("#password", password)
        async with page.expect_navigation():
            await page.click("#sign-in button[type=submit]")
    return page


async def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until the element has the focus."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        if await page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


async def violations(page: Page) -> list[str]:
    """What axe finds on a page."""
    await page.add_script_tag(url=f"{axe_address()}/{AXE.name}")
    found: list[str] = await page.evaluate(JUDGE, RULES)
    return found


async def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    wide: int = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return wide


@cache
def axe_address() -> str:
    """Where the browser fetches axe, and keeps it: half a megabyte is sent and compiled once, not with each page."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Kept, directory=str(AXE.parent)))
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


class Kept(SimpleHTTPRequestHandler):
    """Files that may be cached."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "max-age=3600")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""
