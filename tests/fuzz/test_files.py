"""Whatever stands in a file, a row is read or its field is named, or the file is refused; nothing is raised else."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.credentials.api.imports import _rows as credential_rows
from services.credentials.commands.rows import CreditRow, LicenseRow, Row, read_rows
from services.exchange.api.loads import _plain
from services.exchange.commands.loads import chunk_of
from services.exchange.domain.errors import FileInvalid
from services.exchange.domain.files import LONGEST_RECORD, WINDOW, read_header
from services.exchange.domain.people import Directory, Person
from services.exchange.domain.receiving import Arrival, Known, decide
from services.identity.domain.files import FileMalformed, read_organizations, read_people, read_roles
from shared.errors import Invalid
from shared.ids import OrganizationId, PersonId, ReceiptId, new_id
from shared.policies import load
from tests.fuzz.amount import COUNTED, examples
from tests.fuzz.sheets import files, rows

TODAY = date(2026, 3, 4)
POLICIES = [load("mississippi"), load("massachusetts")]
DIRECTORY = Directory({"10000017": Person(PersonId(UUID(int=1)), frozenset({"lee"}))})

AWARD = {
    "educator_number": "10000017", "license_number": "", "last_name": "", "reference": "R1", "unit": "semi",
    "amount": "5", "contact_hours": "", "title": "Reading", "provider": "North", "started_on": "2026-02-01",
    "completed_on": "2026-02-20",
}  # fmt: skip
LICENSE = {
    "number": "1", "educator_number": "10000017", "license_type": "standard", "license_class": "A",
    "endorsements": "116;119", "effective_from": "2021-07-01", "valid_until": "2026-06-30", "earning_from": "",
    "provisional": "", "standing": "good",
}  # fmt: skip
CREDIT = {
    "educator_number": "10000017", "credit_type": "ceu", "amount": "0.5", "contact_hours": "5", "title": "Reading",
    "provider": "North", "started_on": "", "completed_on": "2026-02-20", "content_group": "", "reference": "1",
}  # fmt: skip
PERSON = {
    "external_id": "1", "educator_number": "", "first_name": "Ada", "middle_name": "", "last_name": "Lee",
    "suffix": "", "birth_date": "1980-01-01", "ssn": "123-45-6789", "ssn_last_four": "", "line1": "1 Elm St",
    "line2": "", "city": "Jackson", "state": "MS", "postal_code": "39201", "email": "ada@example.org",
    "phone": "601-555-0100", "language": "en", "district_code": "1", "license_numbers": "1;2", "user_id": "ada",
    "password": "correct horse", "must_change": "yes",
}  # fmt: skip
ORGANIZATION = {"code": "1", "name": "North", "kind": "district", "phone": "", "place": "", "hours": "", "schools": ""}
ROLE = {
    "educator_number": "10000017", "user_id": "", "role": "superintendent", "organization_code": "1",
    "first_day": "2026-01-01", "last_day": "",
}  # fmt: skip


def named(field: str) -> bool:
    """Whether it names something that a reader of the file can find."""
    return bool(field) and "\0" not in field


def no_nul(value: Any) -> bool:
    """Whether PostgreSQL can keep every text of it."""
    return re.search(r"(?<!\\)(\\\\)*\\u0000", orjson.dumps(value, default=str).decode()) is None


# ── the door's loads ─────────────────────────────────────────────────────────────────────────────────────────────────


def door_takes(data: bytes, window: int = WINDOW) -> None:
    """Reads a file as the worker of loads does, window by window, and decides each row under each state's rules."""
    COUNTED["files"] += 1
    try:
        columns, first_byte = read_header(data)
    except FileInvalid as refusal:
        assert named(refusal.field or "")
        assert str(refusal)
        return
    load = SimpleNamespace(
        load_id=UUID(int=1), agency="mde", kind="credits", columns=columns, bytes=len(data), next_byte=first_byte,
        next_row=2,
    )  # fmt: skip
    while load.next_byte < load.bytes:
        before = load.next_byte
        chunk = chunk_of(load, data[before : before + window])
        load.next_byte, load.next_row = chunk.next_byte, chunk.next_row
        assert load.next_byte > before, "reading stands still"
        for row in chunk.rows:
            assert (row.message is None) != (row.problem is None)
            if row.problem is not None:
                assert named(row.problem.field)
                assert row.problem.problem
                assert row.problem.fix
        door_decides(
            Arrival(ReceiptId(new_id()), "mde", "/l", str(row.number), row.message, row=row.number)
            for row in chunk.rows if row.message is not None
        )  # fmt: skip


