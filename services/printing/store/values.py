"""Values as the driver gives them."""

from typing import Any

import orjson


def parsed(value: Any) -> Any:
    """A JSON column's list or object; some statements give it as text."""
    return orjson.loads(value) if isinstance(value, str) else value
