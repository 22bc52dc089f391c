"""What the effects worker does outside: e-mail."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.correspondence import queries
from services.correspondence.store import known, letters
from shared.effects.mail import send
from shared.runtime import Runtime


async def mail(runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """Sends a letter to the address that its person has now; to nobody where there is none any more."""
    async with runtime.work(actor="effects") as work:
        row = await letters.get_letter(work, UUID(payload["letter_id"]))
        to = await known.find_email(work, row.person_id)
    if to is not None:
        text = queries.text_of(row)
        await send(runtime.settings, to=to, subject=text.subject, text=text.body, key=payload["key"])
