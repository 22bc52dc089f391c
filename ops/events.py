"""What services hear and say, written out from the contracts and the handlers: the flow page, AsyncAPI, JSON Schema."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ops.installation import wiring_of
from ops.topology import SERVICES
from shared.contracts import EVENTS, TOPICS, Event, Kind, Topic
from shared.contracts.agency import FOREIGN
from shared.contracts.topics import PRINT_JOBS, RECEIPTS
from shared.messaging.hears import Hearing, hearings
from shared.service import Service

FLOW = "event-flow.md"
ASYNCAPI = "asyncapi.json"
HEAD = """# What happens when…

Written by `elms events export` from the contracts and the handlers; a test keeps it true. Each line names the handler
that hears the event, in `services/<service>/handlers.py`, and what it does. What it does is one command, in
`services/<service>/commands`. States are heard by projections alone; facts cause effects.
"""


def services() -> list[Service]:
    """All services, as their `app.py` makes them."""
    return [wiring_of(each.name) for each in SERVICES]


def export(folder: Path) -> list[Path]:
    """Writes the flow page, the AsyncAPI document and a JSON Schema per event; what was written."""
    known = services()
    files = {folder / FLOW: flow(known), folder / ASYNCAPI: _json(asyncapi(known))}
    files |= {folder / "events" / f"{kind}.json": _json(model.model_json_schema()) for kind, model in _released()}
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return list(files)


def flow(known: Iterable[Service]) -> str:
    """The page that answers "what happens when RenewalApproved arrives?"."""
    parts = [HEAD]
    known = list(known)
    for topic in (*TOPICS, RECEIPTS, PRINT_JOBS):
        parts.append(f"\n## {topic.name}\n\n{topic.about.capitalize()}. Written by {topic.owner}.\n")
        for kind, model in _released():
            if topic == model.TOPIC:
                parts.append(_event(kind, model, known))
    parts.append("\n## inbound.<agency>.….v1\n\n" + "".join(_foreign(known)))
    return "\n".join(parts)


def _event(kind: str, model: type[Event], known: list[Service]) -> str:
    lines = [f"### {model.__name__}\n", f"{_first_line(model)} `{kind}`, key `{model.KEY}`.\n"]
    heard = list(_who_hears(kind, known))
    lines += [f"- **{service.name}** `{hearing.handler.__name__}`: {_first_line(hearing.handler)}"
              for service, hearing in heard]  # fmt: skip
    if not heard:
        lines.append("- No service hears it; it is for readers outside and for the history.")
    return "\n".join(lines) + "\n"


def _who_hears(kind: str, known: Iterable[Service]) -> Iterator[tuple[Service, Hearing]]:
    for service in known:
        for hearing in hearings(service.handlers):
            if kind == hearing.event.TYPE:
                yield service, hearing


def _foreign(known: Iterable[Service]) -> Iterator[str]:
    for service in known:
        for hearing in hearings(service.handlers):
            if hearing.event.TOPIC.kind is Kind.INBOUND:
                name = hearing.event.TOPIC.name.replace("{agency}", "<agency>")
                told = ", ".join(FOREIGN[name.split(".")[2]])
                yield f"- `{name}` ({told}) → **{service.name}** `{hearing.handler.__name__}`: {_first_line(hearing.handler)}\n"  # noqa: E501


def asyncapi(known: Iterable[Service]) -> dict[str, Any]:
    """AsyncAPI 3: each topic a channel; who writes it sends, who hears it receives."""
    schemas: dict[str, Any] = {}
    messages = {kind: _message(kind, model, schemas) for kind, model in _released()}
    channels = {
        topic.name: {
            "address": topic.name,
            "description": topic.about,
            "messages": {
                kind: {"$ref": f"#/components/messages/{kind}"} for kind, m in _released() if topic == m.TOPIC
            },
        }
        for topic in (*TOPICS, RECEIPTS, PRINT_JOBS)
    }
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "ELMS events", "version": "1", "description": "CloudEvents 1.0, Kafka binary content mode."},
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": dict(_operations(list(known))),
        "components": {"messages": messages, "schemas": schemas},
    }


def _operations(known: list[Service]) -> Iterator[tuple[str, dict[str, Any]]]:
    for topic in (*TOPICS, RECEIPTS, PRINT_JOBS):
        channel = {"$ref": f"#/channels/{_escaped(topic.name)}"}
        yield f"{topic.owner} writes {topic.name}", {"action": "send", "channel": channel}
        for service in known:
            if any(topic == hearing.event.TOPIC for hearing in hearings(service.handlers)):
                yield f"{service.name} hears {topic.name}", {"action": "receive", "channel": channel}


def _message(kind: str, model: type[Event], schemas: dict[str, Any]) -> dict[str, Any]:
    payload = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= payload.pop("$defs", {})
    return {
        "name": kind,
        "summary": _first_line(model),
        "payload": payload,
        "headers": {
            "type": "object",
            "required": ["ce_id", "ce_type", "ce_source", "ce_specversion", "ce_time"],
            "properties": {
                "ce_type": {"const": kind},
                "ce_id": {"type": "string", "format": "uuid"},
                "ce_sequence": {"type": "string", "description": "the version of what it is about"},
            },
        },
        "bindings": {"kafka": {"key": {"type": "string", "description": model.KEY}}},
    }


def _released() -> list[tuple[str, type[Event]]]:
    """The events that services say; those of tests and of the door stand elsewhere."""
    topics: set[Topic] = {*TOPICS, RECEIPTS, PRINT_JOBS}
    return sorted((kind, model) for kind, model in EVENTS.items() if model.TOPIC in topics)


def _first_line(thing: Any) -> str:
    return (thing.__doc__ or "").strip().split("\n")[0]


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _json(document: Any) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
