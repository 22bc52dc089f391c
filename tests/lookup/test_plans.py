"""Every question is answered from an index on a full read model, and an update touches none that need not change."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.lookup import commands
from services.lookup.app import service
from shared.contracts import Event
from shared.ids import new_id
from shared.messaging.work import Work
from shared.runtime import Runtime
from shared.settings import Settings
from tests.conftest import FreshDatabase
from tests.lookup.examples import NEXT, license_state, person_state, said
from tests.lookup.million import QUESTIONS, generate

TOUCHED = """
    SELECT relname, seq_scan, n_tup_upd AS updated, n_tup_hot_upd AS hot FROM pg_stat_xact_user_tables
    WHERE schemaname = 'shown' AND relname IN ('license', 'person', 'name', 'listed', 'surname')
"""
SMALL = {"surname"}
"""Some thousand distinct surnames are read faster than their index of slips; of a million people it is the index."""


@pytest.fixture(scope="module")
async def full(fresh_database: FreshDatabase) -> AsyncIterator[Runtime]:
    runtime = Runtime(service, Settings(database=await fresh_database("lookup")))
    await generate(runtime, 30_000)
    yield runtime
    await runtime.close()


async def touched(work: Work) -> dict[str, Any]:
    return {row.relname: row for row in await work.rows(TOUCHED)}


@pytest.mark.parametrize("question", QUESTIONS)
async def test_a_question_scans_no_table(full: Runtime, question: str) -> None:
    async with full.work(actor="test") as work:
        await QUESTIONS[question](work)
        scanned = [name for name, row in (await touched(work)).items() if row.seq_scan]
    assert set(scanned) <= SMALL


async def test_a_renewal_and_a_new_district_update_no_index(full: Runtime) -> None:
    licenses: list[Event] = [license_state() for _ in range(300)]
    people: list[Event] = [person_state() for _ in range(300)]
    for version, more, moved in (
        (1, {}, {"districts": (new_id(),)}),
        (2, {"periods": (NEXT,)}, {"districts": (new_id(),)}),
    ):
        async with full.work(actor="test") as work:
            await commands.show_licenses(work, [said(each.model_copy(update=more), version) for each in licenses])
            await commands.show_people(work, [said(each.model_copy(update=moved), version) for each in people])
            rows = await touched(work)
    assert [(rows[name].updated, rows[name].hot) for name in ("license", "person")] == [(300, 300), (300, 300)]
    assert (rows["name"].updated, rows["surname"].updated) == (0, 0)
