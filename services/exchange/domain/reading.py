"""Reading what a stranger says: strictly, and never crashing. What cannot be read is refused with field and reason."""

from collections.abc import Mapping

from pydantic import ValidationError

from services.exchange.domain.errors import HeaderInvalid, MessageInvalid, MessageTooLarge, TypeUnknown
from services.exchange.domain.problems import first_problem
from shared.contracts.agency import FOREIGN, Foreign

REQUIRED = ("ce_id", "ce_source", "ce_type")
LONGEST_HEADER = 300
MOST_BYTES = 60_000
TYPES = {kind: {f"elms.inbound.{name}.v1": model for name, model in models.items()} for kind, models in FOREIGN.items()}
"""What may be said on each kind of topic, by its `ce_type`."""


def read(kind: str, headers: Mapping[str, str], value: bytes, *, too_large: bool = False) -> Foreign:
    """The message of a record. Raises `HeaderInvalid`, `TypeUnknown`, `MessageTooLarge` or `MessageInvalid`."""
    for header in REQUIRED:
        _check_header(header, headers.get(header, ""))
    known = TYPES[kind]
    model = known.get(headers["ce_type"])
    if model is None:
        raise TypeUnknown(type=printable(headers["ce_type"]), known=", ".join(known))
    if too_large or len(value) > MOST_BYTES:
        raise MessageTooLarge(most=MOST_BYTES)
    return read_value(model, value)


def read_value(model: type[Foreign], value: bytes) -> Foreign:
    """The message in a JSON value: no unknown field, no value of another type. Raises `MessageInvalid`."""
    try:
        message = model.model_validate_json(value, strict=True)
    except ValidationError as error:
        raise first_problem(error).as_refusal() from None
    if b"\\u0000" in value or b"\0" in value:
        _refuse_nul(message)
    return message


def kind_of(ce_type: str) -> str | None:
    """The kind of topic on which a type is said; for the HTTP door, which has one address for all."""
    return next((kind for kind, models in TYPES.items() if ce_type in models), None)


def printable(text: str) -> str:
    """A stranger's text as it can be kept and shown."""
    if text.isprintable():
        return text[:LONGEST_HEADER]
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:LONGEST_HEADER])


def _check_header(header: str, value: str) -> None:
    if not value.strip():
        raise HeaderInvalid(header, header=header, problem="is missing")
    if len(value) > LONGEST_HEADER:
        raise HeaderInvalid(header, header=header, problem=f"is longer than {LONGEST_HEADER} characters")


def _refuse_nul(message: Foreign) -> None:
    for name, value in message:
        if isinstance(value, str) and "\0" in value:
            fix = "Leave the character out."
            raise MessageInvalid(name, name=name, problem="contains the character U+0000", fix=fix)
