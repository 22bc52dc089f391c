"""A license and its holder are said on two topics, in two transactions: whichever comes later, the license is found."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from services.lookup import commands
from services.lookup.app import service
from services.lookup.queries import search
from shared.ids import PersonId
from shared.messaging.work import Work
from shared.runtime import Runtime
from shared.settings import Settings
from tests.conftest import FreshDatabase
from tests.lookup.examples import license_state, person_state, said

Show = Callable[[Work], Awaitable[None]]


@pytest.fixture
async def runtime(fresh_database: FreshDatabase) -> AsyncIterator[Runtime]:
    runtime = Runtime(service, Settings(database=await fresh_database("lookup")))
    yield runtime
    await runtime.close()


async def names(runtime: Runtime, query: str) -> list[str]:
    async with runtime.reading(actor="test") as work:
        question = search.Question.read(query, work.policy, 50)
        page = (await search.find(work, [question]))[question]
    return [license["name"] for license in page["licenses"]]


async def begin(runtime: Runtime, show: Show) -> tuple[asyncio.Event, "asyncio.Task[None]"]:
    """A transaction that has shown something, or waits to; it commits when it is let."""
    let, shown = asyncio.Event(), asyncio.Event()

    async def run() -> None:
        async with runtime.work(actor="test") as work:
            await show(work)
            shown.set()
            await let.wait()

    task = asyncio.create_task(run())
    await asyncio.wait([asyncio.create_task(shown.wait())], timeout=0.3)
    return let, task


@pytest.mark.parametrize("holder_first", [True, False])
async def test_transactions_that_do_not_see_each_other_show_both(runtime: Runtime, holder_first: bool) -> None:
    ann, other = person_state("Ann", "Smith"), person_state("Bo", "Lee")
    held, another = license_state(person_id=ann.person_id), license_state(person_id=other.person_id)
    shows: list[Show] = [
        lambda work: commands.show_people(work, [said(ann)]),
        lambda work: commands.show_licenses(work, [said(held)]),
    ]
    first, second = shows if holder_first else reversed(shows)
    first_let, first_task = await begin(runtime, first)
    second_let, second_task = await begin(runtime, second)
    second_let.set()
    first_let.set()
    await asyncio.gather(first_task, second_task)
    assert await names(runtime, "smith") == ["Ann Smith"]
    assert await names(runtime, "smyth") == ["Ann Smith"]
    async with runtime.work(actor="test") as work:
        await commands.show_licenses(work, [said(another)])
    assert await names(runtime, "lee") == []


async def test_licenses_of_different_batches_do_not_wait_for_each_other(runtime: Runtime) -> None:
    first_let, first = await begin(runtime, lambda work: commands.show_licenses(work, [said(license_state())]))
    second_let, second = await begin(runtime, lambda work: commands.show_licenses(work, [said(license_state())]))
    second_let.set()
    await asyncio.wait_for(second, 5)
    first_let.set()
    await first


async def test_a_license_that_changes_hands_is_found_under_its_new_holder_alone(runtime: Runtime) -> None:
    ann, bo = person_state("Ann", "Smith"), person_state("Bo", "Lopez")
    license = license_state(person_id=ann.person_id)
    async with runtime.work(actor="test") as work:
        await commands.show_people(work, [said(ann), said(bo)])
        await commands.show_licenses(work, [said(license)])
    async with runtime.work(actor="test") as work:
        await commands.show_licenses(work, [said(license.model_copy(update={"person_id": bo.person_id}), 2)])
    assert (await names(runtime, "smith"), await names(runtime, "lopez")) == ([], ["Bo Lopez"])


async def test_many_questions_are_answered_each_with_its_own_page(runtime: Runtime) -> None:
    people = [person_state(first, last) for last in ("Smith", "Lopez", "Tanner") for first in ("Ann", "Bo", "Cy")]
    async with runtime.work(actor="test") as work:
        await commands.show_people(work, [said(person) for person in people])
        await commands.show_licenses(work, [said(license_state(person_id=p.person_id, number=f"N{n}"))
                                            for n, p in enumerate(people)])  # fmt: skip
    asked = ["smith", "lopes", "tanner, b", "N4", "simth, c", "qqqqq", "maria lopez", "N99", "smith"]
    async with runtime.reading(actor="test") as work:
        questions = [search.Question.read(query, work.policy, 2) for query in asked]
        together = await search.find(work, questions)
        alone = [(await search.find(work, [question]))[question] for question in questions]
    assert [together[question] for question in questions] == alone
    assert [[row["name"] for row in page["licenses"]] for page in alone] == [
        ["Ann Smith", "Bo Smith"], ["Ann Lopez", "Bo Lopez"], ["Bo Tanner"], ["Bo Lopez"], ["Cy Smith"], [], [], [],
        ["Ann Smith", "Bo Smith"],
    ]  # fmt: skip
    assert [(page["total"], page["similar"], page["next"] is None) for page in alone[:3]] == [
        (3, False, False), (3, True, False), (1, False, True),
    ]  # fmt: skip


async def test_a_merge_into_somebody_unknown_is_settled_when_they_are_said(runtime: Runtime) -> None:
    remains = person_state("Ann", "Lee")
    merged = person_state("Ann", "Leigh", merged_into=PersonId(remains.person_id))
    async with runtime.work(actor="test") as work:
        await commands.show_licenses(work, [said(license_state(person_id=merged.person_id))])
        await commands.show_people(work, [said(merged)])
    assert await names(runtime, "leigh") == [""]
    async with runtime.work(actor="test") as work:
        await commands.show_people(work, [said(remains)])
    assert (await names(runtime, "leigh"), await names(runtime, "lee")) == (["Ann Lee"], ["Ann Lee"])
