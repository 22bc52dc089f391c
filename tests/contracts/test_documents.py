"""What is written about the events is what the code says; and what was released is kept.

`released/` holds the schema of each event as readers know it. It is written by hand, once, when an event is released:
`cp docs/events/<type>.json tests/contracts/released/`.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from ops import events
from shared.contracts import EVENTS

DOCS = Path(__file__).resolve().parents[2] / "docs"
RELEASED = Path(__file__).with_name("released")


def test_the_flow_page_and_asyncapi_are_those_of_the_code(tmp_path: Path) -> None:
    for written in events.export(tmp_path):
        kept = DOCS / written.relative_to(tmp_path)
        assert kept.read_text() == written.read_text(), f"{kept.name} is old: run `./elms events export`"


def test_every_event_is_released() -> None:
    written = {file.name for file in (DOCS / "events").glob("*.json")}
    assert written == {file.name for file in RELEASED.glob("*.json")}


def test_every_event_says_what_it_is_about() -> None:
    assert [kind for kind, model in EVENTS.items() if not model.__doc__] == []


@pytest.mark.parametrize("file", sorted(RELEASED.glob("*.json")), ids=lambda file: file.stem)
def test_a_released_event_changes_only_by_addition(file: Path) -> None:
    """A reader of the released schema can still read: no field of it is gone, and none became required."""
    released: dict[str, Any] = json.loads(file.read_text())
    now = EVENTS[file.stem].model_json_schema()
    assert set(released["properties"]) <= set(now["properties"])
    assert set(now.get("required", ())) <= set(released.get("required", ()))
