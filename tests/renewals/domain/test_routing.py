"""To whose queue an application goes, and where a transfer takes it."""

from typing import Any

import pytest

from services.renewals.domain.errors import DistrictNeeded, DistrictNotYours
from services.renewals.domain.routing import Route, moved, route
from shared.errors import ElmsError
from shared.policies import load
from tests.renewals.domain.examples import HINDS, OFFICE, RANKIN

ONE, TWO = {RANKIN: "Rankin"}, {RANKIN: "Rankin", HINDS: "Hinds"}
STATE_NO_DISTRICT, STATE_OWN = Route(None, True, "no-district"), Route(None, True, "superintendent")


@pytest.mark.parametrize(
    ("employers", "superintends", "chosen", "expected"),
    [
        (ONE, [], None, Route(RANKIN, False)),
        (ONE, [], RANKIN, Route(RANKIN, False)),
        (ONE, [], HINDS, DistrictNotYours),
        (TWO, [], None, DistrictNeeded),
        (TWO, [], HINDS, Route(HINDS, False)),
        ({}, [], None, STATE_NO_DISTRICT),
        ({}, [], RANKIN, DistrictNotYours),
        (ONE, [RANKIN], None, STATE_OWN),
        (TWO, [RANKIN], HINDS, STATE_OWN),
    ],
)
def test_an_application_goes_to_the_queue_of_its_educators_district(
    employers: Any, superintends: Any, chosen: Any, expected: Route | type[ElmsError]
) -> None:
    policy = load("mississippi")
    kind = policy.application("renewal")
    if isinstance(expected, Route):
        assert route(employers, superintends, kind=kind, policy=policy, chosen=chosen) == expected
    else:
        with pytest.raises(expected) as refusal:
            route(employers, superintends, kind=kind, policy=policy, chosen=chosen)
        assert refusal.value.field == "district_id"


@pytest.mark.parametrize(
    ("jurisdiction", "kind"), [("mississippi", "initial"), ("massachusetts", "renewal"), ("massachusetts", "initial")]
)
def test_what_districts_do_not_decide_goes_to_the_state_office(jurisdiction: str, kind: str) -> None:
    policy = load(jurisdiction)
    assert route(TWO, [], kind=policy.application(kind), policy=policy) == Route(None, True, "kind")


@pytest.mark.parametrize(
    ("now", "employers", "before", "expected"),
    [
        (Route(RANKIN, False), [RANKIN], [RANKIN], None),
        (Route(RANKIN, False), [HINDS], [RANKIN], Route(HINDS, False)),
        (Route(RANKIN, False), [HINDS, RANKIN], [RANKIN], None),  # a second job is no transfer
        (Route(RANKIN, False), [HINDS, OFFICE], [RANKIN, HINDS], Route(OFFICE, False)),  # to the new one
        (Route(RANKIN, False), [], [RANKIN], STATE_NO_DISTRICT),
        (Route(RANKIN, True), [HINDS], [RANKIN], Route(HINDS, True)),  # escalated stays escalated
        (STATE_NO_DISTRICT, [], [], None),
        (STATE_NO_DISTRICT, [HINDS], [], Route(HINDS, False)),
        (STATE_OWN, [HINDS], [RANKIN], None),
        (Route(None, True, "kind"), [HINDS], [RANKIN], None),
    ],
)
def test_a_transfer_moves_an_open_application_with_its_educator(
    now: Route, employers: Any, before: Any, expected: Route | None
) -> None:
    assert moved(now, employers, before) == expected
