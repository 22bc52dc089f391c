"""Whatever is asked of a face, by nobody, by everybody's role or by a peer, it answers: no 5xx, and as it promised."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import KeySet
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import response_schema_conformance

from ops.installation import wiring_of
from services.identity.domain.roles import Role as Held
from shared.ids import OrganizationId, PersonId, new_id
from shared.settings import SERVICES
from shared.testing.system import System
from shared.tokens import Role, ServiceKey
from tests.conftest import MakeSystem
from tests.fuzz.amount import COUNTED, FACTOR, examples

FACES = [name for name in SERVICES if name != "portal"]
PEERS = [*SERVICES, "operations"]
NASTY: list[Any] = [
    "\0", "a\0b", "x" * 5000, "", " ", 2**31, 2**63, -(2**63) - 1, 10**30, -1, 0, "9999-12-31", "0001-01-01",
    "9999-12-31T23:59:59-12:00", "%00", "'", "%", "_", "NaN", "1e999", None, {}, [], True,
]  # fmt: skip
"""What a table can't keep, and the ends of what it can."""
Headers = dict[str, str]


@pytest.mark.timeout(120 + 600 * FACTOR)
async def test_no_face_fails_whatever_is_asked(make_system: MakeSystem) -> None:
    system = await make_system(*(wiring_of(name) for name in FACES))
    for copies in system.processes.values():
        copies[0].app.state.verifier.trust(KeySet([system.key]))
    found: dict[str, str] = {}
    for name in FACES:
        await asyncio.to_thread(storm, system, name, found)
    assert not found, "\n".join(f"{where}: {what}" for where, what in sorted(found.items()))


def storm(system: System, name: str, found: dict[str, str]) -> None:
    """Asks every route of a service; what goes wrong is found by its route."""
    app = system.processes[name][0].app
    schema = schemathesis.openapi.from_dict(app.openapi())
    everybody, *others = callers_of(system, name)
    callers = st.just(everybody) | st.sampled_from(others)
    for each in schema.get_all_operations():
        operation = each.ok()  # type: ignore[union-attr]
        cases = operation.as_strategy() | operation.as_strategy(GenerationMode.NEGATIVE) | struck(operation)
        ask(st.tuples(cases, callers), system.ports[name], f"{name} {operation.label}", found)


@st.composite
def struck(draw: st.DrawFn, operation: Any) -> Any:
    """A lawful request, in which one value is what no table can keep, or the end of what it can."""
    case = draw(operation.as_strategy())
    wrong = draw(st.sampled_from(NASTY))
    parameters = [
        (place.location.value, p.name) for place in (operation.query, operation.path_parameters) for p in place
    ]
    where = draw(st.sampled_from([*parameters, ("body", "")]))
    if where[0] == "query":
        case.query = (case.query or {}) | {where[1]: str(wrong)}
    elif where[0] == "path":
        case.path_parameters = (case.path_parameters or {}) | {where[1]: str(wrong) or "-"}
    elif isinstance(case.body, dict) and case.body:
        case.body = case.body | {draw(st.sampled_from(sorted(case.body))): draw(st.sampled_from([wrong, [wrong]]))}
    return case


def callers_of(system: System, name: str) -> Iterator[Headers]:
    """Nobody; somebody with every role; each peer."""
    yield {}
    roles = [
        Role(role, organization) for role in [*Held, "educator"] for organization in (None, OrganizationId(new_id()))
    ]
    yield {"Authorization": f"Bearer {system.token(PersonId(new_id()), 'Everybody', *roles)}"}
    yield {}
    for peer in PEERS:
        yield {"Service-Token": ServiceKey.of(peer, system.folder / "keys").sign(name)}


def ask(inputs: Any, port: int, label: str, found: dict[str, str]) -> None:
    """Some cases of one route."""

    @examples(2)
    @given(inputs)
    def one(asked: tuple[Any, Headers]) -> None:
        case, caller = asked
        COUNTED["requests"] += 1
        answer = case.call(base_url=f"http://127.0.0.1:{port}", headers=caller)
        if answer.status_code >= 500:
            said = case.as_curl_command()
            found.setdefault(f"{label} {answer.status_code}", f"{said[:600]} → {answer.text[:200]}")
            return
        try:
            case.validate_response(answer, checks=[response_schema_conformance])
        except (Failure, FailureGroup) as failure:
            found.setdefault(f"{label} schema {answer.status_code}", str(failure)[:600])

    try:
        one()
    except Exception as error:  # what cannot be asked at all
        if "Unsatisf" not in type(error).__name__:
            found.setdefault(f"{label} not asked", repr(error)[:300])
