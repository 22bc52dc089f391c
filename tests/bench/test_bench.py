"""Every contender of the bench, on a few hundred events: its counts must be right, whatever its speed."""

from dataclasses import replace

import pytest

from bench.contest import Contender, Row, play_once
from bench.hop import row as hop
from bench.rows import ROWS
from bench.servers import Servers
from bench.stage import Miscounted, Stage
from shared.testing.stack import Servers as Running

EVENTS = 300
PLAYED = [(row, replace(contender, events=EVENTS)) for row in ROWS for contender in row.contenders]


@pytest.mark.parametrize(("row", "contender"), PLAYED, ids=[f"{row.name}-{c.name}" for row, c in PLAYED])
async def test_a_contender_does_everything_once(test_servers: Running, row: Row, contender: Contender) -> None:
    taken = await play_once(row, contender, Servers(test_servers.kafka, test_servers.postgres))
    assert taken.seconds > 0
    assert set(taken.processor) == {"python"}


async def test_a_contender_that_miscounts_has_no_figures(test_servers: Running) -> None:
    async def run_and_ask_for_others(stage: Stage) -> None:
        await hop.run(stage)
        await hop.verify(stage, hop.events(stage.warm + stage.events))  # the same sums, but other events

    row = next(row for row in ROWS if row.name == "hop")
    elms = replace(row.contenders[-1], events=EVENTS)
    servers = Servers(test_servers.kafka, test_servers.postgres)
    with pytest.raises(Miscounted, match="not every event was answered"):
        await play_once(replace(row, run=run_and_ask_for_others), elms, servers)
