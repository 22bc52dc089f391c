"""We start, find again and stop our own processes, and touch nobody else's."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from ops.errors import Obstacle
from ops.local.processes import Supervised

SLEEPS = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
IGNORES_TERM = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
]


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervised]:
    """A process of ours that is gone after the test."""
    one = Supervised("one", tmp_path / "run" / "one.json", tmp_path / "logs" / "one.log")
    yield one
    one.stop(grace=0)


def started(one: Supervised, command: list[str]) -> psutil.Process:
    """The process, once it has said so."""
    one.start(command)
    process = one.process()
    assert process is not None
    while one.process() is not None and "up" not in one.log.read_text():
        time.sleep(0.01)
    return process


def test_a_started_process_is_found_again_by_its_pid_file(supervised: Supervised) -> None:
    process = started(supervised, SLEEPS)
    again = Supervised("one", supervised.pid_file, supervised.log)
    assert again.process() == process


def test_a_stopped_process_is_gone_and_so_is_its_pid_file(supervised: Supervised) -> None:
    process = started(supervised, SLEEPS)
    supervised.stop()
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    assert not supervised.pid_file.exists()


def test_a_process_that_ignores_the_signal_is_stopped_by_force(supervised: Supervised) -> None:
    process = started(supervised, IGNORES_TERM)
    supervised.stop(grace=0.3)
    assert not process.is_running()


@pytest.mark.parametrize(
    "noted",
    [
        pytest.param({"pid": 1, "started": 1.0}, id="a recycled pid: that process started at another time"),
        pytest.param({"pid": 2**22 + 1, "started": 1.0}, id="no such process"),
        pytest.param({"pid": "x"}, id="a pid file cut short"),
        pytest.param([], id="something else"),
    ],
)
def test_a_stale_pid_file_names_nobody_and_nobody_is_signalled(
    supervised: Supervised, noted: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervised.pid_file.parent.mkdir(parents=True)
    supervised.pid_file.write_text(json.dumps(noted))
    signalled: list[signal.Signals] = []
    monkeypatch.setattr(psutil.Process, "send_signal", lambda _, number: signalled.append(number))
    assert supervised.process() is None
    supervised.stop(grace=0)
    assert signalled == []


def test_a_process_that_ended_while_starting_is_reported_with_its_last_words(supervised: Supervised) -> None:
    supervised.start([sys.executable, "-c", "import sys; sys.exit('no such table')"])
    ended = supervised.process()
    if ended is not None:
        ended.wait(10)
    with pytest.raises(Obstacle, match=r"one ended while starting(.|\n)*no such table"):
        supervised.require_alive()


def test_a_started_process_outlives_the_one_that_started_it(supervised: Supervised, tmp_path: Path) -> None:
    starter = (
        "import sys; from pathlib import Path; from ops.local.processes import Supervised; "
        f"Supervised('one', Path({str(supervised.pid_file)!r}), Path({str(supervised.log)!r})).start({SLEEPS!r})"
    )
    subprocess.run([sys.executable, "-c", starter], check=True, cwd=Path(__file__).parents[3])
    assert supervised.process() is not None
