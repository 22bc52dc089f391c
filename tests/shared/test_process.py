"""A process that is asked to stop ends, whatever hangs in it."""

import subprocess
import sys

import pytest

HANGING = """
import asyncio
import time
from shared.process import give_up_after
from shared.telemetry import configure_logs

async def deaf():
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass

async def blocked():
    time.sleep(60)

async def main():
    configure_logs("test", "INFO")
    give_up_after(0.2)
    await {what}()

asyncio.run(main())
"""


@pytest.mark.parametrize(("what", "said"), [("deaf", "deaf at <string>:"), ("blocked", "in blocked")])
def test_what_does_not_end_is_named_and_cut_off(what: str, said: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HANGING.format(what=what)], capture_output=True, text=True, timeout=50, check=False
    )
    assert ended.returncode == 1
    assert said in ended.stdout + ended.stderr
