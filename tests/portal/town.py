"""A small town on the real services: one district's educators and approvers, the state's office, and the portal."""

import contextlib
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx

from ops import topics as kafka_topics
from ops.local.ports import free_port
from services.correspondence.app import service as correspondence
from services.credentials.app import service as credentials
from services.exchange.app import service as exchange
from services.identity.app import service as identity
from services.lookup.app import service as lookup
from services.portal.app import service as portal
from services.printing.app import service as printing
from services.renewals.app import service as renewals
from shared.testing.system import System
from shared.tokens import ServiceKey
from tests.conftest import FreshDatabase, database_of, topics_of
from tests.portal.serving import until_open
from tests.portal.visitor import Visitor

SERVICES = (identity, credentials, renewals, printing, lookup, correspondence, exchange, portal)
PASSWORD = "crepe-myrtle-42"
ORGANIZATIONS = """code,name,kind,phone,place,hours
OEL,Office of Educator Licensure,state_office,601-359-3483,Jackson,8 to 5
LAMAR,Lamar County School District,district,601-794-1030,Room 12,9 to 3
"""
PEOPLE = {
    "maria": "Maria,Lopez", "bo": "Bo,Rivers", "cai": "Cai,Woods", "dee": "Dee,Ray", "eve": "Eve,Stone",
    "lee": "Dana,Lee", "ortiz": "Rosa,Ortiz", "officer": "Ada,Vance", "loader": "Lou,Hall", "printer": "Pat,Ford",
    "operator": "Oz,Marsh",
}  # fmt: skip
ROLES = {"lee": "superintendent,LAMAR", "ortiz": "personnel_administrator,LAMAR",
         "officer": "licensing_officer,OEL", "loader": "loader,OEL", "printer": "print_shop,OEL",
         "operator": "operator,OEL"}  # fmt: skip
BIRTH_YEARS = {user: 1961 + number for number, user in enumerate(PEOPLE)}
SSNS = {user: f"40251{7001 + number * 11}" for number, user in enumerate(PEOPLE)}

FLO_BORN, FLO_SSN = "1980-04-28", "402519999"
"""Flo Green has no account: the district has started her profile."""


@dataclass
class Town:
    """The running services and who is in a browser. `seen` is whatever anybody was shown, with its address."""

    system: System
    seen: list[tuple[str, str]] = field(default_factory=list)
    visitors: list[Visitor] = field(default_factory=list)

    async def visitor(self, user: str = "") -> Visitor:
        """A browser of its own; somebody signed in to it."""
        made = Visitor(f"http://127.0.0.1:{self.system.ports['portal']}")
        made.client.event_hooks["response"].append(self._note)
        self.visitors.append(made)
        if user:
            landed = await made.sign_in(user, PASSWORD)
            assert landed.url.path != "/sign-in", landed.text
        return made

    async def _note(self, answer: httpx.Response) -> None:
        await answer.aread()
        told = f"{answer.request.url} {answer.headers.get('location', '')} {answer.headers.get('set-cookie', '')}"
        self.seen.append((told, answer.text))

    async def import_file(self, service: str, path: str, text: str) -> None:
        """As `elms import` does; asked again while the other service has not heard of somebody."""
        key = ServiceKey.of("operations", self.system.folder / "keys").sign(audience=service)
        headers = {"Service-Token": key, "content-type": "text/csv"}
        answer = await self.system.ask("POST", service, f"/import/{path}", content=text, headers=headers)
        assert answer.status_code == 200, answer.text
        assert answer.json()["errors"] == [], answer.text

    async def license_with(self, user: str, *ceu: str) -> None:
        """CEU that somebody had recorded before."""
        rows = [f"MS{user},ceu,{amount},Training {n},Institute,2025-05-0{n}" for n, amount in enumerate(ceu, start=1)]
        await self.import_file(
            "credentials", "credits",
            "\n".join(("educator_number,credit_type,amount,title,provider,completed_on", *rows)),
        )  # fmt: skip

    async def filed(self, user: str) -> str:
        """The reference of an application that somebody with 10 CEU files, when it waits for a decision."""
        await self.license_with(user, "6", "4")
        visitor = await self.visitor(user)
        number = number_of(user)
        page = await visitor.get(f"/renew/{number}?step=check&option=A-CEU")
        landed = await visitor.send(page, f"/renew/{number}", option="A-CEU")
        await self.system.drain()
        return landed.url.path.rpartition("/")[2]

    async def fill(self) -> None:
        """The office, the district, the people with one password, their roles and licenses."""
        head = "educator_number,first_name,last_name,birth_date,ssn,email,district_code,user_id,password,must_change"
        people = [
            f"MS{user},{name},{BIRTH_YEARS[user]}-04-28,{SSNS[user]},{user}@example.org,LAMAR,{user},{PASSWORD},no"
            for user, name in PEOPLE.items()
        ]
        people.append(f"MSflo,Flo,Green,{FLO_BORN},{FLO_SSN},flo@example.org,LAMAR,,,")
        roles = [f"{user},{role},2025-07-01," for user, role in ROLES.items()]
        licenses = [f"{number_of(user)},MS{user},standard,A,2021-07-01,2026-06-30" for user in PEOPLE]
        await self.import_file("identity", "organizations", ORGANIZATIONS)
        await self.import_file("identity", "people", "\n".join((head, *people)))
        roles_head = "user_id,role,organization_code,first_day,last_day"
        await self.import_file("identity", "roles", "\n".join((roles_head, *roles)))
        await self.system.drain()
        licenses_head = "number,educator_number,license_type,license_class,effective_from,valid_until"
        await self.import_file("credentials", "licenses", "\n".join((licenses_head, *licenses)))
        await self.system.drain()

    async def until(self, visitor: Visitor, path: str, words: str) -> httpx.Response:
        """The page, when it says so. Raises `TimeoutError` with what it says instead."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            page = await visitor.get(path)
            if words in page.text:
                return page
        raise TimeoutError(main_of(page))


def number_of(user: str) -> str:
    """The number of somebody's license."""
    return f"20{list(PEOPLE).index(user):04d}"


def main_of(page: httpx.Response) -> str:
    """What a page says between its header and its footer, without tags."""
    found = re.search(r"<main.*?</main>", page.text, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group() if found else page.text))


@contextlib.asynccontextmanager
async def open_town(kafka: str, fresh_database: FreshDatabase, folder: Path) -> AsyncIterator[Town]:
    """The town, running until it is left."""
    system = System(kafka, f"town{uuid4().hex[:8]}.", folder)
    made = await kafka_topics.apply(kafka, list(topics_of(SERVICES)), prefix=system.topic_prefix)
    for service in SERVICES:
        system.ports[service.name] = free_port()
    for service in SERVICES:
        await system.start(service, await database_of(service, fresh_database))
    await until_open(system.ports["portal"])
    town = Town(system)
    try:
        await town.fill()
        yield town
    finally:
        for visitor in town.visitors:
            await visitor.client.aclose()
        await system.stop()
        await kafka_topics.delete(kafka, made.missing)
