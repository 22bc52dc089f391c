"""A dead letter as an operator may see it: its envelope, and its value with what may be personal blacked out."""

import re
from typing import Any

import orjson

from shared.database import Row
from shared.messaging.dead_letters import opened
from shared.messaging.envelope import Record
from shared.messaging.sealing import Seal

_PLAIN = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d{2}-\d{2}(T[0-9:.]+(Z|[+-][0-9:]+))?|[a-z_]+|elms\..*", re.ASCII
)  # ids, dates, enums, types


def shown(letter: Row, seal: Seal) -> dict[str, Any]:
    """Why a letter is here, its headers, and its value redacted."""
    record = opened(letter, seal)
    return {
        "reason": letter.reason,
        "detail": letter.detail,
        "headers": headers_of(record),
        "value": _redacted_value(record.value),
    }


def headers_of(record: Record) -> dict[str, str]:
    """A record's headers as texts, whatever bytes they are."""
    return {name: (value or b"").decode(errors="replace") for name, value in record.headers}


def redacted(value: Any) -> Any:
    """The same shape with every free text blacked out; ids, dates, numbers and the words of enumerations stay."""
    if isinstance(value, dict):
        return {name: redacted(each) for name, each in value.items()}
    if isinstance(value, list):
        return [redacted(each) for each in value]
    if isinstance(value, str) and not _PLAIN.fullmatch(value):
        return "█" * min(len(value), 12)
    return value


def _redacted_value(value: bytes | None) -> Any:
    try:
        return redacted(orjson.loads(value or b"null"))
    except orjson.JSONDecodeError:
        return f"{len(value or b'')} bytes that are no JSON"
