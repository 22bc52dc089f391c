"""Processes forked from one that has imported everything: a thousand restarts cost no thousand imports.

    nursery = Nursery("tests.chaos.playing:play", [f"services.{name}.app" for name in names])
    pid = nursery.bear({"ELMS_PORT": "24017"}, log, {"service": "credentials", "roles": ["worker"]})
    nursery.dead() → {pid: status}

Each child is a session of its own, as `ops.local.launcher`'s children are, with a log and an environment of its own,
and calls the function that the nursery was given with its order. Whatever is to be wrapped around the product (a
boundary to die at, a mechanism taken out) is wrapped there: the product has no hook.
"""

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any

from ops.local.forking import fork

ROOT = Path(__file__).resolve().parents[2]
Play = Callable[[dict[str, Any]], None]


class Nursery:
    """The forking process, as its owner sees it. `play` is `module:function`; `modules` are imported beside it."""

    def __init__(self, play: str, modules: Sequence[str] = ()) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "shared.testing.nursery", play, *modules],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True,
        )  # fmt: skip
        self._dead: dict[int, int] = {}

    def bear(self, environment: Mapping[str, str], log: Path, order: Mapping[str, Any]) -> int:
        """Starts a process; returns its pid."""
        child = {"environment": environment, "log": str(log), "order": order}
        return int(self._ask(child)["pid"])

    def is_alive(self, pid: int) -> bool:
        """Whether a process that was born here still runs (frozen counts as running)."""
        return pid not in self.dead()

    def dead(self) -> dict[int, int]:
        """The processes that have ended, each with its exit code (negative: the signal)."""
        self._dead |= {int(pid): status for pid, status in self._ask({})["dead"].items()}
        return self._dead

    def end(self, pid: int, what: signal.Signals = signal.SIGKILL, seconds: float = 30) -> int:
        """Ends a process and returns its exit code. Raises `TimeoutError` where it lives on."""
        end = time.monotonic() + seconds
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, what)
        while self.is_alive(pid):
            if time.monotonic() > end:
                raise TimeoutError(f"process {pid} lives")
            time.sleep(0.02)
        return self._dead[pid]

    def close(self) -> None:
        """Ends the nursery, and with it all that was born there."""
        _pipe(self._process.stdin).close()
        self._process.wait(10)

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        stdin, stdout = _pipe(self._process.stdin), _pipe(self._process.stdout)
        stdin.write(json.dumps(question) + "\n")
        stdin.flush()
        answer: dict[str, Any] = json.loads(stdout.readline())
        return answer


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def main() -> None:
    """Imports what the arguments name, then forks on orders until its input ends."""
    module, _, function = sys.argv[1].partition(":")
    play: Play = getattr(importlib.import_module(module), function)
    for name in sys.argv[2:]:
        importlib.import_module(name)
    importlib.import_module("shared.process").keep_imports()
    living: set[int] = set()
    for line in sys.stdin:
        child, dead = json.loads(line), _reaped()
        living -= dead.keys()
        _told.update(dead)
        if child:
            pid = _fork(play, child)
            living.add(pid)
            _answer({"pid": pid})
        else:
            _answer({"dead": _told})
            _told.clear()
    for pid in living - _reaped().keys():
        os.kill(pid, signal.SIGKILL)


def _answer(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


_told: dict[int, int] = {}
"""The deaths that nobody has asked for yet."""


def _reaped() -> dict[int, int]:
    found: dict[int, int] = {}
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if pid == 0:
            return found
        found[pid] = os.waitstatus_to_exitcode(status)


def _fork(play: Play, child: dict[str, Any]) -> int:
    return fork(Path(child["log"]), child["environment"], partial(_play, play, child["order"]))


def _play(play: Play, order: dict[str, Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    play(order)


if __name__ == "__main__":
    main()
