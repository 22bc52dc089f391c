"""Every contender of the bench, on a few hundred events: its counts must be right, whatever its speed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bench import report
from bench.contest import Contender, Row, play_once
from bench.hop import row as hop
from bench.rows import ROWS
from bench.servers import Servers
from bench.stage import Miscounted, Stage
from shared.testing.stack import Servers as Running

EVENTS = {
    "hop": 300,
    "relay": 300,
    "chain": 60,
    "latency": 40,
    "documents": 120,
    "number": 60,
    "misspelt": 20,
    "load": 60,
    "cluster": 60,
}
SIZE = 2_000
"""Licenses of the register that is searched."""

PLAYED = {
    "hop": ("naive", "hand", "elms"), "relay": ("faststream-outbox", "producer", "elms"), "chain": ("hand",),
    "documents": ("overlay", "elms"), "number": ("bare",), "misspelt": ("datasette", "elms"), "load": ("elms",),
    "cluster": ("two workers",),
}  # fmt: skip
"""Those that other people's changes may break; `make bench` counts every run of all of them."""


@pytest.fixture(scope="module")
def servers(test_servers: Running) -> Servers:
    """Those of all tests."""
    return Servers(test_servers.kafka, test_servers.postgres)


def contenders() -> Iterator[Any]:
    for row in ROWS:
        for contender in row.contenders:
            if contender.name in PLAYED.get(row.name, ()):
                yield pytest.param(row, contender, id=f"{row.name}-{contender.name}")


@pytest.mark.parametrize(("row", "contender"), list(contenders()))
async def test_a_contender_does_everything_once(servers: Servers, row: Row, contender: Contender) -> None:
    async with row.shared(servers, SIZE) as shared:
        taken = await play_once(row, replace(contender, events=EVENTS[row.name]), servers, shared)
    assert taken.seconds > 0
    assert "python" in taken.processor


def test_every_outcome_stands_in_the_page_and_in_the_picture(tmp_path: Path) -> None:
    figure = {"median": 6.0, "minimum": 5.0, "maximum": 9.0, "elms_is": 1.5}
    line = {"row": "latency", "contender": "bare", "unit": "approvals/s", "events": 10, "median": 100, "minimum": 99,
            "maximum": 101, "figures": {"p50_ms": figure}, "processor_us": {"python": 7.0}, "elms_is": 0.5}  # fmt: skip
    other = line | {"row": "hop", "contender": "<elms>", "figures": {}, "elms_is": None}
    about = {"cores": 2, "model": "some", "python": "Python 3.11.9", "crowded": True, "load_before": 3.0}
    found = {"date": "2026-11-22T10:00", "commit": "abc", "machine": about, "rounds": 3, "durability": "on",
             "outcomes": [line, other]}  # fmt: skip
    report.write(found, tmp_path / "results.json")
    told = (tmp_path / "results.md").read_text()
    assert "| latency | bare | 10 | 100 | 99 – 101 | p50_ms 6 (5 – 9) | python 7 | 0.50 ×<br>p50_ms 1.50 × |" in told
    assert "provisional" in told
    drawn = ElementTree.parse(tmp_path / "results.svg")
    texts = {text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {"latency: p50, milliseconds (less is better)", "bare", "6 (5 – 9)", "hop: approvals/s", "<elms>"} <= texts


async def test_a_contender_that_miscounts_has_no_figures(servers: Servers) -> None:
    async def run_and_ask_for_others(stage: Stage) -> None:
        await hop.run(stage)
        await hop.verify(stage, hop.events(stage.warm + stage.events))  # the same sums, but other events

    row = next(row for row in ROWS if row.name == "hop")
    elms = replace(row.contenders[-1], events=EVENTS["hop"])
    with pytest.raises(Miscounted, match="not every event was answered"):
        await play_once(replace(row, run=run_and_ask_for_others), elms, servers)
