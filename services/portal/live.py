"""Server-sent events: `changed` whenever what a page shows has another text than before."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.responses import StreamingResponse

from services.portal.page import Page

LOOKED_EVERY = 1.0
STREAM_SECONDS = 300.0
"""A stream ends after so long, and the browser opens the next: no connection is held forever."""

Look = Callable[[], Awaitable[str]]
"""Something that is another text after every change."""


async def changes(page: Page, look: Look, *, every: float = LOOKED_EVERY) -> StreamingResponse:
    """The stream of changes since what the page shows (`known` in the address), or since what the browser was told
    last: nothing is missed between a page and its stream, or between two streams. Raises what the first look raises.
    """
    first = await look()
    asked = page.request
    known = asked.headers.get("last-event-id") or asked.query_params.get("known") or first
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(page, look, known, first, every), media_type="text/event-stream", headers=headers)


async def _stream(page: Page, look: Look, known: str, found: str, every: float) -> AsyncIterator[str]:
    ends = time.monotonic() + STREAM_SECONDS
    yield f"retry: 2000\nid: {found}\n\n"
    while True:
        yield ": here\n\n" if found == known else f"event: changed\nid: {found}\ndata: {found}\n\n"
        known = found
        await asyncio.sleep(every)
        if time.monotonic() > ends or page.site.stopping.is_set() or await page.request.is_disconnected():
            return
        found = await page.if_there(look(), known)
