"""Ports: a taken one is named with its holder; a free one stays ours until we bind it."""

import socket
import subprocess
import sys

import pytest

from ops.errors import Obstacle
from ops.local import ports
from ops.local.layout import HOST
from ops.local.ports import free_base, free_ports, is_free, is_listening, require_free_port


def test_an_occupied_port_is_met_with_one_sentence_that_names_who_has_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Obstacle, match=rf"Port {port}, needed by Kafka, is taken by .*ELMS_PORT_BASE"):
            require_free_port(port, "Kafka")
        assert is_listening(port)


def test_free_ports_are_free_and_different() -> None:
    found = free_ports(5)
    assert len(set(found)) == 5
    for port in found:
        require_free_port(port, "a test")


def test_a_free_port_is_kept_from_other_processes_until_this_one_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    few = "range(23_990, 23_993)"
    monkeypatch.setattr(ports, "SINGLE", eval(few))
    asks = f"from ops.local import ports; ports.SINGLE = {few}; print(*ports.free_ports(2))"
    theirs = subprocess.check_output([sys.executable, "-c", asks], text=True).split()
    assert set(map(int, theirs)) < set(free_ports(3))
    with pytest.raises(subprocess.CalledProcessError):
        subprocess.check_output([sys.executable, "-c", asks], stderr=subprocess.DEVNULL)


def test_a_base_is_free_at_all_its_offsets() -> None:
    base = free_base((3, 7))
    assert is_free(base + 3) and is_free(base + 7)
    with socket.create_server((HOST, base + 3)):
        assert not is_free(base + 3)
