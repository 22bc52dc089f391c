"""A browser that hangs keeps no test run waiting."""

import pytest

from tests.browser import chromium

pytestmark = pytest.mark.browser


async def test_a_browser_that_hangs_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "CLOSES_WITHIN", 0.5)
    others = chromium.running()
    async with chromium.chromium() as browser:
        await browser.new_page()
        for process in chromium.running() - others:
            process.suspend()
    assert chromium.running() <= others
