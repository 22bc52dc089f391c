"""Imports what the services need, once, and forks a process for each; reads orders as JSON, answers with pids.

What was imported before the fork stays shared between the processes until one of them writes to it; the
garbage collector keeps its hands off it.
"""

import importlib
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

from ops.local.forking import fork, give_way


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
    return fork(Path(order["log"]), order["environment"], partial(_serve, order["service"], order["roles"]))


def _serve(name: str, roles: list[str]) -> None:
    wiring = importlib.import_module(f"services.{name}.app").service
    give_way(wiring)
    Path("/proc/self/comm").write_text(f"elms-{name}"[:15])
    from ops.run import run_service  # noqa: PLC0415  (imports the services' libraries, which the parent has already)

    run_service(name, roles)


if __name__ == "__main__":
    main()
