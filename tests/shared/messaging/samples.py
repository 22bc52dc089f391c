"""An example of any event, made from its schema: what it says is lawful, and means nothing."""

from datetime import UTC, date, datetime
from typing import Any

from shared.contracts import Event
from shared.ids import new_id

_TEXTS: dict[str, Any] = {
    "uuid": lambda: str(new_id()),
    "date": lambda: date(2026, 3, 4).isoformat(),
    "date-time": lambda: datetime(2026, 3, 4, 15, 0, tzinfo=UTC).isoformat(),
}


def sample(model: type[Event]) -> Event:
    """An event of this type with every field set, about nobody."""
    schema = model.model_json_schema()
    return model.model_validate(_made(schema, schema.get("$defs", {})))


def _made(schema: dict[str, Any], known: dict[str, Any]) -> Any:  # noqa: PLR0911 - one line for each kind of schema
    if "$ref" in schema:
        return _made(known[schema["$ref"].rpartition("/")[2]], known)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if "anyOf" in schema:
        return _made(schema["anyOf"][0], known)
    kind = schema.get("type")
    if kind == "object":
        return {name: _made(field, known) for name, field in schema.get("properties", {}).items()}
    if kind == "array":
        fixed = schema.get("prefixItems")
        return [_made(each, known) for each in fixed or [schema["items"]]]
    if kind == "string":
        return _TEXTS.get(schema.get("format", ""), lambda: "1" if "pattern" in schema else "text")()
    return {"integer": 1, "number": 1, "boolean": True}.get(kind or "")
