"""Who may open which page: every page × everybody, each cell asserted."""

import pytest

from tests.portal.paths import EVERYBODY, PAGES
from tests.portal.serving import Served
from tests.portal.visitor import Visitor


@pytest.mark.parametrize("user", EVERYBODY)
async def test_each_page_opens_for_those_it_is_for_and_for_nobody_else(visitor: Visitor, user: str) -> None:
    if user != "-":
        await visitor.sign_in(user)
    found = {}
    for path, allowed in PAGES.items():
        answer = await visitor.get(path, follow_redirects=False)
        opened = answer.status_code == 200
        found[path] = "opens" if opened else str(answer.status_code)
        if user == "-" and not opened:
            assert answer.headers["location"].startswith("/sign-in?next="), path
        assert opened is (user in allowed), f"{path} for {user}: {answer.status_code}"
        assert opened or answer.status_code in (303, 403), path


async def test_the_header_shows_only_the_areas_that_somebody_holds(visitor: Visitor) -> None:
    await visitor.sign_in("maria")
    page = (await visitor.get("/home")).text
    assert "/messages" in page
    for path in ("/queue", "/directory", "/office/loads", "/print", "/ops"):
        assert f'href="{path}"' not in page


async def test_a_role_that_is_missing_is_named_with_who_can_grant_it(visitor: Visitor) -> None:
    await visitor.sign_in("maria")
    refused = await visitor.get("/ops")
    assert refused.status_code == 403
    assert "directory administrator can grant it" in refused.text


async def test_a_password_that_was_assigned_is_changed_before_anything_else(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("newcomer")
    assert (await visitor.get("/home")).url.path == "/account/password"
