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
    """The stream of changes from now on. Raises what the first look raises."""
    first = await look()
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(page, look, first, every), media_type="text/event-stream", headers=headers)


async def _stream(page: Page, look: Look, known: str, every: float) -> AsyncIterator[str]:
    ends = time.monotonic() + STREAM_SECONDS
    yield "retry: 2000\n\n"
    while time.monotonic() < ends and not page.site.stopping.is_set():
        await asyncio.sleep(every)
        if await page.request.is_disconnected():
            return
        found = await page.if_there(look(), known)
        yield ": here\n\n" if found == known else f"event: changed\ndata: {found}\n\n"
        known = found
