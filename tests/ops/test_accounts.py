"""Services that keep the same answer the same sums; where one has more, its heap differs and names it."""

from typing import Any

from services.credentials.app import service as credentials
from services.lookup.app import service as lookup
from services.printing.app import service as printing
from services.renewals.app import service as renewals
from shared.contracts.identity import PersonState
from shared.contracts.values import Name
from shared.database import run
from shared.ids import PersonId, new_id
from shared.testing.system import System
from shared.tokens import Role
from tests.conftest import MakeSystem

ACCOUNTS = [(service.name, name) for service in (credentials, lookup, printing, renewals) for name in service.accounts]


async def ask(system: System, service: str, path: str) -> Any:
    operator = system.token(new_id(), "Oscar Ops", Role("operator"))
    answer = await system.get(service, f"/operations/accounts/{path}", operator)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_services_that_keep_the_same_say_the_same_and_one_more_is_found(make_system: MakeSystem) -> None:
    system = await make_system(credentials, lookup, printing, renewals)
    person = PersonId(new_id())
    await system.say(
        PersonState(person_id=person, educator_number="E1", name=Name(first="Rosa", last="Lopez"), districts=())
    )
    await system.drain()
    rows = [
        {"number": f"L{n}", "educator_number": "E1", "license_type": "standard", "license_class": "A",
         "effective_from": "2021-07-01", "valid_until": "2026-06-30"} for n in range(40)
    ]  # fmt: skip
    loader = system.token(new_id(), "Loader", Role("loader"))
    imported = await system.post("credentials", "/import/licenses", rows, loader)
    assert imported.json()["errors"] == []
    await system.drain()
    for service, name in ACCOUNTS:
        found = await ask(system, service, name)
        assert found["count"] == sum(heap["count"] for heap in found["heaps"]) == (40 if name == "periods" else 0)
    held, shown = [await ask(system, service, "periods") for service in ("credentials", "lookup")]
    assert held == shown
    async with system.processes["lookup"][0].runtime.database.begin() as connection:
        await run(connection, "DELETE FROM shown.license WHERE number = 'L7'")
    shown = await ask(system, "lookup", "periods")
    [heap] = [heap["heap"] for heap in held["heaps"] if heap not in shown["heaps"]]
    sides = [set(await ask(system, service, f"periods/{heap}")) for service in ("credentials", "lookup")]
    [lost] = sides[0] - sides[1]
    assert lost.endswith(" 2026-06-30")
    educator = system.token(person, "Rosa Lopez", Role("educator"))
    assert (await system.get("lookup", "/operations/accounts/periods", educator)).status_code == 403
    operator = system.token(new_id(), "Oscar Ops", Role("operator"))
    assert (await system.get("lookup", "/operations/accounts/earned", operator)).status_code == 404
