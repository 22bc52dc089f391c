"""docker-compose.yml and the local stack are two ways to run one topology."""

import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path
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


def test_the_operators_container_knows_the_database_of_each_service() -> None:
    """`elms reconcile` and `elms audit verify` look at all of them; a service's own container knows one."""
    operator = yaml.safe_load(FILE.read_text())["services"]["operator"]
    assert list(operator["profiles"]) == ["operator"]
    named = json.loads(operator["environment"]["ELMS_DATABASES"])
    assert named == {
        name: f"postgresql://{name}:${{{name.upper()}_PASSWORD}}@postgres:5432/{name}" for name in with_database()
    }


def test_every_service_is_reached_at_its_port_of_the_plan(containers: dict[str, dict[str, Any]]) -> None:
    for service in SERVICES:
        assert containers[f"{service.name}-api"]["ports"] == [f"127.0.0.1:{18000 + service.port_offset}:8000"]


def test_every_container_is_asked_for_its_health(containers: dict[str, dict[str, Any]]) -> None:
    assert {str(each["healthcheck"]["test"]) for each in containers.values()} == {
        "['CMD', 'python', '-m', 'ops.health']"
    }
    assert {each["image"] for each in containers.values()} == {"elms"}


async def test_health_is_what_readiness_says() -> None:
    answer = "503 Service Unavailable"

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).split()[1])
        writer.write(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    asked: list[bytes] = []
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        assert await healthy(port) is False
        answer = "200 OK"
        assert await healthy(port) is True
    assert await healthy(port) is False
    assert asked == [b"/health/ready"] * 2


async def healthy(port: int) -> bool:
    """What a container's health check finds of the process at this port."""
    command = (sys.executable, "-m", "ops.health")
    done = await asyncio.create_subprocess_exec(
        *command, env={"ELMS_PORT": str(port)}, cwd=ROOT, stderr=asyncio.subprocess.DEVNULL
    )
    return await done.wait() == 0


def test_the_image_has_all_that_the_code_reads(tmp_path: Path) -> None:
    """What the Dockerfile copies is enough to make every service and every operator's command."""
    copied = re.findall(r"^COPY (?:--from=assets )?(\S+) (\w+)$", (ROOT / "Dockerfile").read_text(), re.M)
    for source, name in copied:
        (tmp_path / name).symlink_to(ROOT / source.removeprefix("/app/"))
    script = "from ops.installation import wiring_of; from ops.topology import SERVICES; import ops.cli; " \
        "print(*(wiring_of(each.name).name for each in SERVICES))"  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env={}, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == [each.name for each in SERVICES], done.stderr


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
