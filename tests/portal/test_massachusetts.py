"""Massachusetts on the same templates: what its policy changes, and no word of Mississippi's."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import pytest_asyncio

from services.portal.words.catalogue import LANGUAGES
from shared.policies import load
from tests.portal.answers import DEVELOPMENT, LICENSE_SHOWN, ME, PLAN, PUBLIC, QUEUE
from tests.portal.paths import EVERYBODY, SIGNED_IN
from tests.portal.paths import PAGES as ALL_PAGES
from tests.portal.serving import Served, served
from tests.portal.visitor import Visitor

POLICY = load("massachusetts")
PROFESSIONAL = {"code": "professional", "name": "Professional license"}
MATHS = [{"code": "MATH-8-12", "name": "Mathematics", "grades": "8-12"}]
UNITS = {unit.code: {"code": unit.code, "name": unit.name} for unit in POLICY.development.units}
GROUPS = {group.code: {"code": group.code, "name": group.name} for group in POLICY.development.groups}


def _line(unit: str, group: str | None, needed: str, have: str) -> dict[str, Any]:
    return {"unit": UNITS[unit], "group": GROUPS.get(group or ""), "needed": needed, "have": have,
            "still_needed": f"{max(float(needed) - float(have), 0):g}", "text": f"{have} of {needed}"}  # fmt: skip


LICENSE = LICENSE_SHOWN | {"number": "MA417", "type": PROFESSIONAL, "license_class": None, "endorsements": MATHS}
OPTIONS = [
    {"code": o.code, "name": o.name, "met": False, "can_file": False, "opens_on": "2025-06-30",
     "obstacle": {"code": "requirement-not-met", "text": "Still needed.", "field": "option"},
     "lines": [_line(need.unit, need.group, str(need.amount), "15") for need in o.needs]}
    for o in POLICY.development.options
]  # fmt: skip
KINDS = [
    {"code": kind.code, "name": kind.name, "unit": UNITS[kind.unit], "contact_hours_per_unit": "1", "minimum": "1",
     "entered_by": list(kind.entered_by), "groups": [GROUPS[code] for code in kind.groups], "original": None}
    for kind in POLICY.development.credit_types
]  # fmt: skip
FILED: dict[str, Any] = {
    "totals": [{"unit": "pdp", "amount": "150"}], "option": OPTIONS[0]["code"], "option_name": OPTIONS[0]["name"],
    "license_number": "MA417",
}  # fmt: skip
THEIRS: Mapping[str, Any] = {
    "identity/me": ME | {"user_id": "MLOPEZ17", "may_edit": list(POLICY.accounts.profiles.edits)},
    "credentials/licenses": [LICENSE],
    "credentials/licenses/MA417": LICENSE,
    "credentials/licenses/MA417/development": DEVELOPMENT | {
        "license": LICENSE, "options": OPTIONS, "credit_types": KINDS, "can_file": False, "credits": [],
    },
    "credentials/licenses/MA417/plan": PLAN[:1],
    "lookup/v/a7Qk2m9XwZ": PUBLIC | {
        "license_type": PROFESSIONAL, "license_class": {"code": "", "name": ""},
        "endorsements": MATHS,
    },
    "renewals/applications": [],
    "renewals/queue": QUEUE | {"rows": [row | FILED for row in QUEUE["rows"]]},
    "application": FILED,
}  # fmt: skip
PAGES = (
    "/", "/lookup", "/lookup?q=Lopez", "/v/a7Qk2m9XwZ", "/directory-administrators", "/service-status", "/sign-in",
    "/recover", "/account/create", "/home", "/account", "/messages", "/credentials", "/licenses/MA417",
    "/licenses/MA417/development", "/licenses/MA417/plan", "/licenses/MA417/add-pdp", "/licenses/MA417/add-coursework",
    "/renew/MA417", "/documents", "/payments", "/help",
)  # fmt: skip


@pytest_asyncio.fixture(scope="session")
async def running_there(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served(tmp_path_factory.mktemp("ma"), jurisdiction="massachusetts") as portal:
        yield portal


@pytest_asyncio.fixture
async def there(running_there: Served) -> AsyncIterator[Visitor]:
    """Somebody at Massachusetts' portal, with its answers behind it."""
    running_there.fakes.posts.clear()
    running_there.fakes.changed = dict(THEIRS)
    visitor = Visitor(running_there.address)
    yield visitor
    await visitor.client.aclose()


