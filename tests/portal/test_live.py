"""Server-sent events: nothing that changes between a page and its stream, or between two streams, is missed."""

import re
from html import unescape

import pytest

from tests.portal.serving import Served
from tests.portal.visitor import Visitor

PAGES = {"maria": "/applications/R-2026-04417", "lee": "/queue"}


async def first_words(visitor: Visitor, address: str, **headers: str) -> str:
    """What a stream says until it first says whether something changed."""
    said = ""
    async with visitor.client.stream("GET", address, headers=headers) as answer:
        assert answer.status_code == 200
        async for text in answer.aiter_text():
            said += text
            if ": here" in said or "changed" in said:
                break
    return said


@pytest.mark.parametrize(("user", "path"), PAGES.items())
async def test_a_stream_goes_on_from_what_its_page_shows(
    portal: Served, visitor: Visitor, user: str, path: str
) -> None:
    await visitor.sign_in(user)
    shown = re.search(r'data-live="([^"]+)"', (await visitor.get(path)).text)
    assert shown
    address = unescape(shown[1])
    assert "changed" not in await first_words(visitor, address)
    assert "event: changed" in await first_words(visitor, re.sub("known=[^&]*", "known=older", address))


@pytest.mark.parametrize(("user", "path"), PAGES.items())
async def test_the_next_stream_goes_on_from_what_the_last_one_said(
    portal: Served, visitor: Visitor, user: str, path: str
) -> None:
    await visitor.sign_in(user)
    address = f"{path}/events?show=waiting&known=older"
    [last, *_] = re.findall(r"^id: (.+)$", await first_words(visitor, address), re.MULTILINE)
    assert "changed" not in await first_words(visitor, address, **{"Last-Event-ID": last})
