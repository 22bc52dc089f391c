"""Keys of agencies for the HTTP door: made, shown once, revoked."""

import hashlib
import hmac
import secrets

from services.exchange.domain.errors import KeyUnknown
from services.exchange.store import keys
from shared.errors import NotSignedIn
from shared.messaging.work import Work


async def make_key(work: Work, agency: str, made_by: str) -> str:
    """A new key of an agency, `<id>.<secret>`; the secret is shown now and never again."""
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    await keys.add(work, key_id=key_id, agency=agency, hash=_hash(secret), made_by=made_by)
    work.audit("agency key made", key_id, agency=agency)
    return f"{key_id}.{secret}"


async def revoke_key(work: Work, key_id: str) -> None:
    """Ends a key. Raises `KeyUnknown`."""
    if not await keys.revoke(work, key_id):
        raise KeyUnknown(key_id=key_id)
    work.audit("agency key revoked", key_id)


async def agency_of(work: Work, key: str) -> str:
    """The agency whose key this is. Raises `NotSignedIn`."""
    key_id, _, secret = key.partition(".")
    found = await keys.find(work, key_id[:40])
    if found is None or not hmac.compare_digest(found.hash, _hash(secret)):
        raise NotSignedIn
    return str(found.agency)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
