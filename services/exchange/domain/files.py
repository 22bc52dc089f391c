"""A file of credits: CSV with a header, one award a row; read record by record, from where any of them begins."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from services.exchange.domain.credits import Said
from services.exchange.domain.errors import FileInvalid, Waiting
from services.exchange.domain.problems import Problem, first_problem
from services.exchange.domain.reading import printable
from services.exchange.domain.receiving import Outcome
from shared.contracts.agency import CreditsAwarded

ROWS = 250
"""Rows that are worked in one transaction."""
LONGEST_RECORD = 20_000
"""Bytes; a longer one has a quotation mark that is never closed."""
WINDOW = ROWS * 300
"""Bytes that are read for so many rows; never less than a few of the longest."""
COLUMNS = {"credits": CreditsAwarded}
NUL = Problem("row", "contains the character U+0000", "Leave it out.")

_FIELD = rb'(?:"(?:[^"]++|"")*+"[^,\r\n]*+|[^",\r\n][^,\r\n]*+|)'
_WHOLE = re.compile(_FIELD + rb"(?:," + _FIELD + rb")*+[\r\n]*+")

_FIXES = {
    "educator-unknown": "Correct the number, or load it: it counts when the educator registers before the deadline.",
    "license-unknown": "Correct the number, or load it: it counts when the license is issued before the deadline.",
    "name-disagrees": "Correct the last name or the number.",
    "license-of-another": "Correct one of the two numbers.",
    "unit-not-taken": "Give a unit that this state loads.",
    "amount-too-small": "Leave it out; it cannot count.",
    "amount-too-large": "Correct the amount, or give each training a row of its own.",
    "hours-disagree": "Correct the amount or the hours.",
    "dates-reversed": "Correct one of the dates.",
    "not-finished": "Load it when it is completed.",
    "reference-used": "Recall the first, and give this one a reference of its own.",
    "reference-of-another": "Give it a reference of its own.",
    "reference-taken-back": "Give it a new reference, if it is meant to count.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: its number as a spreadsheet counts (the header is 1), and what it says or what is wrong."""

    number: int
    message: CreditsAwarded | None = None
    problem: Problem | None = None


def read_header(data: bytes, kind: str = "credits") -> tuple[tuple[str, ...], int]:
    """The columns, and where the rows begin. Raises `FileInvalid` with the column that is unknown or missing."""
    records = split(data, at_end=True, at_most=1)
    model = COLUMNS[kind]
    if not records:
        raise FileInvalid("file", problem="The file is empty.")
    try:
        columns = tuple(name.strip() for name in _cells(records[0].removeprefix(b"\xef\xbb\xbf")))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileInvalid("file", problem="The first line is not text in UTF-8 with commas.") from error
    for name in columns:
        if name not in model.model_fields:
            known = ", ".join(model.model_fields)
            raise FileInvalid(
                printable(name) or "file", problem=f"{printable(name)!r} is no column; known are {known}."
            )
        if columns.count(name) > 1:
            raise FileInvalid(name, problem=f"The column {name} is there twice.")
    for name, field in model.model_fields.items():
        if field.is_required() and name not in columns:
            raise FileInvalid(name, problem=f"The column {name} is missing.")
    return columns, len(records[0])


def split(data: bytes, *, at_end: bool, at_most: int = ROWS) -> list[bytes]:
    """The whole records at the beginning of the data, with their line ends; `at_end`: no more data follows."""
    lines = data.splitlines(keepends=True)
    if not at_end and lines and not lines[-1].endswith(b"\n"):
        lines.pop()
    records: list[bytes] = []
    place = 0
    while place < len(lines) and len(records) < at_most:
        end = _end_of_record(lines, place, at_end)
        if end is None:
            break
        records.append(b"".join(lines[place:end]))
        place = end
    return records


def _end_of_record(lines: Sequence[bytes], place: int, at_end: bool) -> int | None:
    """The line after the record that begins at `place`; None: it may go on in what is not read yet.

    Only a line with a quotation mark can close one: looking after each line would take the square of their number.
    """
    record, end = lines[place], place + 1
    while b'"' in record and not _WHOLE.fullmatch(record):
        begun, size = end, len(record)
        while end < len(lines) and (size := size + len(lines[end])) <= LONGEST_RECORD:
            end += 1
            if b'"' in lines[end - 1]:
                break
        else:
            never_closed = end < len(lines) or at_end  # then this line alone is wrong
            return place + 1 if never_closed else None
        record += b"".join(lines[begun:end])
    return end


def read_rows(records: Sequence[bytes], columns: Sequence[str], first: int, kind: str = "credits") -> Iterator[Row]:
    """What each record says, numbered from `first`. Blank lines are counted and passed over."""
    for number, record in enumerate(records, first):
        if record.strip():
            found = _read(record, columns, COLUMNS[kind])
            if isinstance(found, Problem):
                yield Row(number, problem=found)
            else:
                yield Row(number, found)


def _read(record: bytes, columns: Sequence[str], model: type[CreditsAwarded]) -> CreditsAwarded | Problem:
    try:
        cells = _cells(record)
    except UnicodeDecodeError:
        return Problem("row", "is not text in UTF-8", "Save the file as UTF-8.")
    except csv.Error:
        return Problem("row", "cannot be taken apart into cells", "Close every quotation mark.")
    if len(cells) != len(columns):
        fix = "Put text that contains a comma in quotation marks."
        return Problem("row", f"has {len(cells)} cells, and the header has {len(columns)}", fix)
    if "\0" in "".join(cells):
        return NUL
    given = {name: cell for name, cell in zip(columns, cells, strict=True) if cell and not cell.isspace()}
    try:
        return model.model_validate_strings(given)
    except ValidationError as error:
        return first_problem(error, "row")


def _cells(record: bytes) -> list[str]:
    text = record.decode().rstrip("\r\n")
    return next(csv.reader((text,), strict=True)) if '"' in text else text.split(",")


def problem_of(outcome: Outcome, before: Iterable[Said] = ()) -> Problem | None:
    """What is wrong with a row that would be loaded; None: it is new, or there already.

    A row that was refused before (`before`: what was said of its reference) would be refused again; one that only
    waited too long may be tried again.
    """
    if outcome.code:
        return Problem(outcome.field or "row", outcome.text, _FIXES.get(outcome.code, "Correct it."))
    if outcome.same_as is not None:
        return None
    for said in before:
        if said.state == "refused" and said.fingerprint == outcome.fingerprint and said.code not in _WAITING:
            return Problem(said.field or "row", f"Refused before: {said.text}", "Correct it, or leave it out.")
    return None


_WAITING = {waits("").code for waits in Waiting.__subclasses__()}
SAID_TWICE = Problem("reference", "stands in this file before", "Give each credit a reference of its own.")
