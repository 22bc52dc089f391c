"""`elms import|load|recall`: an operator's files, from the first district to a load of credits that is taken back."""

import re
from pathlib import Path
from typing import Any

import pytest

from services.credentials.app import service as credentials
from services.exchange.app import service as exchange
from services.identity.app import service as identity
from shared.ids import new_id
from tests.ops.desk import Desk, Said

ORGANIZATIONS = """code,name,kind
OEL,Office of Educator Licensure,state_office
3700,Lamar County School District,district
"""
PEOPLE = """educator_number,first_name,last_name,district_code
E1,Rosa,Lopez,3700
E2,Paul,Reed,3700
"""
ROLES = """educator_number,role,organization_code,first_day,last_day
E2,superintendent,3700,2026-01-01,
"""
LICENSES = """number,educator_number,license_type,license_class,effective_from,valid_until
L1,E1,standard,A,2021-07-01,2026-06-30
L2,E2,standard,A,2021-07-01,2026-06-30
"""
EARNED = """educator_number,credit_type,amount,title,provider,completed_on
E1,ceu,1,Reading,Institute,2025-05-03
"""
FILES = {
    "organizations": ("identity", ORGANIZATIONS, 2, "SELECT 1 FROM organization"),
    "people": ("identity", PEOPLE, 2, "SELECT 1 FROM person"),
    "roles": ("identity", ROLES, 1, "SELECT 1 FROM role_grant"),
    "licenses": ("credentials", LICENSES, 2, "SELECT 1 FROM license"),
    "credits": ("credentials", EARNED, 1, "SELECT 1 FROM credit"),
}
WRONG = {
    "organizations": ("X1,,district", "name"),
    "people": ("E9,Ann,,3700", "last_name"),
    "roles": ("E9,superintendent,3700,2026-01-01,", "educator_number"),
    "licenses": ("L9,E1,driving,A,2021-07-01,2026-06-30", "license_type"),
    "credits": ("E1,ceu,0.3,Small,Institute,2025-05-03", "amount"),
}
AWARDS = """educator_number,reference,unit,amount,title,provider,completed_on
E1,W-1,ceu,0.5,Reading early,North Institute,2026-02-20
E1,W-2,ceu,1,Writing early,North Institute,2026-02-21
E2,W-3,ceu,0.5,Reading early,North Institute,2026-02-20
E1,W-4,ceu,0.3,Too small,North Institute,2026-02-20
E99,W-5,ceu,0.5,Nobody yet,North Institute,2026-02-20
"""
LATE = """educator_number,first_name,last_name
E99,Late,Comer
"""


@pytest.fixture(scope="module")
async def running(desk: Desk) -> Desk:
    for service in (identity, credentials, exchange):
        await desk.start(service)
    return desk


@pytest.fixture
def write(tmp_path: Path) -> Any:
    """A file of that text."""

    def to_file(text: str) -> str:
        file = tmp_path / "rows.csv"
        file.write_text(text)
        return str(file)

    return to_file


@pytest.mark.parametrize("what", FILES)
async def test_a_file_is_previewed_imported_once_and_its_bad_rows_are_named(
    running: Desk, write: Any, what: str
) -> None:
    service, text, count, sql = FILES[what]
    row, name = WRONG[what]
    await running.system.drain()  # what the file before led to is known everywhere
    seen = await running.elms("import", what, write(text), "--preview")
    assert (seen.code, seen.text) == (0, f"{count} rows: {count} new, 0 known, 0 errors\n")
    assert await running.rows(service, sql) == []
    wrong = await running.elms("import", what, write(text + row + "\n"))
    assert f"{count + 1} rows: {count} new, 0 known, 1 errors" in wrong
    assert (wrong.code, f"row {count + 1}, {name}: " in wrong) == (1, True), wrong.text
    again = await running.elms("import", what, write(text))
    assert (again.code, again.text) == (0, f"{count} rows: 0 new, {count} known, 0 errors\n")
    assert len(await running.rows(service, sql)) == count


async def test_what_cannot_be_imported_or_loaded_is_one_sentence(running: Desk, write: Any) -> None:
    said = await running.elms("import", "pets", write(PEOPLE))
    kinds = "organizations, people, roles, licenses, credits, applications"
    assert said.text == f"elms: 'pets' cannot be imported; these can: {kinds}.\n"
    load = await running.elms("load", "pets", write(AWARDS))
    assert load.text == "elms: 'pets' cannot be loaded; credits can.\n"
    colour = await running.elms("load", "credits", write("colour\nred\n"))
    assert colour.text.startswith("elms: 'colour' is no column; known are ")
    stranger = await running.elms("load", "credits", write(AWARDS), "--agency", "nobody")
    assert (stranger.text.startswith("elms: "), "Traceback" in stranger.text) == (True, False), stranger.text
    assert {each.code for each in (said, load, colour, stranger)} == {1}
    nothing = await running.elms("load", "credits", "/nowhere/rows.csv")
    assert (nothing.code, "does not exist" in nothing) == (2, True)


async def test_a_service_that_is_away_is_named(running: Desk, write: Any) -> None:
    said = await running.elms("import", "people", write(PEOPLE), ELMS_PEERS='{"identity": "http://127.0.0.1:9"}')
    assert (said.code, said.text) == (1, "elms: identity does not answer (ConnectError); is the stack up?\n")


async def test_credits_are_shown_loaded_once_and_taken_back(running: Desk, write: Any) -> None:
    await running.system.drain()
    first = await running.elms("load", "credits", write(AWARDS))
    assert first.code == 0, first.text
    assert "5 rows: 3 new, 0 already loaded, 1 waiting for their educator, 1 errors" in first
    assert "row 5, amount: 0.3 CEU is too little; nothing under 0.5 CEU is accepted." in first
    assert "4 passed on: 3 counted, 0 refused" in first
    assert await titles(running) == ["Reading early", "Reading early", "Writing early"]
    second = await running.elms("load", "credits", write(AWARDS))
    assert second.code == 0, second.text
    assert "5 rows: 0 new, 3 already loaded, 1 waiting for their educator, 1 errors" in second
    assert "1 passed on: 0 counted, 0 refused" in second  # the one that waits: it waits on
    late = await running.elms("import", "people", write(LATE))
    assert (late.code, await titles(running)) == (0, ["Nobody yet", "Reading early", "Reading early", "Writing early"])
    back = await running.elms("recall", load_of(first), "Sent by mistake")
    assert back.code == 0, back.text
    for line in ("A recall takes back 4 credits of 2 licenses", "L1: 2 credits", "L2: 1 credits",
                 "toward no license: 1 credits", "4 taken back", f"Load {load_of(first)}: recalled."):  # fmt: skip
        assert line in back, back.text
    assert await titles(running) == []
    again = await running.elms("recall", load_of(first), "Sent by mistake")
    assert (again.code, "4 taken back" in again) == (0, True), again.text
    unknown = new_id()
    nothing = await running.elms("recall", str(unknown), "Sent by mistake")
    assert (nothing.code, nothing.text) == (1, f"elms: There is no load {unknown}. (load-unknown)\n")


def load_of(said: Said) -> str:
    found = re.search(r"Load ([0-9a-f-]{36}): loaded\.", said.text)
    assert found is not None, said.text
    return found[1]


async def titles(desk: Desk) -> list[str]:
    """The loaded credits that count."""
    await desk.system.drain()
    rows = await desk.rows("credentials", "SELECT title FROM credit WHERE load_id IS NOT NULL AND recalled IS NULL")
    return sorted(row.title for row in rows)
