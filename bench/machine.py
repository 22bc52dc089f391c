"""The machine: what it is, whether others use it, and the processor time that each class of processes takes."""

import os
import platform
import subprocess
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

CROWDED_ABOVE = 0.5
"""Runnable processes a core before the servers start: more, and the figures are not this program's alone."""


def describe() -> dict[str, Any]:
    """Cores, model, Python and load, as they stand in the results."""
    load = os.getloadavg()[0]
    cores = os.cpu_count() or 1
    crowded = load / cores > CROWDED_ABOVE
    return {"cores": cores, "model": _model(), "python": _python(), "load_before": round(load, 2), "crowded": crowded}


def commit() -> str:
    """The commit that is measured; with a plus where files differ from it."""
    head = _git("rev-parse", "--short", "HEAD")
    return head + ("+" if _git("status", "--porcelain", "--", "shared", "services", "bench/*.py") else "")


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], capture_output=True, text=True, check=False).stdout.strip()


def _model() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def _python() -> str:
    """The interpreter; one that was built without its optimizations takes a fifth longer for everything."""
    is_optimized = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
    return f"Python {platform.python_version()}{'' if is_optimized else ' built without optimizations'}"


def processor_seconds(roots: Mapping[str, int]) -> dict[str, float]:
    """Seconds of processor time that each class has taken so far: its root process, and all that it started."""
    return {name: _with_children(psutil.Process(pid)) for name, pid in roots.items()}


def _with_children(root: psutil.Process) -> float:
    ended = root.cpu_times()
    reaped: float = ended.children_user + ended.children_system
    return reaped + sum(_own(p) for p in [root, *root.children(recursive=True)])


def _own(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:  # it ended between being listed and being looked at: its parent counts it
        return 0.0
    return float(times.user + times.system)
