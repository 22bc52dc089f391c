"""Questions that come while another is under way are asked together, and nobody's before they put it."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.gathered import Gathered


class Register:
    """Answers with the key in capitals, when it is let; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.let = asyncio.Event()
        self.failure: Exception | None = None
        self.known = {"a": "A", "b": "B", "c": "C"}

    async def find(self, keys: Sequence[str]) -> dict[str, str]:
        self.asked.append(list(keys))
        known = {key: self.known[key] for key in keys if key in self.known}
        await self.let.wait()
        if self.failure is not None:
            raise self.failure
        return known


@pytest.fixture
def register() -> Register:
    return Register()


async def put(gathered: Gathered[str, str], *keys: str) -> list[asyncio.Task[str | None]]:
    tasks = [asyncio.create_task(gathered.get(key)) for key in keys]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


async def test_what_comes_meanwhile_is_asked_at_once_and_after_it_came(register: Register) -> None:
    gathered = Gathered(register.find)
    first = await put(gathered, "a")
    register.known["a"] = "new"
    later = await put(gathered, "b", "a", "nobody")
    register.let.set()
    assert await asyncio.gather(*first, *later) == ["A", "B", "new", None]
    assert register.asked == [["a"], ["b", "a", "nobody"]]
    assert await gathered.get("c") == "C"


async def test_so_many_findings_are_under_way_at_a_time(register: Register) -> None:
    gathered = Gathered(register.find, at_a_time=2)
    tasks = [task for key in ("a", "b", "c", "a") for task in await put(gathered, key)]
    assert register.asked == [["a"], ["b"]]
    register.let.set()
    assert await asyncio.gather(*tasks) == ["A", "B", "C", "A"]
    assert register.asked == [["a"], ["b"], ["c", "a"]]


async def test_a_failure_is_told_to_all_who_asked_and_the_next_question_is_asked_anew(register: Register) -> None:
    gathered = Gathered(register.find)
    register.failure = OSError("away")
    tasks = await put(gathered, "a", "b")
    register.let.set()
    assert [str(error) for error in await asyncio.gather(*tasks, return_exceptions=True)] == ["away", "away"]
    register.failure = None
    assert await gathered.get("a") == "A"


async def test_what_fails_for_one_key_keeps_nobody_else_from_an_answer() -> None:
    async def find(keys: Sequence[str]) -> dict[str, str]:
        await asyncio.sleep(0)
        if "bad" in keys:
            raise ValueError("bad")
        return {key: key.upper() for key in keys}

    tasks = await put(Gathered(find), "a", "b", "bad", "c")
    a, b, bad, c = await asyncio.gather(*tasks, return_exceptions=True)
    assert (a, b, str(bad), c) == ("A", "B", "bad", "C")


async def test_who_goes_keeps_nobody_from_an_answer(register: Register) -> None:
    gathered = Gathered(register.find)
    [gone, stays] = await put(gathered, "a", "b")
    later = await put(gathered, "c", "a")
    gone.cancel()
    later[1].cancel()
    register.let.set()
    answers = await asyncio.gather(stays, later[0])
    assert list(answers) == ["B", "C"]
