"""What a request brings: what no column can keep is refused by the name of its field."""

from typing import Any
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, field_validator
from starlette.types import Scope

from shared.messaging.envelope import LARGEST, NUL


class Given(BaseModel):
    """A request's body."""

    model_config = ConfigDict(frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _can_be_kept(cls, value: Any) -> Any:
        if problem := _problem(value):
            raise ValueError(problem)
        return value


def header(scope: Scope, name: bytes) -> str:
    """A header of a request, by its name in lower case; empty where there is none. A tenth of Starlette's own way."""
    found: bytes = dict(scope["headers"]).get(name, b"")
    return found.decode("latin-1")


def nul_in(scope: Scope) -> str:
    """Which part of a request's address contains U+0000: the query's field, or `path`. Empty: none does."""
    if "\0" in scope["path"]:
        return "path"
    if b"%00" not in scope["query_string"]:
        return ""
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return next((name.replace("\0", "") or "query" for name, value in pairs if "\0" in name + value), "")


def _problem(value: Any) -> str:
    """Why a value of JSON's cannot be kept; empty when it can."""
    if isinstance(value, str):
        return NUL if "\0" in value else ""
    if isinstance(value, int):
        return "" if -LARGEST <= value <= LARGEST else f"is not between -{LARGEST} and {LARGEST}"
    if isinstance(value, dict):
        return next(filter(None, map(_problem, [*value, *value.values()])), "")
    if isinstance(value, list):
        return next(filter(None, map(_problem, value)), "")
    return ""
