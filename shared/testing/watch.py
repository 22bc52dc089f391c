"""No test keeps a run waiting: whoever is over its time is named, with all that it waits for, and its process ends.

pytest-timeout by itself interrupts a test once, and no longer watches one that has failed: a teardown that hung after a
failure had the whole run hang. Here its settings (`timeout`, `@pytest.mark.timeout`) hold for setup, test and teardown,
whatever happens in them. A parallel run ends there (`--max-worker-restart=0`): a new process would begin with the same
test, and hang as long again.
"""

import faulthandler
import os
from collections.abc import Generator
from threading import Timer
from typing import Any

import pytest

from shared.waiting import waits

_timer = pytest.StashKey[Timer]()
_stderr = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    """Keeps the way to the terminal that is open before output is captured."""
    config.stash[_stderr] = os.dup(2)


@pytest.hookimpl(tryfirst=True)
def pytest_timeout_set_timer(item: pytest.Item, settings: Any) -> bool:
    """In the place of pytest-timeout's own alarm."""
    timer = item.stash[_timer] = Timer(settings.timeout, _end, (item, settings.timeout))
    timer.daemon = True
    timer.start()
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_timeout_cancel_timer() -> bool:
    """Asked for when a test fails, too: then its teardown is still to be watched."""
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """The time ends with the teardown."""
    try:
        return (yield)
    finally:
        if timer := item.stash.get(_timer, None):
            timer.cancel()


def _end(item: pytest.Item, seconds: float) -> None:
    terminal = item.config.stash[_stderr]
    try:
        os.write(terminal, f"\n{item.nodeid} is not done after {seconds:.0f} seconds. It waits here:\n".encode())
        faulthandler.dump_traceback(terminal, all_threads=True)
        os.write(terminal, "".join(f"{each}\n" for each in waits()).encode())
    finally:
        os._exit(1)
