"""What a person is told when something fails, by the routes and by the short ways alike: a problem, with its trace."""

from typing import Any

import pytest

from ops.local.ports import free_port
from services.lookup.app import service as lookup
from shared.database import Database
from shared.testing.system import System
from tests.conftest import MakeSystem

SHORT = [("/licenses/4711", {}), ("/v/4711", {}), ("/licenses", {"q": "Smith"})]
WAYS = pytest.mark.parametrize(("path", "asked"), [("/licenses", {"q": "Smith", "limit": 7}), *SHORT])


@pytest.fixture
async def system(make_system: MakeSystem) -> System:
    return await make_system(lookup)


@WAYS
async def test_where_the_database_is_away_a_part_is_away_and_not_wrong(
    system: System, path: str, asked: dict[str, Any]
) -> None:
    runtime = system.processes["lookup"][0].runtime
    there = runtime.database
    runtime.__dict__["database"] = Database(f"postgresql://elms@127.0.0.1:{free_port()}/elms")
    answer = await system.get("lookup", path, **asked)
    runtime.__dict__["database"] = there
    assert problem_of(answer) == (503, "unavailable")
    assert answer.headers["retry-after"] == "2"


@WAYS
async def test_what_is_wrong_is_told_without_its_words(
    system: System, path: str, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("private")

    monkeypatch.setattr("services.lookup.api.take_token", fail)
    answer = await system.get("lookup", path, **asked)
    assert problem_of(answer) == (500, "elms-error")
    assert "private" not in answer.text


def problem_of(answer: Any) -> tuple[int, str]:
    """Its status and its code."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["traceparent"].startswith("00-")
    assert "server" not in answer.headers
    return answer.status_code, answer.json()["code"]
