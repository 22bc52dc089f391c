"""States that are said again: never an older one after a younger one, for a compacted topic keeps the last."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.credentials.commands.renewals import extend_licenses
from services.credentials.commands.states import say_of_some, say_states_again
from shared.contracts.credentials import LicenseState
from shared.database import Database, fetch
from shared.messaging import outbox
from shared.messaging.work import Work
from tests.credentials.test_hot_path import database, filed, work_on

__all__ = ["database"]

WAYS: dict[str, Callable[[Work, Any], Awaitable[object]]] = {
    "all of them": lambda work, license_id: say_states_again(work, after=None, at_most=10),
    "this one": lambda work, license_id: say_of_some(work, [license_id]),
}


@pytest.mark.parametrize("way", WAYS)
async def test_whoever_renews_a_license_waits_while_it_is_said_again(database: Database, way: str) -> None:
    [approval] = await filed(database, 1)

    async def renew() -> None:
        async with database.begin() as connection:
            work = work_on(connection)
            await extend_licenses([approval], work)
            await work.flush()

    async with database.begin() as connection:
        work = work_on(connection)
        await WAYS[way](work, approval.license_id)
        renewing = asyncio.ensure_future(renew())
        await asyncio.wait([renewing], timeout=1.0)
        await work.flush()
    await renewing
    async with database.begin() as connection:
        sql = "SELECT said FROM outbox WHERE topic = :topic ORDER BY id"
        pages = await fetch(connection, sql, topic=LicenseState.TOPIC.name)
    said = [headers for page in pages for _key, _value, headers in outbox.read("credentials", page.said)]
    versions = [int(dict(headers)["ce_sequence"]) for headers in said]
    assert len(versions) == 2
    assert versions == sorted(versions)
