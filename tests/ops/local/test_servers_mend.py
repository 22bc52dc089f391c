"""What a killed run leaves behind is repaired by the next start, and no acknowledged record is lost by it."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from ops.local.kafka import Kafka
from ops.local.postgres import Postgres
from ops.local.private import Secrets
from ops.local.provision import provision


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that PostgreSQL's unprivileged user may reach too."""
    for each in (tmp_path, *tmp_path.parents[:2]):
        each.chmod(0o755)
    return tmp_path


@pytest.fixture
def postgres(folder: Path) -> Iterator[Postgres]:
    """A server of this test alone."""
    server = Postgres.on_free_port(folder)
    yield server
    server.stop()
    server.forget()


@pytest.fixture
def kafka(folder: Path) -> Iterator[Kafka]:
    """A broker of this test alone."""
    cluster = Kafka.on_free_ports(folder)
    yield cluster
    cluster.stop()


def kill(server: Postgres) -> None:
    """As the kernel does when memory is short: without a chance to say goodbye."""
    process = server.supervised.process()
    assert process is not None
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def test_postgres_starts_after_a_run_that_was_killed_while_initializing(postgres: Postgres) -> None:
    half_made = postgres.account.data.with_suffix(".new")
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18")
    postgres.launch()
    postgres.wait_until_ready()
    assert not half_made.exists()


def test_postgres_starts_after_it_was_killed_and_its_pid_file_left(postgres: Postgres) -> None:
    postgres.launch()
    postgres.wait_until_ready()
    kill(postgres)
    assert (postgres.account.data / "postmaster.pid").exists()
    postgres.launch()
    postgres.wait_until_ready()


def test_postgres_whose_pid_file_was_lost_is_taken_over(postgres: Postgres) -> None:
    postgres.launch()
    postgres.wait_until_ready()
    running = postgres.supervised.process()
    postgres.supervised.pid_file.unlink()
    postgres.launch()
    assert postgres.supervised.process() == running


def test_kafka_is_formatted_once_and_taken_over_when_its_pid_file_was_lost(kafka: Kafka) -> None:
    half_made = kafka.brokers[0].folder.with_suffix(".new")
    half_made.mkdir(parents=True)
    kafka.launch()
    kafka.wait_until_ready()
    running = kafka.brokers[0].supervised.process()
    kafka.brokers[0].supervised.pid_file.unlink()
    kafka.launch()
    assert kafka.brokers[0].supervised.process() == running
    assert not half_made.exists()


async def test_a_role_reaches_its_own_database_and_no_other(postgres: Postgres) -> None:
    await asyncio.to_thread(postgres.launch)
    await asyncio.to_thread(postgres.wait_until_ready)
    passwords = {"one": "a-password", "two": "another"}
    await provision(postgres.superuser_url, passwords)
    await provision(postgres.superuser_url, passwords)
    own = make_url(postgres.superuser_url).set(username="one", password="a-password")
    connection = await asyncpg.connect(own.set(database="one").render_as_string(hide_password=False))
    assert await connection.fetchval("SELECT similarity(unaccent('José'), 'jose') > 0.5")
    await connection.execute("CREATE TABLE mine (id int)")
    await connection.close()
    for other in ("two", "postgres", "template1"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(own.set(database=other).render_as_string(hide_password=False))


def test_secrets_are_kept_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    first = Secrets(tmp_path / "secrets.json").get("seal")
    assert Secrets(tmp_path / "secrets.json").get("seal") == first
    assert Secrets(tmp_path / "secrets.json").get("other") != first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
