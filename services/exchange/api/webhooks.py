"""Webhooks: an agency says, with its key, where its receipts are to be sent; they stay on its topic as well."""

import secrets
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.exchange.api.door import agency_by_key
from services.exchange.domain.webhooks import check_url
from services.exchange.store import webhooks
from shared.web.asked import Asked
from shared.web.given import Given

router = APIRouter(tags=["agencies"])


class Address(Given):
    """Where receipts are sent by POST."""

    url: Annotated[str, Field(max_length=500)]


class Webhook(BaseModel):
    """The webhook; `secret` stands here this once. It signs what is sent: HMAC-SHA256 over `id.timestamp.body`."""

    agency: str
    url: str
    secret: str


@router.put("/webhook", summary="Send this agency's receipts to an address, too")
async def put_webhook(address: Address, asked: Asked) -> Webhook:
    agency = await agency_by_key(asked)
    runtime = asked.runtime
    check_url(address.url, anywhere=runtime.settings.demo)
    secret = secrets.token_urlsafe(32)
    sealed = runtime.seal.close(secret.encode())
    async with runtime.work(actor=f"agency:{agency}") as work:
        await webhooks.put(work, agency=agency, url=address.url, sealed_secret=sealed, made_by=f"agency:{agency}")
        work.audit("webhook set", agency, url=address.url)
    return Webhook(agency=agency, url=address.url, secret=secret)


@router.delete("/webhook", status_code=204, summary="Send this agency's receipts nowhere else")
async def remove_webhook(asked: Asked) -> None:
    agency = await agency_by_key(asked)
    async with asked.runtime.work(actor=f"agency:{agency}") as work:
        await webhooks.remove(work, agency)
        work.audit("webhook removed", agency)
