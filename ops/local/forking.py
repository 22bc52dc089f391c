"""A process forked from one that has imported everything: it costs its own memory, and no imports."""

import os
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

from shared.service import Service


def fork(log: Path, environment: Mapping[str, str], play: Callable[[], None]) -> int:
    """Starts a process that plays this until it ends; returns its pid."""
    pid = os.fork()
    if pid == 0:
        _become(log, environment, play)
    return pid


def give_way(service: Service) -> None:
    """On one machine those for whom nobody waits at a screen let the others go first; for the rest of this process."""
    os.nice(10 if service.patient else 0)


def _become(log: Path, environment: Mapping[str, str], play: Callable[[], None]) -> NoReturn:
    """In the child: a session, a log and an environment of its own; it never returns into the parent's code."""
    code = 1
    try:
        os.setsid()
        _redirect(log)
        os.environ.update(environment)
        play()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _redirect(log: Path) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    target = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(nothing, 0)
    os.dup2(target, 1)
    os.dup2(target, 2)
    os.close(nothing)
    os.close(target)
