"""The results as a picture: a bar for each contender of each row, with the span of its runs. Plain SVG."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

WIDTH, NAME, BAR, LINE, GAP = 860, 150, 420, 20, 34
COLORS = {"elms": "#1a4480"}
OTHER, SPAN, INK, FAINT = "#a9aeb1", "#3d4551", "#1b1b1b", "#565c65"
LOWER = ("p50_ms", "p99_ms")
"""Figures of which less is better: rows that have nothing else to show are drawn by them."""

DRAWN_BY = {"latency": LOWER}


def svg(found: Mapping[str, Any]) -> str:
    """The picture of all rows in the results."""
    drawn: list[str] = []
    y = 10
    for row in dict.fromkeys(line["row"] for line in found["outcomes"]):
        lines = [line for line in found["outcomes"] if line["row"] == row]
        for title, bars in _charts(row, lines):
            drawn += _chart(title, bars, y)
            y += GAP + LINE * len(bars)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" font-family="sans-serif" font-size="12" '
        f'role="img" aria-label="How fast ELMS is beside others">\n<rect width="100%" height="100%" fill="#fff"/>'
    )
    return "\n".join([head, *drawn, "</svg>\n"])


Bar = tuple[str, float, float, float]
"""contender, median, minimum, maximum"""


def _charts(row: str, lines: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, list[Bar]]]:
    for figure in DRAWN_BY.get(row, ()):
        its = [(line["contender"], line["figures"][figure]) for line in lines if figure in line["figures"]]
        unit = figure.replace("_ms", ", milliseconds (less is better)")
        if not its:
            continue
        yield f"{row}: {unit}", [(name, f["median"], f["minimum"], f["maximum"]) for name, f in its]
    if row not in DRAWN_BY:
        bars = [(line["contender"], line["median"], line["minimum"], line["maximum"]) for line in lines]
        yield f"{row}: {lines[0]['unit']}", bars


def _chart(title: str, bars: Sequence[Bar], top: int) -> Iterator[str]:
    """One row's bars, the longest run across the whole width."""
    longest = max(maximum for *_, maximum in bars) or 1.0
    yield f'<text x="10" y="{top + 12}" font-weight="bold" fill="{INK}">{escape(title)}</text>'
    for place, (name, median, minimum, maximum) in enumerate(bars):
        y = top + 18 + place * LINE
        to, low, high = (NAME + value / longest * BAR for value in (median, minimum, maximum))
        middle = y + LINE / 2 - 2
        yield f'<text x="{NAME - 8}" y="{y + 12}" text-anchor="end" fill="{FAINT}">{escape(name)}</text>'
        yield (
            f'<rect x="{NAME}" y="{y}" width="{max(1.0, to - NAME):.1f}" height="{LINE - 5}" '
            f'fill="{COLORS.get(name, OTHER)}"/>'
        )
        yield f'<path d="M{low:.1f} {middle}H{high:.1f}" stroke="{SPAN}" stroke-width="2"/>'
        words = f"{median:,.0f} ({minimum:,.0f} – {maximum:,.0f})"
        yield f'<text x="{high + 8:.1f}" y="{y + 12}" fill="{INK}">{words}</text>'
