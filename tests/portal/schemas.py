"""What the services promise of their answers (their OpenAPI), for the fakes that stand in for them."""

import re
from functools import cache
from typing import Any

from ops.installation import wiring_of
from shared.runtime import Runtime
from shared.settings import Settings
from shared.web.app import create_app


@cache
def described(service: str) -> dict[str, Any]:
    """A service's OpenAPI description."""
    return create_app(Runtime(wiring_of(service), Settings())).openapi()


def schema_of(service: str, path: str) -> dict[str, Any] | None:
    """The schema of what a service answers at a path; None where it promises nothing in particular."""
    routes = described(service)["paths"]
    fitting = [route for route in routes if "get" in routes[route] and _pattern(route).fullmatch(f"/{path}")]
    if not fitting:
        return None
    answer = routes[min(fitting, key=lambda route: route.count("{"))]["get"]["responses"]["200"]
    schema: dict[str, Any] | None = answer.get("content", {}).get("application/json", {}).get("schema")
    return schema and schema | {"components": described(service)["components"]}


def _pattern(route: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w+\}", "[^/]+", route))


def sparse(value: Any, schema: dict[str, Any], components: Any, *, empty: bool) -> Any:
    """The answer with nothing in it that may be missing: no value that may be null. If `empty`, of somebody who has
    nothing at all yet: no rows, no numbers, nothing that is so.
    """
    schema = _resolved(schema, components)
    if any(each.get("type") == "null" for each in schema.get("anyOf", ())):
        return None
    if isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        return {name: sparse(inner, known.get(name, {}), components, empty=empty) for name, inner in value.items()}
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        rows = [] if empty else value
        return [sparse(row, schema["items"], components, empty=empty) for row in rows]
    return type(value)() if empty and isinstance(value, int) else value


def _resolved(schema: dict[str, Any], components: Any) -> dict[str, Any]:
    """The schema that a reference names."""
    name = schema.get("$ref", "").rpartition("/")[2]
    return components["schemas"][name] if name else schema
