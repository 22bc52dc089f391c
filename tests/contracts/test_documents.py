"""What is written about the events is what the code says: the flow page, AsyncAPI, and a golden schema of each event."""

import json
from pathlib import Path
from typing import Any

import pytest

from ops import events
from shared.contracts import EVENTS

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_flow_page_and_asyncapi_are_those_of_the_code(tmp_path: Path) -> None:
    for written in events.export(tmp_path):
        kept = DOCS / written.relative_to(tmp_path)
        assert kept.read_text() == written.read_text(), f"{kept.name} is old: run `./elms events export`"


def test_every_event_says_what_it_is_about() -> None:
    assert [kind for kind, model in EVENTS.items() if not model.__doc__] == []


@pytest.mark.parametrize("file", sorted((DOCS / "events").glob("*.json")), ids=lambda file: file.stem)
def test_a_released_event_changes_only_by_addition(file: Path) -> None:
    """A reader of the released schema can still read: no field of it is gone, and none became required."""
    released: dict[str, Any] = json.loads(file.read_text())
    now = EVENTS[file.stem].model_json_schema()
    assert set(released["properties"]) <= set(now["properties"])
    assert set(now.get("required", ())) <= set(released.get("required", ()))
