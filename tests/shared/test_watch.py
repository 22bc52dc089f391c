"""A test that hangs ends with its name, wherever it hangs: in itself, in its teardown, after a failure."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from shared.testing import with_servers
from shared.testing.stack import Servers

ROOT = Path(__file__).resolve().parents[2]

HANGING = """
import asyncio
import pytest

@pytest.fixture
async def deaf():
    yield
    {teardown}

@pytest.mark.timeout(1)
async def test_of_it(deaf):
    {body}
"""
HANG = "await forever()"
DEAF = """

async def forever():
    while True:
        try:
            await asyncio.sleep(60)
        except BaseException:
            pass
"""


@pytest.mark.parametrize(("body", "teardown"), [(HANG, "pass"), ("pass", HANG), ("assert False", HANG)])
def test_who_hangs_is_named_and_ended(body: str, teardown: str, tmp_path: Path) -> None:
    file = tmp_path / "test_hanging.py"
    file.write_text(HANGING.format(body=body, teardown=teardown) + DEAF)
    command = [sys.executable, "-m", "pytest", "-p", "shared.testing.watch", "-c", ROOT / "pyproject.toml", file]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)
    assert ended.returncode == 1
    assert "test_of_it is not done after 1 seconds" in ended.stderr
    assert "\nforever at" in ended.stderr


def test_a_command_that_hangs_is_ended_and_the_servers_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []

    @contextmanager
    def servers() -> Iterator[Servers]:
        try:
            yield Servers("", "")
        finally:
            ended.append("servers")

    monkeypatch.setattr(with_servers, "servers", servers)
    monkeypatch.setattr(with_servers, "LONGEST", 0.5)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(sys, "argv", ["with_servers", "http.server", "0"])
    with pytest.raises(SystemExit, match=r"http\.server was not done"):
        with_servers.main()
    assert ended == ["servers"]
