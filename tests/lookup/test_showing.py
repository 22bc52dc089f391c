"""What other services say of licenses and people, and what the public then sees; on real Kafka and PostgreSQL."""

import pytest

from services.lookup.app import service as lookup
from shared.testing.system import System
from tests.conftest import MakeSystem
from tests.lookup.examples import NEXT, PERIOD, district_state, license_state, person_state


@pytest.fixture
async def system(make_system: MakeSystem) -> System:
    return await make_system(lookup)


async def test_a_license_is_shown_by_number_and_by_its_address(system: System) -> None:
    district = district_state()
    holder = person_state(districts=(district.organization_id,))
    shown = license_state(person_id=holder.person_id, number="MS-204417")
    await system.say(district, holder, shown)
    await system.drain()
    for path in ("/licenses/ms204417", "/licenses/MS-204417", f"/v/{shown.public_id}"):
        answer = await system.get("lookup", path)
        assert answer.status_code == 200
        found = answer.json()
        assert (found["name"], found["number"], found["status"]) == ("Maria Lopez", "MS-204417", "active")
        assert found["valid_until"] == "2026-06-30"


async def test_a_renewal_shows_its_new_end_and_a_late_state_changes_nothing(system: System) -> None:
    before = license_state()
    renewed = before.model_copy(update={"periods": (PERIOD, NEXT)})
    await system.say(renewed, version=8)
    await system.say(before, version=7)
    await system.drain()
    found = (await system.get("lookup", f"/v/{before.public_id}")).json()
    assert found["valid_until"] == "2031-06-30"


async def test_an_address_that_no_license_has_is_not_found(system: System) -> None:
    answer = await system.get("lookup", "/v/none")
    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-license")
