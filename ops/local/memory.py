"""What the stack weighs: proportional set size, in which memory shared by n processes counts as one n-th for each."""

import psutil

from ops.local.processes import Supervised


def proportional_set_size(supervised: Supervised) -> int | None:
    """Bytes of the process and its children; None where it does not run."""
    process = supervised.process()
    if process is None:
        return None
    return sum(_own_share(each) for each in (process, *process.children(recursive=True)))


def _own_share(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0
