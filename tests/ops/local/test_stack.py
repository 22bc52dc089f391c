"""The whole stack on this machine: up, mended after a kill, down without a trace; met by an occupied port."""

import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from ops.errors import Obstacle
from ops.local.layout import HOST, ROOT, Layout
from ops.local.memory import proportional_set_size
from ops.local.ports import free_base, is_listening
from ops.local.stack import Stack
from ops.topology import KAFKA_OFFSET, POSTGRES_OFFSET, SERVICES

OFFSETS = [*(service.port_offset for service in SERVICES), POSTGRES_OFFSET, KAFKA_OFFSET, KAFKA_OFFSET + 1]
IDLE_BYTES = 1.6e9


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of this module's own, on free ports, gone afterwards."""
    one = Stack(Layout(tmp_path_factory.mktemp("stack") / "data", free_base(OFFSETS)))
    yield one
    one.clean()


@pytest.mark.timeout(300)
def test_up_starts_everything_and_says_so_only_when_it_is_ready(stack: Stack) -> None:
    stack.up()
    assert [running.name for running in stack.services] == [service.name for service in SERVICES]
    assert all(running.is_ready() for running in stack.services)


def test_the_idle_stack_stays_small(stack: Stack) -> None:
    sizes = {each.name: proportional_set_size(each) for each in stack.supervised}
    assert None not in sizes.values()
    assert sum(size or 0 for size in sizes.values()) < IDLE_BYTES, sizes


@pytest.mark.timeout(300)
def test_up_again_starts_only_what_was_killed(stack: Stack) -> None:
    before = {each.name: each.process() for each in stack.supervised}
    for name in ("lookup", "portal"):
        victim = before[name]
        assert victim is not None
        victim.send_signal(signal.SIGKILL)
        victim.wait(10)
    stack.up()
    after = {each.name: each.process() for each in stack.supervised}
    assert {name for name in after if after[name] != before[name]} == {"lookup", "portal"}
    assert all(running.is_ready() for running in stack.services)


def _runs(process: psutil.Process) -> bool:
    """One that has ended may be in the table until the machine's first process has noticed."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


@pytest.mark.timeout(300)
def test_down_leaves_no_process_and_no_port(stack: Stack) -> None:
    processes = [each.process() for each in stack.supervised]
    stack.down()
    assert [each for each in processes if each is not None and _runs(each)] == []
    assert [offset for offset in OFFSETS if is_listening(stack.layout.port_base + offset)] == []


def test_an_occupied_port_stops_the_start_with_one_sentence(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "data", free_base(OFFSETS))
    with socket.create_server((HOST, layout.kafka_port)), pytest.raises(Obstacle, match="needed by Kafka"):
        Stack(layout).up()
    Stack(layout).clean()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "nobody"], "there is no service 'nobody'"),
        (["run", "lookup", "--role", "relay"], "lookup has no role relay; it has api, worker, schedule"),
        (["migrate", "nobody"], "there is no service 'nobody'"),
        (["logs", "nobody"], "There is no log of 'nobody'"),
    ],
)
def test_a_wrong_word_is_met_with_one_sentence_from_any_folder(arguments: list[str], said: str, tmp_path: Path) -> None:
    environment = os.environ | {"ELMS_DATA": str(tmp_path)}
    done = subprocess.run(
        [ROOT / "elms", *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("elms: ")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
