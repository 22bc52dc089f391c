"""`elms run SERVICE --role …`: a process does what its roles say and no more; a wrong word is one sentence."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from ops.local.ports import free_port
from ops.topology import SERVICES
from services.credentials.app import service as credentials
from shared.contracts.identity import PersonState
from shared.contracts.topics import LICENSES
from shared.contracts.values import Name
from shared.ids import PersonId, new_id
from tests.ops.desk import Desk

OF = "credentials"
ROLES = ("api", "worker", "relay", "effects", "schedule")
SAID = "\n".join([str(PersonId(new_id())), "elms.credentials.LicenseChanged.v1", str(new_id()), *([""] * 5), "{}"])
DONE = {
    "worker": "SELECT 1 FROM person",
    "relay": "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM outbox)",
    "effects": "SELECT 1 FROM effect WHERE attempts > 0",
    "schedule": "SELECT 1 FROM audit_seal",
}
"""SQL that finds a row when a role has done what was there to do."""


@dataclass
class Running:
    """One process of the service."""

    desk: Desk
    port: int

    async def get(self, path: str) -> httpx.Response:
        async with httpx.AsyncClient(timeout=30) as client:
            return await client.get(f"http://127.0.0.1:{self.port}{path}")

    async def health(self) -> dict[str, Any]:
        """What it says of itself, once it is ready."""
        async with asyncio.timeout(90):
            while True:
                try:
                    answer = await self.get("/health/ready")
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
                    continue
                if answer.status_code == 200:
                    return dict(answer.json())
                await asyncio.sleep(0.05)

    async def plays(self) -> set[str]:
        """The roles whose work is done, and `api` where it answers for more than its health."""
        done = {role for role, sql in DONE.items() if await self.desk.rows(OF, sql)}
        return done | ({"api"} if (await self.get("/licenses")).status_code == 401 else set())


@pytest.fixture(scope="module")
async def work(desk: Desk) -> Desk:
    """Topics, and nobody who runs."""
    await desk.make_topics(credentials)
    return desk


async def lay_out(desk: Desk) -> None:
    """One thing to do for each role."""
    await desk.rows(OF, "TRUNCATE person, consumer_position, outbox, effect, audit, audit_seal")
    state = PersonState(
        person_id=PersonId(new_id()), educator_number="E1", name=Name(first="Rosa", last="Lopez"), districts=()
    )
    await desk.system.say(state)
    unsaid = "INSERT INTO outbox (topic, events, said) VALUES (:topic, 1, :said)"
    await desk.rows(OF, unsaid, topic=LICENSES.name, said=SAID)
    await desk.rows(OF, "INSERT INTO effect (kind, key, payload, due) VALUES ('unknown', 'k', '{}', now())")
    await desk.rows(
        OF,
        """INSERT INTO audit (at, actor, action, subject, detail, salt)
           VALUES (now(), 'person:ann', 'license read', 'L1', '{}', '')""",
    )


@asynccontextmanager
async def run(desk: Desk, *roles: str) -> AsyncIterator[Running]:
    """A process as a container runs it, asked to stop in the end; it ends well."""
    port = free_port()
    words = [word for role in roles for word in ("--role", role)]
    environment = {"ELMS_DATABASE": desk.databases[OF], "ELMS_PORT": str(port)}
    pid = desk.launch("run", OF, *words, **environment)
    try:
        yield Running(desk, port)
    finally:
        os.kill(pid, signal.SIGTERM)
        ended = await desk.ended(pid)
    assert ended.code == 0, ended.text


@pytest.mark.parametrize("role", ROLES)
async def test_a_single_role_does_its_own_work_and_no_other(work: Desk, role: str) -> None:
    await lay_out(work)
    async with run(work, role) as running:
        health = await running.health()
        assert (health["roles"], bool(health["consumers"])) == ([role], role == "worker")
        assert (health["relay_leads"] is not None) == (role == "relay")
        async with asyncio.timeout(90):
            while role not in await running.plays():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await asyncio.sleep(0.6)  # whoever ran beside it would have done its own by now
        assert await running.plays() == {role}


@pytest.mark.parametrize("roles", [["all"], ["worker", "relay"]], ids=["all", "two"])
async def test_several_roles_in_one_process_do_all_of_theirs(work: Desk, roles: list[str]) -> None:
    await lay_out(work)
    wanted = set(roles) if len(roles) > 1 else set(ROLES)
    async with run(work, *roles) as running:
        assert set((await running.health())["roles"]) == wanted
        async with asyncio.timeout(90):
            while not wanted <= await running.plays():  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert await running.plays() == wanted


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nobody"], f"there is no service 'nobody'; there are {', '.join(each.name for each in SERVICES)}."),
        (["portal", "--role", "worker"], "portal has no role worker; it has api."),
        (["lookup", "--role", "relay"], "lookup has no role relay; it has api, worker, schedule."),
        (["lookup", "--role", "api", "--role", "teacher"], "lookup has no role teacher; it has api, worker, schedule."),
    ],
)  # fmt: skip
async def test_a_wrong_service_or_role_is_one_sentence(desk: Desk, words: list[str], sentence: str) -> None:
    said = await desk.elms("run", *words)
    assert (said.code, said.text) == (1, f"elms: {sentence}\n")
