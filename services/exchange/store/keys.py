"""The keys with which agencies knock at the HTTP door. A secret is random and long, so its plain hash keeps it."""

from collections.abc import Sequence

from shared.database import Row
from shared.messaging.work import Work


async def add(work: Work, *, key_id: str, agency: str, hash: str, made_by: str) -> None:
    """Keeps a new key."""
    await work.run(
        "INSERT INTO agency_key (key_id, agency, hash, made_by, at) VALUES (:key_id, :agency, :hash, :made_by, :now)",
        key_id=key_id, agency=agency, hash=hash, made_by=made_by, now=work.now,
    )  # fmt: skip


async def find(work: Work, key_id: str) -> Row | None:
    """A key that was not revoked."""
    return await work.row(
        "SELECT key_id, agency, hash FROM agency_key WHERE key_id = :key_id AND revoked_at IS NULL", key_id=key_id
    )


async def find_all(work: Work) -> Sequence[Row]:
    """All keys, without their hashes."""
    return await work.rows("SELECT key_id, agency, made_by, at, revoked_at FROM agency_key ORDER BY agency, at")


async def revoke(work: Work, key_id: str) -> bool:
    """Ends a key; False: there is none that stands."""
    touched = await work.run(
        "UPDATE agency_key SET revoked_at = :now WHERE key_id = :key_id AND revoked_at IS NULL",
        key_id=key_id, now=work.now,
    )  # fmt: skip
    return bool(touched)
