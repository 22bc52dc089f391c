"""What no column can keep is refused by the name of its field."""

from typing import Any

import pytest
from pydantic import ValidationError

from ops.installation import wiring_of
from shared.testing.system import System
from shared.web.given import Given, nul_in
from tests.conftest import MakeSystem


class Sheet(Given):
    """A body with every kind of value."""

    word: str = ""
    words: list[str] = []  # noqa: RUF012
    number: int = 0
    more: dict[str, Any] = {}  # noqa: RUF012


@pytest.mark.parametrize("body", [
    {"word": "a\0"}, {"words": ["a", "\0"]}, {"number": 2**63}, {"number": -(2**63)}, {"more": {"a": {"b": "\0"}}},
    {"more": {"\0": 1}}, {"more": {"a": [10**30]}},
])  # fmt: skip
def test_a_value_that_cannot_be_kept_names_its_field(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        Sheet.model_validate(body)
    assert [error["loc"] for error in refused.value.errors()] == [(next(iter(body)),)]


@pytest.mark.parametrize("body", [
    {"word": "a\u0001é"}, {"number": 2**63 - 1}, {"more": {"a": [True, None, 1.5, "b"]}}, {"words": []},
])  # fmt: skip
def test_everything_else_passes(body: dict[str, Any]) -> None:
    assert Sheet.model_validate(body).model_dump(exclude_unset=True) == body


@pytest.mark.parametrize(("path", "query", "field"), [
    ("/a", b"", ""), ("/a", b"q=%41", ""), ("/a\0", b"", "path"), ("/a", b"q=1&name=x%00", "name"),
    ("/a", b"%00=1", "query"), ("/a", b"q=%2500", ""),
])  # fmt: skip
def test_an_address_says_where_it_has_the_character(path: str, query: bytes, field: str) -> None:
    assert nul_in({"path": path, "query_string": query}) == field


async def test_the_web_says_the_field(make_system: MakeSystem) -> None:
    system: System = await make_system(wiring_of("identity"))
    answer = await system.post("identity", "/sign-in", {"user_id": "a\0b", "password": "x"})
    assert (answer.status_code, answer.json()["field"]) == (422, "user_id")
    answer = await system.get("identity", "/administrators", q="a\0")
    assert (answer.status_code, answer.json()["field"]) == (422, "q")
