"""Audit: who did and who read what. Rows are written in the business transaction and sealed afterwards.

A seal is the Merkle root of salted commitments to the rows since the seal before, chained to it and signed with the
service's key. The salt allows erasing a row's content later while the proof holds: the commitment stays.
`verify` finds any row that was changed, added among sealed ones or removed.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from shared.database import Connection, Row, fetch, run
from shared.tokens import ServiceKey

if TYPE_CHECKING:
    from shared.runtime import Runtime

BATCH = 10_000
SEAL_LOCK = 0x5345414C  # "SEAL"
ROWS = """
    SELECT id, at, actor, action, subject, detail::text AS detail, salt FROM audit
    WHERE id > :after AND id <= :upto ORDER BY id
"""


async def seal(runtime: "Runtime") -> int:
    """Seals the rows since the last seal; returns how many. One sealer at a time."""
    async with runtime.database.begin() as connection:
        await run(connection, "SELECT pg_advisory_xact_lock(:lock)", lock=SEAL_LOCK)
        last = await fetch(connection, "SELECT last_id, root FROM audit_seal ORDER BY number DESC LIMIT 1")
        after, previous = (last[0].last_id, last[0].root) if last else (0, b"")
        rows = await fetch(
            connection, ROWS + " LIMIT :limit", after=after, upto=await _settled(connection), limit=BATCH
        )
        if not rows:
            return 0
        root = merkle_root([commitment(row) for row in rows], previous)
        key = ServiceKey.of(runtime.service.name, runtime.settings.keys).key.private_key
        assert isinstance(key, EllipticCurvePrivateKey)
        await run(
            connection,
            "INSERT INTO audit_seal (last_id, root, previous, signature) VALUES (:last, :root, :previous, :signature)",
            last=rows[-1].id, root=root, previous=previous, signature=key.sign(root, ECDSA(SHA256())),
        )  # fmt: skip
        return len(rows)


async def _settled(connection: Connection) -> int:
    """The highest id below which no open transaction can still insert: ids are given before their commit."""
    await run(connection, "LOCK TABLE audit IN SHARE MODE")
    rows = await fetch(connection, "SELECT coalesce(max(id), 0) AS highest FROM audit")
    return int(rows[0].highest)


def commitment(row: Row) -> bytes:
    """The salted hash of one row."""
    parts = (str(row.id), row.at.isoformat(), row.actor, row.action, row.subject, row.detail)
    return sha256(row.salt + "\x1f".join(parts).encode()).digest()


def merkle_root(leaves: Sequence[bytes], previous: bytes) -> bytes:
    """The root of the tree over the leaves (RFC 6962's prefixes), bound to the root before."""
    level = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = [level[i : i + 2] for i in range(0, len(level), 2)]
        level = [sha256(b"\x01" + b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    return sha256(previous + level[0]).digest()


async def verify(connection: Connection, public_key: EllipticCurvePublicKey) -> list[str]:
    """What is wrong with the audit trail, in words; empty when every seal holds."""
    problems: list[str] = []
    after, previous = 0, b""
    for kept in await fetch(connection, "SELECT * FROM audit_seal ORDER BY number"):
        rows = await fetch(connection, ROWS, after=after, upto=kept.last_id)
        span = f"rows {after + 1} to {kept.last_id}"
        if not rows or merkle_root([commitment(row) for row in rows], previous) != kept.root:
            problems.append(f"{span}: changed, added or removed since seal {kept.number}")
        try:
            public_key.verify(kept.signature, kept.root, ECDSA(SHA256()))
        except InvalidSignature:
            problems.append(f"{span}: seal {kept.number} is not signed by this service")
        after, previous = kept.last_id, kept.root
    return problems
