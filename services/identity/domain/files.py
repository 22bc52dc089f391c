"""Files of a predecessor system: people, organizations, roles. A bad row names its field and harms no other.

CSV with a header line, or the same as a JSON list of objects. A column that is not known is an error of the whole file:
a slip in a header would otherwise lose a column silently.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

import orjson

from services.identity.domain.numbers import check_last_four, check_ssn
from services.identity.domain.organizations import Organization, OrganizationKind, check_organization
from services.identity.domain.people import check_birth_date, check_name
from services.identity.domain.person import Contact
from services.identity.domain.profile import check_contact
from services.identity.domain.roles import Role
from shared.contracts.values import Address, Name
from shared.errors import ElmsError, Invalid
from shared.ids import OrganizationId

T = TypeVar("T")
Row = dict[str, str]

PEOPLE = (
    "external_id", "educator_number", "first_name", "middle_name", "last_name", "suffix", "birth_date", "ssn",
    "ssn_last_four", "line1", "line2", "city", "state", "postal_code", "email", "phone", "language", "district_code",
    "license_numbers", "user_id", "password", "must_change",
)  # fmt: skip
ORGANIZATIONS = ("code", "name", "kind", "phone", "place", "hours", "schools")
ROLES = ("educator_number", "user_id", "role", "organization_code", "first_day", "last_day")


LONGEST = 2000
"""Characters of a cell. The longest that anybody means is a list of license numbers or schools."""


class FileMalformed(Invalid):
    """The file as a whole cannot be read."""


@dataclass(frozen=True)
class RowError:
    """Why one row is not loaded. `row` counts from 1, without the header."""

    row: int
    field: str
    problem: str


@dataclass(frozen=True)
class PersonRow:
    """One person of a file. SSN and password live only as long as this value."""

    row: int
    external_id: str
    educator_number: str
    name: Name
    birth_date: date | None
    ssn: str
    last_four: str
    contact: Contact
    district_code: str
    license_numbers: tuple[str, ...]
    user_id: str
    password: str
    must_change: bool


@dataclass(frozen=True)
class RoleRow:
    """One role of a file; the person is named by educator number or user name."""

    row: int
    educator_number: str
    user_id: str
    role: Role
    organization_code: str
    first_day: date
    last_day: date | None


@dataclass
class Read(Generic[T]):
    """What a file holds: the good rows, and why the others are not."""

    rows: list[T] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def read_people(text: str, *, today: date) -> Read[PersonRow]:
    """The people of a file. Raises FileMalformed."""
    return _read(text, PEOPLE, lambda number, row: _person(number, row, today))


def read_roles(text: str) -> Read[RoleRow]:
    """The roles of a file. Raises FileMalformed."""
    return _read(text, ROLES, _role)


def read_organizations(text: str, *, new_id: Callable[[], OrganizationId]) -> Read[Organization]:
    """The organizations of a file. Raises FileMalformed."""
    return _read(text, ORGANIZATIONS, lambda _, row: _organization(row, new_id()))


def _read(text: str, columns: Sequence[str], make: Callable[[int, Row], T]) -> Read[T]:
    found: Read[T] = Read()
    for number, row in enumerate(_rows(text, columns), start=1):
        try:
            _check_cells(row)
            found.rows.append(make(number, row))
        except ElmsError as error:
            found.errors.append(RowError(number, _column(error.field or ""), str(error)))
    return found


def _check_cells(row: Row) -> None:
    """Refuses what no table can keep."""
    for column, cell in row.items():
        if "\0" in cell:
            raise Invalid(column, problem="Leave out the character U+0000.")
        if len(cell) > LONGEST:
            raise Invalid(column, problem=f"This is longer than {LONGEST} characters.")


def _column(field: str) -> str:
    """The column that a field of a form is in a file: `name.first` is first_name, `address.city` is city."""
    part = field.rpartition(".")[2]
    return f"{part}_name" if field.startswith("name.") else part


def _rows(text: str, columns: Sequence[str]) -> Iterator[Row]:
    records = _json(text) if text.lstrip()[:1] == "[" else _csv(text)
    for number, record in enumerate(records, start=1):
        unknown = sorted(repr(key)[:40] for key in record if key not in columns and key is not None)
        if unknown:
            problem = f"No column is called {', '.join(unknown[:10])}; there are {', '.join(columns)}."
            raise FileMalformed("file", problem=problem)
        if None in record:
            raise FileMalformed("file", problem=f"Row {number} has more cells than the header.")
        yield {column: str(record.get(column) or "").strip() for column in columns}


def _json(text: str) -> Iterable[Row]:
    try:
        records = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise FileMalformed("file", problem=f"This is no JSON: {error}.") from error
    if not all(isinstance(record, dict) for record in records):
        raise FileMalformed("file", problem="A JSON file is a list of objects.")
    return list(records)


def _csv(text: str) -> Iterable[Row]:
    try:
        return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True))
    except csv.Error as error:
        raise FileMalformed("file", problem=f"This is no CSV: {error}.") from error


def _person(number: int, row: Row, today: date) -> PersonRow:
    name = Name(first=row["first_name"], middle=row["middle_name"], last=row["last_name"], suffix=row["suffix"])
    born = _date(row, "birth_date")
    if row["user_id"] and not row["password"]:
        raise Invalid("password", problem="An account needs a password.")
    return PersonRow(
        row=number,
        external_id=row["external_id"],
        educator_number=row["educator_number"],
        name=check_name(name),
        birth_date=check_birth_date(born, today=today) if born else None,
        ssn=check_ssn(row["ssn"]) if row["ssn"] else "",
        last_four=check_last_four(row["ssn_last_four"]) if row["ssn_last_four"] else "",
        contact=check_contact(_contact(row)),
        district_code=row["district_code"],
        license_numbers=tuple(part.strip() for part in row["license_numbers"].split(";") if part.strip()),
        user_id=row["user_id"],
        password=row["password"],
        must_change=row["must_change"].lower() not in ("no", "false", "0"),
    )


def _contact(row: Row) -> Contact:
    address = None
    if row["line1"] or row["city"]:
        address = Address(**{part: row[part] for part in ("line1", "line2", "city", "state", "postal_code")})
    language = row["language"] or "en"
    return Contact(address=address, email=row["email"] or None, phone=row["phone"] or None, language=language)


def _role(number: int, row: Row) -> RoleRow:
    if row["role"] not in set(Role):
        raise Invalid("role", problem=f"{row['role']!r} is no role; there are {', '.join(Role)}.")
    if not (row["educator_number"] or row["user_id"]):
        raise Invalid("educator_number", problem="Name the person by educator_number or user_id.")
    first_day, last_day = _date(row, "first_day"), _date(row, "last_day")
    if first_day is None:
        raise Invalid("first_day", problem="Enter the role's first day.")
    if last_day is not None and last_day < first_day:
        raise Invalid("last_day", problem="The last day is before the first day.")
    role = Role(row["role"])
    return RoleRow(number, row["educator_number"], row["user_id"], role, row["organization_code"], first_day, last_day)


def _organization(row: Row, organization_id: OrganizationId) -> Organization:
    kind = row["kind"] or OrganizationKind.DISTRICT
    if kind not in set(OrganizationKind):
        raise Invalid("kind", problem=f"{kind!r} is no kind; there are {', '.join(OrganizationKind)}.")
    schools = tuple(part.strip() for part in row["schools"].split(";") if part.strip())
    rest = {part: row[part] for part in ("name", "code", "phone", "place", "hours")}
    return check_organization(Organization(organization_id, OrganizationKind(kind), schools=schools, **rest))


def _date(row: Row, column: str) -> date | None:
    if not row[column]:
        return None
    try:
        return date.fromisoformat(row[column])
    except ValueError as error:
        raise Invalid(column, problem="Write dates as 2026-06-30.") from error
