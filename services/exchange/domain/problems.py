"""What a validation error means, said to whoever wrote the message: the field, the problem, and how to mend it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from services.exchange.domain.errors import MessageInvalid


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `problem` goes on after the field's name: “amount is missing”."""

    field: str
    problem: str
    fix: str

    def as_refusal(self) -> MessageInvalid:
        return MessageInvalid(self.field, name=self.field, problem=self.problem, fix=self.fix)


MOST_QUOTED = 20
"""Characters of a value that is repeated."""
LEAST_PRIVATE = 4
"""Digits from which on a value may be somebody's number."""

_DATE = ("is not a date", "Write it as 2026-03-31.")
_NUMBER = ("is not a number", "Write it as 1.5, without a unit.")
_WORDS: dict[str, tuple[str, str]] = {
    "missing": ("is missing", "Give it."),
    "extra_forbidden": ("is not a field of this message", "Leave it out, or correct its name."),
    "string_too_short": ("is empty", "Give it."),
    "string_too_long": ("is longer than {max_length} characters", "Shorten it."),
    "string_type": ("is not text", "Write it in quotation marks."),
    "literal_error": ("is not one of {expected}", "Choose one of them."),
    "greater_than": ("is not more than {gt}", "Correct it."),
    "less_than_equal": ("is more than {le}", "Correct it."),
    "decimal_max_places": ("has more than {decimal_places} decimal places", "Round it."),
    "decimal_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "finite_number": _NUMBER,
    "int_type": ("is not a whole number", "Write it as 7."),
    "int_parsing": ("is not a whole number", "Write it as 7."),
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "timezone_aware": ("has no time zone", "Write it as 2026-03-31T09:00:00Z."),
    "datetime_parsing": ("is not a time", "Write it as 2026-03-31T09:00:00Z."),
    "datetime_from_date_parsing": ("is not a time", "Write it as 2026-03-31T09:00:00Z."),
    "value_error": ("{error}", "Give one of them."),
    "json_invalid": ("is not JSON: {error}", "Send one JSON object in UTF-8."),
    "model_type": ("is not a JSON object", "Send one JSON object."),
    "model_attributes_type": ("is not a JSON object", "Send one JSON object."),
}


def first_problem(error: ValidationError, whole: str = "value") -> Problem:
    """The first problem of a message; `whole` names the message itself where no field is to blame.

    The value is not repeated, for it may be private, but for an amount that can be nothing else.
    """
    first: Any = _errors(error)[0]
    field = ".".join(str(part) for part in first["loc"])[:100] or whole
    if first["type"] == "value_error":
        field, whole_problem = "educator_number", "or license_number and last_name must name the educator"
        return Problem(field, whole_problem, "Give the educator number, or the license number and last name.")
    problem, fix = _WORDS.get(first["type"], ("is not as it must be: " + str(first["msg"]), "Correct it."))
    return Problem(_printable(field), _quoted(first) + _filled(problem, first.get("ctx", {})), fix)


def _quoted(error: Any) -> str:
    """An amount that is no number, before what is wrong with it; not what may be a number of a person or a date."""
    value = error["input"]
    is_told = error["type"] == "decimal_parsing" and isinstance(value, str) and 0 < len(value) <= MOST_QUOTED
    return f"“{value}” " if is_told and sum(letter.isdigit() for letter in value) < LEAST_PRIVATE else ""


def _errors(error: ValidationError) -> Sequence[Any]:
    return error.errors(include_url=False)


def _filled(problem: str, context: dict[str, Any]) -> str:
    return _printable(problem.format_map(context)[:300]) if context else problem


def _printable(text: str) -> str:
    """Without what a database or a terminal would stumble over."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
