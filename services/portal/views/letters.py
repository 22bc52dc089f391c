"""Letters: the inbox, unread first, and each letter as it was sent."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.portal.page import SignedIn

router = APIRouter(prefix="/messages")


@router.get("")
async def inbox(page: SignedIn, after: Annotated[str, Query(max_length=300)] = "") -> Response:
    found = await page.get("correspondence", "/letters", after=after)
    following = f"/messages?{urlencode({'after': found['next']})}" if found["next"] else ""
    return page.show("letters/inbox.html", inbox=found, first="/messages" if after else "", next=following)


@router.get("/{letter_id}")
async def letter(page: SignedIn, letter_id: str) -> Response:
    """Shows it, and notes that it was read: the office sees when."""
    found = await page.post("correspondence", f"/letters/{letter_id}/read")
    return page.show("letters/letter.html", letter=found)
