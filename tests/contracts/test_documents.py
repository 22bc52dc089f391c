"""What is written about the events is what the code says; and what was released is kept.

`released/` holds the schema of each event as readers know it. It is written by hand, once, when an event is released:
`cp docs/events/<type>.json tests/contracts/released/`.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from asyncpg.pgproto import pgproto

from ops import events
from shared.contracts import EVENTS
from tests.shared.messaging.samples import sample

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


AT = datetime(2026, 3, 4, 15, 0, 0, 120, tzinfo=UTC)


@pytest.mark.parametrize("kind", sorted(EVENTS))
def test_an_event_is_written_as_pydantic_writes_it(kind: str) -> None:
    """Ids of the standard library and of the driver, instants with and without fractions, texts of all kinds."""
    model = EVENTS[kind]
    event = sample(model)
    changes: dict[str, Any] = {}
    for name, value in event:
        if isinstance(value, UUID):
            changes[name] = pgproto.UUID(str(value))
        elif isinstance(value, datetime):
            changes[name] = AT
        elif isinstance(value, str):
            changes[name] = "Zoë “O'Brien” \\ \n\u2028 \x1f 🎓"
    for each in (event, event.model_copy(update=changes)):
        assert each.as_json() == each.__pydantic_serializer__.to_json(each)
        assert b"\n" not in each.as_json()  # the outbox is written as lines


@pytest.mark.parametrize("file", sorted(RELEASED.glob("*.json")), ids=lambda file: file.stem)
def test_a_released_event_changes_only_by_addition(file: Path) -> None:
    """A reader of the released schema can still read: no field of it is gone, and none became required."""
    released: dict[str, Any] = json.loads(file.read_text())
    now = EVENTS[file.stem].model_json_schema()
    assert set(released["properties"]) <= set(now["properties"])
    assert set(now.get("required", ())) <= set(released.get("required", ()))
