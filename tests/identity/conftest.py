"""Identity running on real Kafka and PostgreSQL, with an office, two districts and some people in it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
from aiokafka import TopicPartition
from joserfc.jwk import KeySet

from ops import topics as kafka_topics
from services.identity.app import service as identity
from services.identity.domain.files import read_people, read_roles
from services.identity.tables import metadata
from shared.contracts import EVENTS
from shared.ids import OrganizationId, PersonId
from shared.messaging.tables import service_metadata
from shared.runtime import Runtime
from shared.testing.system import System
from shared.tokens import Role, ServiceKey
from tests.conftest import database_of, topics_of

FIRST_DAY = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
OWN_TABLES = [table.name for table in metadata.sorted_tables if table.name not in service_metadata().tables]
PASSWORD = "kelp orbit at dawn 71"
ORGANIZATIONS = """code,name,kind,phone,place,hours
MDE,Office of Educator Licensure,state_office,601-359-3483,Jackson,8 to 5
3700,Lamar County School District,district,601-794-1030,Room 12,9 to 3
6120,Pearl Public School District,district,601-932-7921,Room 1,9 to 3
"""
STAFF = {  # user name → district, role
    "o.officer": ("MDE", "licensing_officer"),
    "o.second": ("MDE", "licensing_officer"),
    "o.loader": ("MDE", "loader"),
    "l.lee": ("3700", "superintendent"),
    "l.diaz": ("3700", "personnel_administrator"),
    "l.admin": ("3700", "directory_administrator"),
    "p.super": ("6120", "superintendent"),
    "e.rosa": ("3700", ""),
    "e.paul": ("6120", ""),
}


@dataclass
class House:
    """The running service and the ids of who is in it, by user name and by code."""

    system: System
    people: dict[str, PersonId] = field(default_factory=dict)
    districts: dict[str, OrganizationId] = field(default_factory=dict)
    ends: dict[TopicPartition, int] = field(default_factory=dict)

    @property
    def runtime(self) -> Runtime:
        return self.system.processes["identity"][0].runtime

    async def get(self, path: str, *, by: str = "", **params: Any) -> httpx.Response:
        return await self.system.get("identity", path, token=self.token(by) if by else "", **params)

    async def post(self, path: str, body: Any = None, *, by: str = "", key: str = "") -> httpx.Response:
        return await self.system.post("identity", path, body, token=self.token(by) if by else "", key=key)

    async def as_service(self, method: str, path: str, *, name: str = "renewals", **options: Any) -> httpx.Response:
        key = ServiceKey.of(name, self.system.folder / "keys")
        headers = {"Service-Token": key.sign(audience="identity")}
        return await self.system.ask(method, "identity", path, headers=headers, **options)

    def token(self, user: str) -> str:
        """A token with the roles that this person was given."""
        code, role = STAFF.get(user, ("", ""))
        roles = [Role(role, self.districts[code])] if role else []
        return self.system.token(self.people[user], user, *roles)

    async def rows(self, sql: str, **params: Any) -> list[dict[str, Any]]:
        async with self.runtime.work(actor="test") as work:
            return [dict(row) for row in await work.rows(sql, **params)]

    async def put_back(self) -> None:
        """Everything as on the first day; what Kafka holds until now is passed over."""
        await self.relayed()
        await self.rows(f"TRUNCATE {', '.join(OWN_TABLES)}, effect, audit, request CASCADE")
        for table in OWN_TABLES:
            await self.rows(f"INSERT INTO {table} SELECT * FROM first_day_{table}")
        shutil.rmtree(self.system.folder / "mail", ignore_errors=True)
        self.system.clock.set(FIRST_DAY)
        self.system.processes["identity"][0].app.state.verifier.trust(KeySet([self.system.key]))
        self.ends = await self.system.ends(*{event.TOPIC.name for event in identity.publishes})

    async def relayed(self) -> None:
        """Waits until the relay has said everything."""
        async with asyncio.timeout(90):
            while (await self.rows("SELECT count(*) AS waiting FROM outbox"))[0]["waiting"]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    def mails(self) -> list[Message]:
        """What was mailed, each message read from its file, the oldest first."""
        folder = self.system.folder / "mail"
        files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns) if folder.exists() else []
        return [message_from_bytes(file.read_bytes()) for file in files]

    async def said(self, kind: str, about: UUID | None = None) -> list[dict[str, Any]]:
        """The events of one type that Kafka holds, in their order, each with its sequence as `_sequence`."""
        await self.relayed()
        return [e for e in await read_events(self, kind) if about is None or e["_key"] == str(about)]


OpenHouse = Callable[..., Awaitable[House]]


@pytest.fixture(scope="session")
async def houses(
    kafka: str, fresh_database: Any, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[str, House]]:
    """Identity of each state that a test asked for: started once, put back to its first day before every test."""
    running: dict[str, House] = {}
    yield running
    for house in running.values():
        await house.system.stop()
        await kafka_topics.delete(kafka, [house.system.topic_prefix + topic.name for topic in topics_of([identity])])


@pytest.fixture
def open_house(houses: dict[str, House], kafka: str, fresh_database: Any, tmp_path_factory: Any) -> OpenHouse:
    """`await open_house("massachusetts")`: identity of that state, with its people, on its first day."""

    async def make(jurisdiction: str = "mississippi") -> House:
        if jurisdiction not in houses:
            houses[jurisdiction] = await start(jurisdiction, kafka, fresh_database, tmp_path_factory.mktemp("house"))
        await houses[jurisdiction].put_back()
        return houses[jurisdiction]

    return make


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    """Identity of Mississippi, with its people."""
    return await open_house()


async def start(jurisdiction: str, kafka: str, fresh_database: Any, folder: Path) -> House:
    prefix = f"identity{jurisdiction[:5]}{folder.name}{uuid4().hex[:6]}."
    system = System(kafka, prefix, folder, jurisdiction=jurisdiction)
    await kafka_topics.apply(kafka, topics_of([identity]), prefix=prefix)
    await system.start(identity, await database_of(identity, fresh_database))
    house = House(system)
    await fill(house)
    for table in OWN_TABLES:
        await house.rows(f"CREATE TABLE first_day_{table} AS TABLE {table}")
    return house


async def fill(house: House) -> None:
    """The office, the districts, the people with one password, their roles: by the import, as an installation does."""
    for path, text in (("organizations", ORGANIZATIONS), ("people", people_file()), ("roles", roles_file())):
        answer = await house.as_service("POST", f"/import/{path}", name="operations", content=text)
        assert answer.status_code == 200, answer.text
        assert answer.json()["errors"] == [], answer.text
    house.districts = {r["code"]: r["id"] for r in await house.rows("SELECT code, id FROM organization")}
    house.people = {
        r["user_name"]: r["person_id"] for r in await house.rows("SELECT user_name, person_id FROM account")
    }


def people_file() -> str:
    lines = [
        "external_id,first_name,last_name,birth_date,ssn,email,district_code,license_numbers,user_id,password,must_change"
    ]
    for number, (user, (code, _)) in enumerate(STAFF.items(), start=1):
        first, last = user.split(".")
        district = "" if code == "MDE" else code
        lines.append(
            f"x{number},{first.upper()}na,{last.title()},1980-01-{number:02d},12345{1000 + number},"
            f"{user}@example.org,{district},20{number:04d},{user},{PASSWORD},no"
        )
    text = "\n".join(lines)
    assert not read_people(text, today=date(2026, 3, 4)).errors
    return text


def roles_file() -> str:
    lines = ["user_id,role,organization_code,first_day,last_day"]
    lines += [f"{user},{role},{code},2025-07-01," for user, (code, role) in STAFF.items() if role]
    text = "\n".join(lines)
    assert not read_roles(text).errors
    return text


async def read_events(house: House, kind: str) -> list[dict[str, Any]]:
    """Every event of a type that was said since the first day, read by a plain Kafka client."""
    event = EVENTS[f"elms.identity.{kind}.v1"]
    found = await house.system.read(event.TOPIC.name, since=house.ends)
    return [_event(record, orjson.loads(record.value)) for record in found if _type(record) == event.TYPE]


def _type(record: Any) -> str:
    return dict(record.headers)["ce_type"].decode()


def _event(record: Any, data: dict[str, Any]) -> dict[str, Any]:
    headers = {name: value.decode() for name, value in record.headers}
    return data | {"_key": record.key.decode(), "_sequence": int(headers["ce_sequence"]), "_actor": headers["ce_actor"]}