def door_decides(arrivals: Iterable[Arrival]) -> None:
    """Each is passed on, or has its answer, under each state's rules."""
    known = list(arrivals)
    for policy in POLICIES:
        for outcome in decide(known, Known(DIRECTORY, TODAY, policy)):
            assert outcome.state in ("passed", "parked", "refused", "accepted")
            assert outcome.text or outcome.state == "passed"


@examples(80)
@given(files(AWARD), st.integers(LONGEST_RECORD + 1, 200_000))
def test_the_door_reads_any_file_to_its_end(data: bytes, window: int) -> None:
    door_takes(data, window)


@examples(40)
@given(st.binary(max_size=300))
def test_the_door_reads_random_bytes_to_their_end(data: bytes) -> None:
    door_takes(data)
    door_takes(",".join(AWARD).encode() + b"\n" + data)


BIG = 10 << 20
GOOD = ",".join(AWARD.values()).encode()
HEADER = ",".join(AWARD).encode() + b"\n"


@pytest.mark.parametrize("data", [
    HEADER + b"x" * BIG,
    HEADER + b'"' * BIG,
    HEADER + b'"' + b"x" * BIG + b"\n" + GOOD,
    HEADER + b"," * BIG,
    HEADER + b"\0" * BIG,
    HEADER + b'"\n' * (1 << 14),
    b"x" * BIG,
    b'"' * BIG,
], ids=range(8))  # fmt: skip
@pytest.mark.timeout(60)
def test_the_door_reads_a_row_of_ten_megabytes_to_its_end(data: bytes) -> None:
    door_takes(data)


@given(st.text(max_size=20) | st.sampled_from(["=1+1", "@x", "+1", "-1", "\t=1", "\r=1", "\n=1", " =1", "＝1+1"]))
@examples(50)
def test_a_cell_of_the_file_of_errors_is_no_formula(cell: str) -> None:
    shown = _plain(cell)
    assert shown.removeprefix("'") in (cell, cell.removeprefix("'"))
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))


# ── imports of a predecessor's licenses and credits ──────────────────────────────────────────────────────────────────


def credentials_take(data: bytes, content_type: str, model: Any) -> None:
    """Reads a file as the import does, up to what needs a database."""
    COUNTED["files"] += 1
    try:
        found = credential_rows(data, content_type)
    except Invalid as refusal:
        assert refusal.field == "file"
        assert str(refusal)
        return
    report, read = read_rows(model, found)
    assert len(read) + len(report.errors) == len(found)
    for error in report.errors:
        assert named(error.field)
        assert error.problem
    for _, row in read:
        assert no_nul(row.model_dump(mode="json"))
        check_limits(row)


def check_limits(row: Any) -> None:
    """What the tables can keep: numbers that numeric columns take, texts that an index takes."""
    for value in row.model_dump().values():
        assert not isinstance(value, str) or len(value) <= 2000
        if isinstance(value, float | int) or hasattr(value, "as_tuple"):
            assert abs(value) < 10**9


@examples(50)
@given(files(LICENSE))
def test_a_file_of_licenses_is_read_or_refused(data: bytes) -> None:
    credentials_take(data, "text/csv", LicenseRow)


@examples(50)
@given(files(CREDIT))
def test_a_file_of_credits_is_read_or_refused(data: bytes) -> None:
    credentials_take(data, "text/csv", CreditRow)


KINDS: list[tuple[dict[str, str], type[Row]]] = [(LICENSE, LicenseRow), (CREDIT, CreditRow)]
JSON_CELLS: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10)
    | st.sampled_from(["\0", 10**18, 1e300, -1e300, "9" * 5000]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
)  # fmt: skip


@examples(50)
@given(st.sampled_from(KINDS), st.data())
def test_a_json_file_is_read_or_refused(kind: tuple[dict[str, str], type[Row]], data: st.DataObject) -> None:
    good, model = kind
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(good)), JSON_CELLS, max_size=3))
    credentials_take(json.dumps([good | changed]).encode(), "application/json", model)


