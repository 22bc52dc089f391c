"""A page costs at most one round of parallel calls to the services: none is asked after another has answered."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.portal.faces import Faces
from tests.portal.paths import EVERYBODY, PAGES
from tests.portal.serving import Served
from tests.portal.visitor import Visitor


class Rounds:
    """Counts a page's rounds: a call begun when `n` rounds of calls have answered belongs to round `n + 1`."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, str]] = []
        self.answered = 0

    @property
    def number(self) -> int:
        return max((number for number, _path in self.asked), default=0)


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> Iterator[Rounds]:
    made, ask = Rounds(), Faces.ask

    async def counted(faces: Faces, method: str, service: str, path: str, **options: Any) -> Any:
        mine = made.answered + 1
        made.asked.append((mine, f"{service}{path}"))
        try:
            return await ask(faces, method, service, path, **options)
        finally:
            made.answered = max(made.answered, mine)

    monkeypatch.setattr(Faces, "ask", counted)
    yield made


async def test_every_page_costs_one_round(visitor: Visitor, portal: Served, rounds: Rounds) -> None:
    slow = []
    for person in EVERYBODY:
        if person != "-":
            await visitor.sign_in(person)
        for path in (path for path, who in PAGES.items() if person in who):
            rounds.asked, rounds.answered = [], 0
            await visitor.get(path)
            if rounds.number > 1:
                slow.append(f"{path} for {person}: {rounds.asked}")
    assert not slow, "\n".join(slow)
