"""The outside: agencies' webhooks. Delivered at least once, signed, under an id by which the receiver knows repeats."""

import asyncio
import ssl
import time
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson

from services.exchange.domain.webhooks import check_hosts, check_url, signature
from services.exchange.store import webhooks
from shared.effects.worker import Failed
from shared.runtime import Runtime
from shared.telemetry import child_of, trace

PATIENCE = 3.0
"""Seconds until a receiver that does not answer is tried again later."""


async def deliver(runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """Posts a receipt to the agency's address; nothing where it has none any more. Raises `Failed`."""
    async with runtime.work(actor="effects") as work:
        hook = await webhooks.find(work, payload["agency"])
    if hook is None:
        return
    await _check(hook.url, anywhere=runtime.settings.demo)
    body, timestamp = orjson.dumps(payload["body"]), int(time.time())
    secret = runtime.seal.open(hook.sealed_secret)
    headers = {
        "Content-Type": "application/json",
        "Webhook-Id": payload["key"],
        "Webhook-Timestamp": str(timestamp),
        "Webhook-Signature": signature(secret, payload["key"], timestamp, body),
        "traceparent": child_of(trace.get()),
    }
    async with httpx.AsyncClient(timeout=PATIENCE, follow_redirects=False, verify=_trusted()) as client:
        answer = await client.post(hook.url, content=body, headers=headers)
    if not answer.is_success:
        raise Failed(f"{payload['agency']} answered {answer.status_code}")


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that this machine trusts; reading them takes some 20 ms."""
    return ssl.create_default_context()


async def _check(url: str, *, anywhere: bool) -> None:
    """Looks again where the address leads: what a name resolves to may have changed since it was given."""
    check_url(url, anywhere=anywhere)
    if not anywhere:
        found = await asyncio.get_running_loop().getaddrinfo(urlsplit(url).hostname, None)
        check_hosts(str(address[0]) for *_, address in found)
