"""A file is read row by row: what is wrong stands alone, and where reading stops does not matter."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.exchange.domain.errors import FileInvalid
from services.exchange.domain.files import LONGEST_RECORD, read_header, read_rows, split

COLUMNS = ("educator_number", "reference", "unit", "amount", "title", "provider", "completed_on")
HEADER = ",".join(COLUMNS).encode()
GOOD = b"10000017,R,ceu,0.5,Reading,North,2026-02-20"


def rows(data: bytes) -> list[tuple[int, str]]:
    """The number of each row, and its problem's field or its title."""
    found = read_rows(split(data, at_end=True), COLUMNS, 2)
    return [(r.number, r.problem.field if r.problem else r.message.title if r.message else "") for r in found]


@pytest.mark.parametrize(("data", "found"), [
    (GOOD, [(2, "Reading")]),
    (GOOD + b"\r\n" + GOOD, [(2, "Reading"), (3, "Reading")]),
    (b"\n\n" + GOOD, [(4, "Reading")]),
    (GOOD.replace(b"Reading", b'"Reading, ""early"""'), [(2, 'Reading, "early"')]),
    (GOOD.replace(b"Reading", b'"Two\nlines"') + b"\n" + GOOD, [(2, "Two\nlines"), (3, "Reading")]),
    (GOOD.replace(b"Reading", b'O"Brien') + b"\n" + GOOD, [(2, 'O"Brien'), (3, "Reading")]),
    (GOOD.replace(b"Reading", b'"open') + b"\n" + GOOD + b"\n" + GOOD, [(2, "row"), (3, "Reading"), (4, "Reading")]),
    (GOOD.replace(b"Reading", b"caf\xe9") + b"\n" + GOOD, [(2, "row"), (3, "Reading")]),
    (GOOD.replace(b"Reading", b"a\0b"), [(2, "row")]),
    (GOOD.replace(b"Reading", b""), [(2, "title")]),
    (GOOD.replace(b"0.5", b"1e9"), [(2, "amount")]),
    (GOOD.replace(b"0.5", b"NaN"), [(2, "amount")]),
    (GOOD.replace(b"2026-02-20", b"2/20/2026"), [(2, "completed_on")]),
    (GOOD.replace(b"10000017", b""), [(2, "educator_number")]),
    (GOOD + b",more", [(2, "row")]),
])  # fmt: skip
def test_a_row_is_read_or_its_field_is_named(data: bytes, found: list[tuple[int, str]]) -> None:
    assert rows(data) == found


@pytest.mark.parametrize(("header", "field"), [
    (b"", "file"),
    (b"\xff\xfe\x00", "file"),
    (b'"never closed', "file"),
    (b"educator_number;reference;unit", "educator_number;reference;unit"),
    (HEADER.replace(b"amount", b"quantity"), "quantity"),
    (HEADER.replace(b"amount,", b""), "amount"),
    (HEADER + b",unit", "unit"),
    (HEADER + b",", "file"),
])  # fmt: skip
def test_a_header_is_refused_with_its_column(header: bytes, field: str) -> None:
    with pytest.raises(FileInvalid) as caught:
        read_header(header + b"\n" + GOOD)
    assert caught.value.field == field


def test_a_row_says_what_it_says() -> None:
    [row] = read_rows([GOOD], COLUMNS, 2)
    assert row.message is not None
    assert (row.message.amount, row.message.completed_on) == (Decimal("0.5"), date(2026, 2, 20))


CELLS = st.text(st.sampled_from('ab",\n\r é'), max_size=6)


PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@PATIENT
@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=12), st.integers(1, 60))
def test_reading_in_windows_finds_the_same_records(table: list[list[str]], window: int) -> None:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in cells) for cells in table]
    data = "".join(line + "\r\n" for line in quoted).encode()
    whole = split(data, at_end=True)
    assert [record.decode() for record in whole] == [line + "\r\n" for line in quoted]
    place, found = 0, []
    while place < len(data):
        step = window
        while not (records := split(data[place : place + step], at_end=place + step >= len(data))):
            step += window
        found += records
        place += sum(map(len, records))
    assert found == whole


@PATIENT
@given(st.binary(max_size=300))
def test_hostile_bytes_are_read_to_their_end_and_never_crash(data: bytes) -> None:
    records = split(data, at_end=True, at_most=1000)
    assert b"".join(records) == data
    assert all(row.message or row.problem for row in read_rows(records, COLUMNS, 2))


def test_an_open_quotation_mark_costs_one_row() -> None:
    data = b'1,"open\n' + (GOOD + b"\n") * (LONGEST_RECORD // len(GOOD) * 2)
    found = rows(data[: len(data)])
    assert found[0] == (2, "row")
    assert all(title == "Reading" for _, title in found[1:])
