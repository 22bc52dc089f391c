"""docker-compose.yml and the local stack are two ways to run one topology."""

import subprocess
from typing import Any

import pytest
import yaml

from ops.local.layout import ROOT
from ops.prepare import with_database
from ops.topology import SERVICES, processes
from tests.machine import program

FILE = ROOT / "docker-compose.yml"
SECRETS = ROOT / "ops" / "secrets.sh"


@pytest.fixture(scope="module")
def containers() -> dict[str, dict[str, Any]]:
    """The containers that run a role of a service, by name."""
    everything = yaml.safe_load(FILE.read_text())["services"]
    return {name: each for name, each in everything.items() if each.get("command", [""])[0] == "run"}


def test_compose_runs_each_role_of_each_service_in_a_container_of_its_own(
    containers: dict[str, dict[str, Any]],
) -> None:
    found = [(each["command"][1], each["command"][3]) for each in containers.values()]
    assert found == processes()
    assert list(containers) == [f"{service}-{role}" for service, role in processes()]


def test_each_container_reaches_its_own_database_and_no_other(containers: dict[str, dict[str, Any]]) -> None:
    for container in containers.values():
        service = container["command"][1]
        url = container["environment"].get("ELMS_DATABASE")
        own = f"postgresql://{service}:${{{service.upper()}_PASSWORD}}@postgres:5432/{service}"
        assert url == (own if service in with_database() else None)
        assert "POSTGRES_PASSWORD" not in str(container["environment"])


def test_every_service_is_reached_at_its_port_of_the_plan(containers: dict[str, dict[str, Any]]) -> None:
    for service in SERVICES:
        assert containers[f"{service.name}-api"]["ports"] == [f"127.0.0.1:{18000 + service.port_offset}:8000"]


def test_docker_compose_accepts_the_file() -> None:
    compose = program("docker-compose")
    secrets = subprocess.run(["sh", SECRETS], capture_output=True, text=True, check=True).stdout
    environment = dict(line.split("=", 1) for line in secrets.splitlines())
    done = subprocess.run(
        [compose, "-f", FILE, "config", "--quiet"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_without_secrets_compose_says_how_to_make_them() -> None:
    compose = program("docker-compose")
    done = subprocess.run([compose, "-f", FILE, "config"], env={}, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "sh ops/secrets.sh > .env" in done.stderr
