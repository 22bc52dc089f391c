"""The words that letters are written from, and where e-mail begins."""

from collections.abc import Sequence
from datetime import datetime

import orjson

from services.correspondence.domain.texts import Wording
from shared.messaging.work import Work


async def keep_wordings(work: Work, wordings: Sequence[Wording]) -> None:
    """Keeps the words that letters are written from, those that are not kept yet."""
    given = {wording.version: wording for wording in wordings}
    rows = await work.rows(
        "SELECT version FROM wording WHERE version = ANY(CAST(:versions AS text[]))", versions=list(given)
    )
    missing = sorted(given.keys() - {row.version for row in rows})
    if missing:
        await work.run(
            """INSERT INTO wording (version, words)
               SELECT * FROM unnest(CAST(:versions AS text[]), CAST(:words AS jsonb[])) ON CONFLICT DO NOTHING""",
            versions=missing, words=[orjson.dumps(given[version].words).decode() for version in missing],
        )  # fmt: skip


async def start_of(work: Work, consumer: str) -> datetime:
    """From when on what a consumer hears is e-mailed: its first day here. Noted when first asked."""
    await work.run("INSERT INTO start VALUES (:consumer, :now) ON CONFLICT DO NOTHING", consumer=consumer, now=work.now)
    row = await work.row("SELECT at FROM start WHERE consumer = :consumer", consumer=consumer)
    assert row is not None
    at: datetime = row.at
    return at
