"""Time in: signing keys are renewed, what only time had to keep is removed. Real time."""

from datetime import UTC, datetime

from services.identity.commands import keys
from services.identity.crypto.means import secrets_of
from services.identity.store import accounts
from shared.runtime import Runtime


async def renew_signing_key(runtime: Runtime) -> None:
    """A new key every thirty days."""
    async with runtime.work(actor="schedule") as work:
        await keys.renew_signing_key(work, secrets_of(runtime), at=datetime.now(UTC))


async def sweep(runtime: Runtime) -> None:
    """Limits that are over, and sessions that ended long ago."""
    async with runtime.work(actor="schedule") as work:
        await accounts.sweep(work, datetime.now(UTC))
