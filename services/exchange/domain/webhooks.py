"""Webhooks: what an address must be, and how a delivery is signed.

The signature is that of the Standard Webhooks specification: HMAC-SHA256 over `id.timestamp.body`, in base64.
"""

import base64
import hashlib
import hmac
import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from services.exchange.domain.errors import WebhookRefused


def check_url(url: str, *, anywhere: bool = False) -> None:
    """Refuses what is no https address; `anywhere` (a demonstration) takes http too. Raises `WebhookRefused`."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise WebhookRefused(problem="cannot be read") from None
    if parts.scheme not in ("https", "http") or not host:
        raise WebhookRefused(problem="must begin with https:// and name a host")
    if parts.scheme == "http" and not anywhere:
        raise WebhookRefused(problem="must begin with https://")
    if parts.username or parts.password:
        raise WebhookRefused(problem="must not hold a password")


def check_hosts(addresses: Iterable[str]) -> None:
    """Refuses a host inside our own network, whatever its name says. Raises `WebhookRefused`."""
    for address in addresses:
        if not ipaddress.ip_address(address).is_global:
            raise WebhookRefused(problem="is not on the public network")


def signature(secret: bytes, delivery_id: str, timestamp: int, body: bytes) -> str:
    """What the receiver compares with what it computes itself."""
    signed = f"{delivery_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
