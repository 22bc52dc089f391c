"""Signing keys come and go; real time."""

from datetime import datetime, timedelta

from services.identity.crypto.means import Secrets
from services.identity.crypto.tokens import Signer, new_signing_key
from services.identity.store import accounts as store
from shared.messaging.work import Work

LIFE = timedelta(days=30)
KEPT = LIFE + timedelta(days=1)
"""An old key goes on verifying for a day after the next has come: far longer than its last token lives."""


async def signer(work: Work, secrets: Secrets, *, at: datetime) -> Signer:
    """The signer of this process; makes the first key of the installation where there is none."""
    known = secrets.signer(at)
    if known is not None:
        return known
    keys = await store.signing_keys(work)
    if not keys:
        await renew_signing_key(work, secrets, at=at)
        keys = await store.signing_keys(work)
    return secrets.load_signer(keys, at)


async def renew_signing_key(work: Work, secrets: Secrets, *, at: datetime) -> None:
    """A new key when the newest is as old as a key may get; those that verify nothing any more go."""
    await store.lock_signing_keys(work)
    keys = await store.signing_keys(work)
    if keys and at - keys[-1].made_at < LIFE:
        return
    await store.insert_signing_key(work, new_signing_key(secrets.vault, at=at))
    await store.delete_signing_keys(work, at - KEPT - LIFE)
