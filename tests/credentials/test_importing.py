"""Licenses and credits of a predecessor system, and states that are said again."""

from typing import Any

import pytest

from shared.contracts.credentials import CreditRecorded, LicenseState
from shared.ids import new_id
from shared.tokens import Role
from tests.credentials.conftest import Office

LICENSES = """number,educator_number,license_type,license_class,endorsements,effective_from,valid_until,provisional
{0}1,{1},standard,A,120;221,2021-07-01,2026-06-30,
{0}2,{1},provisional,AA,,2023-07-01,2026-06-30,
{0}3,{1},standard,A,,2021-07-01,2026-06-30,true
"""


async def post(office: Office, path: str, text: str) -> dict[str, Any]:
    """A CSV file, loaded with the operator's own key."""
    answer = await office.system.ask("POST", "credentials", path, headers=office.signed("operations"), content=text)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_imported_licenses_are_here_once_and_said(office: Office) -> None:
    person = await office.person()
    text = LICENSES.format(f"I{office.number}-", f"E{office.number}")
    seen = await post(office, "/import/licenses?preview=true", text)
    assert (seen["new"], seen["preview"]) == (3, True)
    assert (await post(office, "/import/licenses", text))["new"] == 3
    assert (await post(office, "/import/licenses", text))["known"] == 3
    mine = (await office.system.get("credentials", "/licenses", office.token(person))).json()
    shown = {each["number"]: (each["status"], [e["code"] for e in each["endorsements"]]) for each in mine}
    assert shown == {
        f"I{office.number}-1": ("active", ["120", "221"]),
        f"I{office.number}-2": ("provisional", []),
        f"I{office.number}-3": ("provisional", []),
    }
    await office.system.drain()
    assert len(await office.said(LicenseState)) == 3


async def test_numbers_become_ids_for_what_refers_to_them(office: Office) -> None:
    person = await office.person()
    await post(office, "/import/licenses", LICENSES.format(f"N{office.number}-", f"E{office.number}"))
    asked = {"numbers": [f"N{office.number}-1", f"N{office.number}-3", "N-unknown"]}
    operator = office.signed("operations")
    found = await office.system.ask("POST", "credentials", "/import/licenses/find", headers=operator, json=asked)
    assert {each["number"] for each in found.json()} == set(asked["numbers"][:2])
    assert {each["person_id"] for each in found.json()} == {str(person)}
    mine = (await office.system.get("credentials", "/licenses", office.token(person))).json()
    assert {each["license_id"] for each in found.json()} <= {each["license_id"] for each in mine}
    refused = await office.system.post("credentials", "/import/licenses/find", asked, office.token(person))
    assert refused.status_code == 403


WRONG: list[tuple[dict[str, str], str, str | None]] = [
    ({"educator_number": "E999999"}, "educator_number", "Nobody has E999999."),
    ({"license_type": "driving"}, "license_type", "driving is no type of license here."),
    ({"license_class": "B"}, "license_class", "B is no class of this type of license."),
    ({"endorsements": "120 999"}, "endorsements", "999: no such endorsement here."),
    ({"valid_until": "someday"}, "valid_until", None),
    ({"valid_until": "2020-01-01"}, "row", "valid_until is before effective_from"),
    ({"number": ""}, "number", None),
    ({"colour": "red"}, "colour", None),
    ({"standing": "odd"}, "standing", None),
]


async def test_a_wrong_row_is_named_with_its_field_and_the_others_are_taken(office: Office) -> None:
    await office.person()
    good = {
        "number": f"W{office.number}", "educator_number": f"E{office.number}", "license_type": "standard",
        "license_class": "A", "effective_from": "2021-07-01", "valid_until": "2026-06-30",
    }  # fmt: skip
    wrong = [good | {"number": f"X{office.number}-{place}"} | changes for place, (changes, _, _) in enumerate(WRONG)]
    report = await office.load("licenses", [*wrong, good])
    assert (report["read"], report["new"]) == (len(WRONG) + 1, 1)
    assert [(error["row"], error["field"]) for error in report["errors"]] == [
        (place, field) for place, (_, field, _) in enumerate(WRONG, 1)
    ]
    said = {error["row"]: error["problem"] for error in report["errors"]}
    assert all(problem in (None, said[place]) for place, (_, _, problem) in enumerate(WRONG, 1))


async def test_imported_credits_keep_the_rules(office: Office) -> None:
    person = await office.person()
    license = await office.license(person)
    row = {
        "educator_number": f"E{office.number}", "credit_type": "ceu", "amount": "1", "title": "Reading",
        "provider": "Institute", "completed_on": "2025-05-03",
    }  # fmt: skip
    rows = [
        row,
        row | {"title": "Small", "amount": "0.3"},
        row | {"reference": "2"},
        row | {"title": "Early", "completed_on": "2020-01-01"},
        row | {"title": "Hours", "amount": "", "contact_hours": "12"},
        row | {"educator_number": "E999999"},
    ]
    report = await office.load("credits", rows)
    assert (report["read"], report["new"], report["known"]) == (6, 2, 0)
    assert [(error["row"], error["field"]) for error in report["errors"]] == [
        (2, "amount"), (3, "title"), (4, "completed_on"), (6, "educator_number"),
    ]  # fmt: skip
    assert (await office.load("credits", rows[:1]))["known"] == 1
    page = await office.page(license["number"], person)
    assert sorted(credit["amount"] for credit in page["credits"]) == ["1", "1.2"]
    await office.system.drain()
    assert len(await office.said(CreditRecorded)) == 2


@pytest.mark.parametrize("role", ["educator", "superintendent", "operator"])
async def test_nobody_but_a_loader_an_officer_or_the_operator_imports(office: Office, role: str) -> None:
    token = office.system.token(new_id(), "Somebody", Role(role))
    answer = await office.system.ask("POST", "credentials", "/import/licenses", token, json=[])
    assert answer.status_code == 403
    assert (await office.system.post("credentials", "/import/licenses", [])).status_code == 401


async def test_a_file_that_is_no_table_is_refused(office: Office) -> None:
    answer = await office.system.ask(
        "POST", "credentials", "/import/licenses", headers=office.signed("operations"), json={"a": 1}
    )
    assert (answer.status_code, answer.json()["field"]) == (422, "file")


async def test_states_are_said_again_under_their_versions_for_a_rebuild(office: Office) -> None:
    person = await office.person()
    wanted = {(await office.license(person))["license_id"] for _ in range(3)}
    after, said = "", 0
    while after is not None:
        path = f"/operations/licenses/say-again?at_most=2{after and f'&after={after}'}"
        answer = await office.system.ask("POST", "credentials", path, headers=office.signed("operations"))
        said, after = said + answer.json()["said"], answer.json()["next_after"]
    await office.system.drain()
    states = [state for state in await office.said(LicenseState) if str(state.license_id) in wanted]
    assert said >= 3 and len(states) == 6
    assert len({(state.license_id, state.said.version) for state in states}) == 3