RUBBISH = [
    b"", b"\n", b"\xc3", b"\xff\xfe", b"\xef\xbb\xbf", b"[", b"[]", b"{}", b"[1]", b"[[]]", b"null", b"[" * 100_000,
    b'[{"a":' * 200, b"[" + b"9" * 10**6 + b"]", b'"' * 100_000, b"a" * 200_000, b"a,b\n" + b"x" * 200_000,
    b"a\rb\r\rc", b"number\nx\ry\n", b"\0,\0\n\0,\0", b"number,number\n1,2\n",
    b'number\n"never closed\n', b",\n,\n", b"x" * (1 << 20),
]  # fmt: skip


@pytest.mark.parametrize("data", RUBBISH, ids=range(len(RUBBISH)))
@pytest.mark.parametrize("content_type", ["text/csv", "application/json", ""])
def test_rubbish_is_refused_as_a_file_or_by_its_rows(data: bytes, content_type: str) -> None:
    credentials_take(data, content_type, LicenseRow)
    door_takes(data)
    identity_takes(data, PEOPLE)


# ── imports of people, organizations and roles ───────────────────────────────────────────────────────────────────────

Reader = Callable[[str], Any]
PEOPLE: Reader = lambda text: read_people(text, today=TODAY)  # noqa: E731 - one of three, beside each other
ORGANIZATIONS: Reader = lambda text: read_organizations(text, new_id=lambda: OrganizationId(new_id()))  # noqa: E731


def identity_takes(data: bytes, read: Reader) -> None:
    """Reads a file as the import does, up to what needs a database."""
    COUNTED["files"] += 1
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return
    try:
        found = read(text)
    except FileMalformed as refusal:
        assert refusal.field == "file"
        assert len(str(refusal)) < 2000
        return
    for error in found.errors:
        assert named(error.field)
        assert error.problem
        assert "123-45-678" not in error.problem
    for row in found.rows:
        for value in texts_of(row):
            assert "\0" not in value
            assert len(value) <= 2000


def texts_of(row: Any) -> Sequence[str]:
    """Every text that would be kept of a row."""
    found: list[str] = []
    for value in vars(row).values() if hasattr(row, "__dict__") else row:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, tuple) or hasattr(value, "__dict__"):
            found += texts_of(value) if not isinstance(value, date | UUID) else []
    return found


@examples(50)
@given(files(PERSON))
def test_a_file_of_people_is_read_or_refused(data: bytes) -> None:
    identity_takes(data, PEOPLE)


@examples(30)
@given(files(ORGANIZATION))
def test_a_file_of_organizations_is_read_or_refused(data: bytes) -> None:
    identity_takes(data, ORGANIZATIONS)


@examples(30)
@given(files(ROLE))
def test_a_file_of_roles_is_read_or_refused(data: bytes) -> None:
    identity_takes(data, read_roles)


@examples(40)
@given(st.sampled_from([(PERSON, PEOPLE), (ORGANIZATION, ORGANIZATIONS), (ROLE, read_roles)]), st.data())
def test_a_json_file_of_identity_is_read_or_refused(kind: tuple[dict[str, str], Reader], data: st.DataObject) -> None:
    good, read = kind
    changed = data.draw(rows(good)) | data.draw(st.dictionaries(st.sampled_from(sorted(good)), JSON_CELLS, max_size=2))
    identity_takes(json.dumps([changed]).encode(), read)


# ── found by the above, and mended ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.timeout(30)
def test_reading_an_open_quotation_mark_takes_no_square_of_its_lines() -> None:
    door_takes(HEADER + (b'"' + b"\n" * (LONGEST_RECORD + 5)) * 5)


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
def test_lines_may_end_as_any_system_ends_them(ends: bytes) -> None:
    assert [row["number"] for row in credential_rows(ends.join([b"number", b"1", b"2", b""]), "text/csv")] == ["1", "2"]


def test_a_row_with_more_cells_than_the_header_is_named() -> None:
    with pytest.raises(FileMalformed, match="Row 2 has more cells"):
        read_roles("role,user_id\nsuperintendent,a\nsuperintendent,a,b\n")
