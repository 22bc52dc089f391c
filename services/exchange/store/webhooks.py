"""Where agencies want their receipts sent, with the secret that signs them."""

from shared.database import Row
from shared.messaging.work import Work


async def find_active(work: Work) -> frozenset[str]:
    """The agencies that have a webhook."""
    return frozenset(row.agency for row in await work.rows("SELECT agency FROM webhook"))


async def find(work: Work, agency: str) -> Row | None:
    """An agency's webhook."""
    return await work.row("SELECT agency, url, sealed_secret FROM webhook WHERE agency = :agency", agency=agency)


async def put(work: Work, *, agency: str, url: str, sealed_secret: bytes, made_by: str) -> None:
    """Keeps an agency's webhook in place of the one before."""
    await work.run(
        """INSERT INTO webhook (agency, url, sealed_secret, made_by, at)
           VALUES (:agency, :url, :sealed_secret, :made_by, :now)
           ON CONFLICT (agency) DO UPDATE SET url = excluded.url, sealed_secret = excluded.sealed_secret,
               made_by = excluded.made_by, at = excluded.at""",
        agency=agency, url=url, sealed_secret=sealed_secret, made_by=made_by, now=work.now,
    )  # fmt: skip


async def remove(work: Work, agency: str) -> None:
    """Forgets an agency's webhook; what is still to be sent is dropped."""
    await work.run("DELETE FROM webhook WHERE agency = :agency", agency=agency)