BANNER = {
    "en": "An official website of the Commonwealth of Massachusetts",
    "es": "Sitio web oficial de la Mancomunidad de Massachusetts",
}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_of_an_educator_is_made_of_massachusetts_policy(there: Visitor, language: str) -> None:
    await there.sign_in("maria")
    for path in PAGES:
        page = await there.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
        assert page.status_code == 200, path
        assert BANNER[language] in page.text, path
        assert "Mississippi" not in page.text, path
        assert "CT<" not in page.text, path


async def test_user_names_are_assigned_there_and_never_chosen(there: Visitor) -> None:
    page = (await there.get("/sign-in")).text
    assert ">User Name<" in page
    assert "User ID" not in page
    create = "/account/create"
    page_1 = await there.fill(create, create, _step="0")
    assert 'name="ssn"' in page_1.text
    assert 'name="ssn_last_four"' not in page_1.text
    page_2 = await there.send(
        page_1, create, first="Maria", last="Lopez", birth_date_month="4", birth_date_day="28", birth_date_year="1986",
        ssn="123-45-6789",
    )  # fmt: skip
    address = {"line1": "4 Elm Street", "city": "Boston", "state": "MA", "postal_code": "02110"}
    page_3 = await there.send(page_2, create, **address, email="maria@example.org")
    page_4 = (await there.send(page_3, create, district_id="")).text
    assert "We give you a User Name; it never changes." in page_4
    assert 'name="user_id"' not in page_4
    assert 'name="hint_question"' in page_4


async def test_a_legal_name_is_changed_by_proof_and_the_number_is_called_mepid(there: Visitor) -> None:
    await there.sign_in("maria")
    page = (await there.get("/account")).text
    assert "A legal name is changed by proof" in page
    assert 'action="/account/name"' not in page
    assert "<dt>MEPID</dt>" in page


async def test_points_are_entered_there_with_what_they_are_about(there: Visitor, running_there: Served) -> None:
    await there.sign_in("maria")
    page = (await there.get("/licenses/MA417/development")).text
    assert ">Add PDPs<" in page
    assert "CEU" not in page
    for group in ("Content", "Pedagogy", "Sheltered English immersion"):
        assert group in page
    assert (await there.get("/licenses/MA417/add-ceu")).status_code == 404
    add = "/licenses/MA417/add-pdp"
    typed = {"title": "Algebra", "provider": "Commonwealth College", "completed_on_month": "10",
             "completed_on_day": "14", "completed_on_year": "2025", "amount": "15", "group": "content"}  # fmt: skip
    await there.fill(add, add, **typed)
    sent = next(body for path, body, _key in running_there.fakes.posts if path.endswith("/credits"))
    assert (sent["credit_type"], sent["group"], sent["amount"]) == ("pdp", "content", "15")


DESKS = {path: who for path, who in ALL_PAGES.items() if who not in (EVERYBODY, SIGNED_IN)}


@pytest.mark.parametrize("user", ["lee", "directory", "officer", "printer", "operator"])
async def test_every_desk_is_made_of_massachusetts_policy_on_the_same_templates(there: Visitor, user: str) -> None:
    await there.sign_in(user)
    paths = [path for path, who in DESKS.items() if user in who]
    paths += ["/queue/R-2026-04417"] if "/queue" in paths else []
    for path in paths:
        for language in LANGUAGES:
            page = await there.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
            assert page.status_code == 200, path
            assert BANNER[language] in page.text, path
            assert "Mississippi" not in page.text, path
            assert " CT<" not in page.text and " CT " not in page.text, path
    assert len(paths) >= (1 if user == "directory" else 4)


async def test_where_districts_decide_nothing_the_roster_is_a_superintendent_s_home(there: Visitor) -> None:
    page = await there.sign_in("lee")
    assert page.url.path == "/roster"
    assert 'href="/queue"' not in page.text


async def test_the_office_keeps_its_queue_there(there: Visitor) -> None:
    page = await there.sign_in("officer")
    assert page.url.path == "/office"
    assert 'href="/queue"' in page.text
