"""Hostile input. Examples are derandomized, so that a run repeats; ELMS_FUZZ_EXAMPLES multiplies their number and
ELMS_FUZZ_RANDOM=1 draws new ones each time."""

import pytest

from tests.fuzz.amount import COUNTED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many inputs were run, told at the end."""
    if COUNTED:
        terminalreporter.write_line(f"hostile inputs: {sum(COUNTED.values())} ({dict(COUNTED)})")
