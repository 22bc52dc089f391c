"""Processes of services, forked from one that has imported everything: a thousand restarts cost no thousand imports.

    nursery = Nursery(services)
    pid = nursery.bear(Order("credentials", ("worker",), environment, log, die_at="after-commit:1"))
    nursery.dead() → {pid: status}

Each child is a session of its own that plays real roles of a real service, as `ops.local.launcher`'s children do.
What is wrapped around it (a boundary to die at, a mechanism taken out) is wrapped here: the product has no hook.
"""

import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, NoReturn

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Order:
    """One process: what it plays, what it is told, and where it ends before its time.

    `die_at` is `<boundary>:<nth>`; `freeze_at` too, and the process then stops itself (SIGSTOP). `clock` is an ISO
    instant at which business time stands; empty: real time. `without` names mechanisms that are taken out. `batch` is
    the most records of a batch; 0: as the product has it.
    """

    service: str
    roles: tuple[str, ...]
    environment: dict[str, str]
    log: str
    die_at: str = ""
    freeze_at: str = ""
    clock: str = ""
    without: tuple[str, ...] = ()
    bad_handler: str = ""
    batch: int = 0


class Nursery:
    """The forking process, as its owner sees it."""

    def __init__(self, services: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.nursery", *services],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True,
        )  # fmt: skip
        self._dead: dict[int, int] = {}

    def bear(self, order: Order) -> int:
        """Starts a process; returns its pid."""
        return int(self._ask(asdict(order))["pid"])

    def is_alive(self, pid: int) -> bool:
        """Whether a process that was born here still runs (frozen counts as running)."""
        return pid not in self.dead()

    def dead(self) -> dict[int, int]:
        """The processes that have ended, each with its exit code (negative: the signal)."""
        self._dead |= {int(pid): status for pid, status in self._ask({})["dead"].items()}
        return self._dead

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
    """Imports the services that the arguments name, then forks on orders until its input ends."""
    importlib.import_module("shared.process")
    for service in sys.argv[1:]:
        importlib.import_module(f"services.{service}.app")
    gc.collect()
    gc.freeze()
    living: set[int] = set()
    for line in sys.stdin:
        order, dead = json.loads(line), _reaped()
        living -= dead.keys()
        _told.update(dead)
        if order:
            pid = _fork(order)
            living.add(pid)
            print(json.dumps({"pid": pid}), flush=True)
        else:
            print(json.dumps({"dead": _told}), flush=True)
            _told.clear()
    for pid in living - _reaped().keys():
        os.kill(pid, signal.SIGKILL)


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


def _fork(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        _become(order)
    return pid


def _become(order: dict[str, Any]) -> NoReturn:
    """In the child: a session, a log and an environment of its own, then the service until it ends."""
    code = 1
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for target, source in ((0, nothing), (1, log), (2, log)):
            os.dup2(source, target)
        os.environ.update(order["environment"])
        importlib.import_module("tests.chaos.playing").play(order)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
