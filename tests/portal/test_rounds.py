"""A page costs at most one round of parallel calls to the services: none is asked after another has answered."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from services.portal.faces import Faces
from tests.portal.paths import EVERYBODY, PAGES
from tests.portal.serving import Served
from tests.portal.visitor import Visitor


@dataclass
class Calls:
    """A page's calls, each with its round: one begun when `n` rounds have answered belongs to round `n + 1`."""

    asked: list[tuple[int, str]] = field(default_factory=list)
    answered: int = 0

    @property
    def rounds(self) -> int:
        return max((number for number, _path in self.asked), default=0)


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[Calls]:
    """The calls of each page; a call belongs to the page that was the last when it began."""
    made, ask = [Calls()], Faces.ask

    async def counted(faces: Faces, method: str, service: str, path: str, **options: Any) -> Any:
        page = made[-1]
        mine = page.answered + 1
        page.asked.append((mine, f"{service}{path}"))
        try:
            return await ask(faces, method, service, path, **options)
        finally:
            page.answered = max(page.answered, mine)

    monkeypatch.setattr(Faces, "ask", counted)
    return made


async def test_every_page_costs_one_round(visitor: Visitor, portal: Served, pages: list[Calls]) -> None:
    slow = []
    for person in EVERYBODY:
        if person != "-":
            await visitor.sign_in(person)
        for path in (path for path, who in PAGES.items() if person in who):
            pages.append(Calls())
            await visitor.get(path)
            if pages[-1].rounds > 1:
                slow.append(f"{path} for {person}: {pages[-1].asked}")
    assert not slow, "\n".join(slow)
