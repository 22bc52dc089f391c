"""Imports what the services need, once, and forks a process for each; reads orders as JSON, answers with pids.

What was imported before the fork stays shared between the processes until one of them writes to it; the
garbage collector keeps its hands off it.
"""

import importlib
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn


def main() -> None:
    """Import the services that the arguments name, fork one process for each order on standard input, and end."""
    process = importlib.import_module("shared.process")
    for service in sys.argv[1:]:
        importlib.import_module(f"services.{service}.app")
    process.keep_imports()
    text = sys.stdin.read()
    orders: list[dict[str, Any]] = json.loads(text) if text else []
    print(json.dumps({order["service"]: _fork(order) for order in orders}))


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
        _redirect(Path(order["log"]))
        os.environ.update(order["environment"])
        wiring = importlib.import_module(f"services.{order['service']}.app").service
        os.nice(10 if wiring.patient else 0)  # on one machine the patient let the others go first
        Path("/proc/self/comm").write_text(f"elms-{order['service']}"[:15])
        _run(order["service"], order["roles"])
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


def _run(name: str, roles: list[str]) -> None:
    from ops.run import run_service  # noqa: PLC0415  (imports the services' libraries, which the parent has already)

    run_service(name, roles)


if __name__ == "__main__":
    main()
