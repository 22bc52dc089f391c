"""Files of a predecessor system: fast, idempotent, with an error for each bad row."""

from typing import Any

import httpx
import pytest

from shared.tokens import ServiceKey
from tests.identity.conftest import House

HEADER = "external_id,first_name,last_name,birth_date,ssn,district_code,line1,city,state,postal_code"


def many(count: int) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    rows = (
        f"big{n},{letters[n % 26].upper()}da,{letters[n // 26 % 26].upper()}{letters[n // 676 % 26]}son,"
        f"19{60 + n % 40}-0{1 + n % 9}-11,{200 + n // 8000}45{1 + n % 8000:04d},3700,{n} Elm St,Purvis,MS,39475"
        for n in range(count)
    )
    return "\n".join([HEADER, *rows])


async def load(house: House, text: str, what: str = "people", **query: Any) -> dict[str, Any]:
    headers = {"Service-Token": ServiceKey.of("operations", house.system.folder / "keys").sign(audience="identity")}
    async with httpx.AsyncClient(timeout=300) as client:
        address = f"http://127.0.0.1:{house.system.ports['identity']}/import/{what}"
        answer = await client.post(address, content=text, params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.timeout(600)
async def test_twenty_thousand_people_load_and_again_changes_nothing(house: House) -> None:
    first = await load(house, many(20_000))
    assert (first["new"], first["errors"]) == (20_000, [])
    again = await load(house, many(2_000))
    assert (again["new"], again["known"]) == (0, 2_000)
    (counted,) = await house.rows("SELECT count(*) AS n, count(DISTINCT educator_number) AS m FROM person")
    assert counted["n"] == counted["m"] == 20_009
    assert len(await house.said("PersonState")) == 20_000


async def test_a_preview_counts_and_loads_nothing(house: House) -> None:
    text = f"{HEADER}\nx8,Ena,Rosa,,,,,,,\nnew1,Ada,Love,,,,,,,\nnew2,Bo,Peep,,,9999,,,,\n"
    seen = await load(house, text, preview=True)
    assert (seen["read"], seen["new"], seen["known"]) == (3, 1, 1)
    assert seen["errors"] == [{"row": 3, "field": "district_code", "problem": "No organization has the code 9999."}]
    assert len(await house.rows("SELECT 1 FROM person")) == 9


async def test_bad_rows_name_their_field_and_harm_no_other(house: House) -> None:
    text = (
        f"{HEADER}\n"
        "a,Ada,Love,1980-01-01,,,,,,\n"
        "b,,Love,1980-01-01,,,,,,\n"
        "c,Ada,Love,yesterday,,,,,,\n"
        "d,Ada,Love,,666000000,,,,,\n"
        "e,Ada,Love,,,3700,1 Elm,Purvis,Miss,39475\n"
        "f,Ada,Love,,,7777,,,,\n"
    )
    report = await load(house, text)
    assert (report["read"], report["new"]) == (6, 1)
    assert [(e["row"], e["field"]) for e in report["errors"]] == [
        (2, "first_name"),
        (3, "birth_date"),
        (4, "ssn"),
        (5, "state"),
        (6, "district_code"),
    ]
    assert "666000000" not in str(report)


@pytest.mark.parametrize(
    "text", ["first_name,shoe_size\nAda,42\n", "[1, 2]", "[{]", 'first_name,last_name\n"Ada,Love\n']
)
async def test_a_file_that_cannot_be_read_is_refused_whole(house: House, text: str) -> None:
    answer = await house.as_service("POST", "/import/people", name="operations", content=text)
    assert (answer.status_code, answer.json()["field"]) == (422, "file")


async def test_json_is_as_good_as_csv(house: House) -> None:
    report = await load(house, '[{"first_name": "Ada", "last_name": "Love", "educator_number": "MS99999999"}]')
    assert report["new"] == 1
    assert (await house.rows("SELECT last FROM person WHERE educator_number = 'MS99999999'"))[0]["last"] == "Love"


async def test_an_account_comes_with_its_person_and_a_taken_name_is_said(house: House) -> None:
    header = "external_id,first_name,last_name,user_id,password,license_numbers"
    text = (
        f"{header}\n"
        "a,Ada,Love,alove,seven paper lanterns,5551\n"
        "b,Bo,Peep,e.rosa,seven paper lanterns,\n"
        "c,Cy,Fi,cfi,password1,\n"
    )
    report = await load(house, text)
    assert [(e["row"], e["field"]) for e in report["errors"]] == [(2, "user_id"), (3, "password")]
    signed_in = (await house.post("/sign-in", {"user_id": "alove", "password": "seven paper lanterns"})).json()
    assert signed_in["must_change_password"] is True
    (registered,) = await house.said("PersonRegistered")
    assert registered["license_number"] == "5551"


async def test_roles_load_once_and_name_what_does_not_exist(house: House) -> None:
    text = (
        "user_id,role,organization_code,first_day,last_day\n"
        "e.rosa,superintendent,6120,2026-01-01,2026-12-31\n"
        "nobody,superintendent,6120,2026-01-01,\n"
        "e.rosa,licensing_officer,6120,2026-01-01,\n"
        "e.rosa,emperor,6120,2026-01-01,\n"
        "e.rosa,superintendent,6120,,\n"
    )
    for _ in range(2):
        report = await load(house, text, "roles")
        assert [(e["row"], e["field"]) for e in report["errors"]] == [
            (2, "educator_number"),
            (3, "organization_code"),
            (4, "role"),
            (5, "first_day"),
        ]
    assert len(await house.rows("SELECT 1 FROM role_grant")) == 8


@pytest.mark.parametrize(
    ("what", "by", "status"),
    [
        ("people", "o.loader", 200),
        ("people", "o.officer", 200),
        ("people", "l.admin", 403),
        ("people", "", 401),
        ("roles", "o.officer", 401),
        ("roles", "", 401),
    ],
)
async def test_who_loads_what(house: House, what: str, by: str, status: int) -> None:
    token = house.token(by) if by else ""
    text = "first_name,last_name\n" if what == "people" else "user_id,role\n"
    assert (await house.system.ask("POST", "identity", f"/import/{what}", token, content=text)).status_code == status


async def test_no_other_service_loads_anything(house: House) -> None:
    answer = await house.as_service("POST", "/import/people", name="portal", content="first_name,last_name\n")
    assert answer.status_code == 403
