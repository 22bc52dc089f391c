"""Files as nobody should send them: cells, rows and whole files, by strategies that know the columns."""

import csv
import io
from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

NUL = "\0"
CELLS = st.text(max_size=12) | st.sampled_from([
    "", " ", NUL, f"a{NUL}b", '"', '""', '"open', "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "\r",
    "a\rb", "\n", "a\nb", "\ufeff", "x" * 300, "x" * 140_000, "NaN", "Infinity", "-Infinity", "1e999999", "1e-999999",
    "9" * 5000, "0", "-0", "1.005", "0001-01-01", "9999-12-31", "2026-02-30", "20260220", "2026-W08-5", "1700000000",
    "2/20/2026", "true", "nobody", "'; DROP TABLE license; --", "\u202e", "é", "\U0001f600", "٣",
])  # fmt: skip
"""Cells: formulas, quotes left open, numbers and dates at their ends, U+0000, and much too long ones."""

BREAKS = st.sampled_from([b"\xc3", b"\xff", b"\0", b'"', b"\r", b"\n", b",", b"\xef\xbb\xbf", b"\\", b"[", b"]"])


@st.composite
def rows(draw: st.DrawFn, good: Mapping[str, str]) -> dict[str, str]:
    """A lawful row with one to three cells changed or left out."""
    row = dict(good)
    for name in draw(st.lists(st.sampled_from(sorted(row)), min_size=1, max_size=3, unique=True)):
        row[name] = draw(CELLS)
    return row


def written(columns: Sequence[str], table: Sequence[Mapping[str, str]]) -> bytes:
    """A CSV file as a spreadsheet writes it."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue().encode(errors="replace")


@st.composite
def files(draw: st.DrawFn, good: Mapping[str, str]) -> bytes:
    """A CSV file of a few rows, whole or cut or struck somewhere."""
    data = written(list(good), draw(st.lists(rows(good) | st.just(dict(good)), max_size=4)))
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(data)))
        data = draw(st.sampled_from([data[:place], data[:place] + draw(BREAKS) + data[place:]]))
    return data
