"""Every route of identity × everybody who might ask: who is let in at all. What they may do there, other tests say."""

import pytest
from fastapi.routing import APIRoute

from services.identity.app import service as identity
from tests.identity.conftest import House

EVERYBODY, SIGNED_IN = "everybody", "signed in"
OFFICERS, INSIDERS, OWN_DISTRICT = "officers", "insiders", "officers and the district's directory administrator"
SERVICES, OPERATIONS, LOADERS = "services", "operations", "operations, loaders and officers"
SIGNED_IN_OR_SERVICE = "signed in or a service"

DOORS = {
    "POST /sign-in": EVERYBODY,
    "POST /sessions/refresh": EVERYBODY,
    "POST /sign-out": EVERYBODY,
    "GET /.well-known/jwks.json": EVERYBODY,
    "POST /password": EVERYBODY,
    "POST /recoveries": EVERYBODY,
    "POST /recoveries/password": EVERYBODY,
    "POST /profiles": EVERYBODY,
    "GET /organizations": EVERYBODY,
    "GET /organizations/{organization_id}": EVERYBODY,
    "GET /directory-administrators": EVERYBODY,
    "GET /me": SIGNED_IN,
    "POST /me/contact": SIGNED_IN,
    "POST /me/name": SIGNED_IN,
    "POST /me/absences": SIGNED_IN,
    "POST /me/absences/{absence_id}/cancel": SIGNED_IN,
    "GET /people": SIGNED_IN,
    "GET /people/{person_id}": SIGNED_IN_OR_SERVICE,
    "POST /people/{person_id}/reset-link": SIGNED_IN,
    "GET /people/{person_id}/identifiers": OFFICERS,
    "POST /people/{person_id}/contact": OFFICERS,
    "POST /people/{person_id}/name": OFFICERS,
    "POST /people/merge": OFFICERS,
    "POST /people/{person_id}/unmerge": OFFICERS,
    "GET /cases": OWN_DISTRICT,
    "POST /cases/{case_id}/decision": SIGNED_IN,
    "POST /organizations": OFFICERS,
    "GET /organizations/{organization_id}/staff": INSIDERS,
    "POST /organizations/{organization_id}/staff": OWN_DISTRICT,
    "POST /organizations/{organization_id}/employment": OWN_DISTRICT,
    "GET /organizations/{organization_id}/holder": SIGNED_IN_OR_SERVICE,
    "GET /organizations/{organization_id}/roles": SIGNED_IN,
    "POST /organizations/{organization_id}/roles": SIGNED_IN,
    "POST /organizations/{organization_id}/delegations": SIGNED_IN,
    "POST /roles/{grant_id}/revoke": SIGNED_IN,
    "POST /delegations/{delegation_id}/end": SIGNED_IN,
    "GET /authority": SERVICES,
    "POST /import/people": LOADERS,
    "POST /import/organizations": LOADERS,
    "POST /import/roles": OPERATIONS,
}
PEOPLE = ("l.lee", "l.diaz", "l.admin", "p.super", "e.rosa", "o.officer", "o.loader")
LET_IN = {
    EVERYBODY: {"", "renewals", "operations", *PEOPLE},
    SIGNED_IN: set(PEOPLE),
    SIGNED_IN_OR_SERVICE: {"renewals", *PEOPLE},
    OFFICERS: {"o.officer"},
    OWN_DISTRICT: {"o.officer", "l.admin"},
    INSIDERS: {"o.officer", "l.admin", "l.lee", "l.diaz"},
    SERVICES: {"renewals"},
    OPERATIONS: {"operations"},
    LOADERS: {"operations", "o.loader", "o.officer"},
}
UNKNOWN = "0190a0a0-0000-7000-8000-000000000000"
NAME = {"name": {"first": "Ada", "last": "Love"}}
BODIES = {
    "/people/merge": {"winner_id": UNKNOWN, "loser_id": UNKNOWN},
    "/people/{person_id}/name": NAME,
    "/people/{person_id}/contact": {},
    "/me/name": NAME,
    "/me/absences": {"first_day": "2026-03-04", "last_day": "2026-03-04"},
    "/organizations/{organization_id}/roles": {"person_id": UNKNOWN, "role": "loader", "first_day": "2026-03-04"},
    "/organizations/{organization_id}/delegations": {
        "designee_id": UNKNOWN,
        "first_day": "2026-03-04",
        "last_day": "2026-03-04",
    },
    "/organizations": {"kind": "district", "code": "9999", "name": "New"},
    "/organizations/{organization_id}/staff": NAME | {"first_day": "2026-03-04"},
    "/organizations/{organization_id}/employment": {"person_id": UNKNOWN},
}


def routes() -> list[str]:
    return [
        f"{method} {route.path}"
        for router in identity.routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods)
    ]


def test_every_route_stands_in_the_table() -> None:
    assert sorted(routes()) == sorted(DOORS)


@pytest.mark.parametrize("door", DOORS)
async def test_each_door_lets_in_whom_the_table_names(house: House, door: str) -> None:
    method, path = door.split(" ")
    filled = path.replace("{organization_id}", str(house.districts["3700"])).replace("{person_id}", UNKNOWN)
    for name in ("grant_id", "delegation_id", "absence_id", "case_id"):
        filled = filled.replace(f"{{{name}}}", UNKNOWN)
    query = {"q": "rosa", "person_id": UNKNOWN, "district_id": str(house.districts["3700"])}
    for who in ("", "renewals", "operations", *PEOPLE):
        if who in ("renewals", "operations"):
            options = {"json": BODIES.get(path, {})} if method == "POST" else {"params": query}
            answer = await house.as_service(method, filled, name=who, **options)
        elif method == "POST":
            answer = await house.post(filled, BODIES.get(path, {}), by=who)
        else:
            answer = await house.get(filled, by=who, **query)
        turned_away = answer.status_code in (401, 403) and answer.json()["code"] in ("not-signed-in", "forbidden")
        assert turned_away is (who not in LET_IN[DOORS[door]]), f"{door} by {who or 'nobody'}: {answer.text}"
