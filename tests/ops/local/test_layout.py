"""Where the stack lies is chosen by the environment; a folder that holds something else is left alone."""

from pathlib import Path

import pytest

from ops.errors import Obstacle
from ops.local.layout import Layout


@pytest.mark.parametrize("base", ["x", "80", "65530", "-1", "18000.5"])
def test_an_unusable_port_base_is_named(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELMS_PORT_BASE", base)
    with pytest.raises(Obstacle, match="ELMS_PORT_BASE"):
        Layout.from_environment()


def test_ports_follow_the_base(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELMS_PORT_BASE", "28000")
    layout = Layout.from_environment()
    assert (layout.postgres_port, layout.kafka_port) == (28032, 28092)


def test_a_folder_with_other_files_is_neither_used_nor_removed(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("irreplaceable")
    layout = Layout(tmp_path, 18000)
    with pytest.raises(Obstacle, match="holds other files"):
        layout.claim()
    layout.forget()
    assert (tmp_path / "thesis.txt").exists()


def test_a_folder_of_ours_is_claimed_again_and_forgotten(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "data", 18000)
    layout.claim()
    (layout.data / "kafka").mkdir()
    layout.claim()
    layout.forget()
    assert not layout.data.exists()
