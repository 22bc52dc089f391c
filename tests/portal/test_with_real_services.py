"""The pages on the real services: an account is made, signed in to, changed; empty states are said in words."""

from collections.abc import Awaitable, Callable

from services.correspondence.app import service as correspondence
from services.credentials.app import service as credentials
from services.identity.app import service as identity
from services.lookup.app import service as lookup
from services.portal.app import service as portal
from services.printing.app import service as printing
from services.renewals.app import service as renewals
from shared.testing.system import System
from tests.portal.serving import until_open
from tests.portal.visitor import ADDRESS, CREATE, Visitor


async def test_an_account_is_created_used_and_changed(make_system: Callable[..., Awaitable[System]]) -> None:
    system = await make_system(identity, credentials, renewals, printing, lookup, correspondence, portal)
    await until_open(system.ports["portal"])
    visitor = Visitor(f"http://127.0.0.1:{system.ports['portal']}")
    page = await visitor.describe_oneself()
    short = await visitor.send(page, CREATE, user_id="maria.lopez", password="short")
    assert "Use 8 characters or more." in short.text
    made = await visitor.send(short, CREATE, user_id="maria.lopez", password="a long enough phrase")
    assert "Your account is ready" in made.text, made.text

    await system.drain()
    home = await visitor.sign_in("maria.lopez", "a long enough phrase")
    assert home.url.path == "/home"
    assert "No license is linked to your account yet." in home.text
    changed = await visitor.fill("/account", "/account/contact", **(ADDRESS | {"line1": "9 Oak Street"}),
                                 email="maria@example.org")  # fmt: skip
    assert "Saved." in changed.text
    assert "9 Oak Street" in changed.text
    wrong = await visitor.fill("/account", "/account/contact", **(ADDRESS | {"state": "Miss"}),
                               email="maria@example.org")  # fmt: skip
    assert 'id="state-error"' in wrong.text
    for path in ("/messages", "/lookup?q=Lopez", "/service-status", "/credentials"):
        assert (await visitor.get(path)).status_code == 200, path
    too_short = await visitor.get("/lookup?q=L")
    assert too_short.status_code == 422
    assert 'id="q-error">Enter at least 2 letters' in too_short.text
    assert (await visitor.get("/queue")).status_code == 403
    await visitor.client.aclose()
