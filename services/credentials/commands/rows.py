"""The rows of an import: what each column must be, and what is wrong with a row that cannot be taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from services.credentials.domain.license import Standing

MOST = 1_000_000
LONGEST_NAME = 100
Text = Annotated[str, Field(min_length=1, max_length=200)]
Short = Annotated[str, Field(max_length=200)]
Number = Annotated[Decimal, Field(ge=-MOST, le=MOST)]
"""Within what a row may say at all; what a credit may be is the policy's."""


def _none_if_empty(value: Any) -> Any:
    return None if value == "" else value


def _codes(value: Any) -> Any:
    return value.replace(";", " ").replace(",", " ").split() if isinstance(value, str) else value


Optional = BeforeValidator(_none_if_empty)


class Row(BaseModel):
    """A row of an import. An unknown column is refused, so that a misspelt one is not lost."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class LicenseRow(Row):
    """A license and its last period. `provisional` and `standing` are stored, not computed."""

    number: Text
    educator_number: Text
    license_type: Text
    license_class: Short = ""
    endorsements: Annotated[tuple[Short, ...], BeforeValidator(_codes), Field(max_length=100)] = ()
    effective_from: date
    valid_until: date
    earning_from: Annotated[date | None, Optional] = None
    provisional: Annotated[bool | None, Optional] = None
    standing: Standing = Standing.GOOD

    @model_validator(mode="after")
    def _in_order(self) -> "LicenseRow":
        if self.valid_until < self.effective_from:
            raise ValueError("valid_until is before effective_from")
        return self


class CreditRow(Row):
    """A credit that was recorded before. `reference` tells two alike apart."""

    educator_number: Text
    credit_type: Text
    amount: Annotated[Number | None, Optional] = None
    contact_hours: Annotated[Number | None, Optional] = None
    title: Text
    provider: Text
    started_on: Annotated[date | None, Optional] = None
    completed_on: date
    content_group: Annotated[Short | None, Optional] = None
    reference: Short = ""


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one row (numbered from 1, the header not counted), in which field."""

    row: int
    field: str
    problem: str


@dataclass(slots=True)
class Report:
    """What came of an import."""

    read: int = 0
    new: int = 0
    known: int = 0
    errors: list[RowError] = field(default_factory=list)


R = TypeVar("R", bound=Row)


def read_rows(model: type[R], rows: Sequence[Mapping[str, Any]]) -> tuple[Report, list[tuple[int, R]]]:
    """The rows that can be read, with their numbers; and a report that names what is wrong with the others."""
    report = Report(read=len(rows))
    read: list[tuple[int, R]] = []
    for number, row in enumerate(rows, 1):
        if (column := _column_with_nul(row)) is not None:
            report.errors.append(RowError(number, column, "contains the character U+0000: leave it out."))
            continue
        try:
            read.append((number, model.model_validate(row)))
        except ValidationError as wrong:
            first = wrong.errors(include_input=False, include_url=False)[0]
            place_ = ".".join(map(str, first["loc"])) or "row"
            report.errors.append(RowError(number, place_[:LONGEST_NAME], first["msg"].removeprefix("Value error, ")))
    return report, read


def _column_with_nul(row: Mapping[str, Any]) -> str | None:
    """The first column with a character that no table can keep, in its text or in its name."""
    for name, value in row.items():
        if "\0" in name or "\0" in str(value):
            return name.replace("\0", "\ufffd")[:LONGEST_NAME] or "row"
    return None
