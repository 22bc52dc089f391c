"""Every form of every page: whatever refuses it, what was typed comes back; and sent twice it takes effect once."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.portal.fakes import refusal
from tests.portal.filling import Filled, forms_in
from tests.portal.paths import EVERYBODY, PAGES, SIGNED_IN
from tests.portal.serving import Served
from tests.portal.visitor import Visitor

REFUSED = {
    "a rule": refusal(422, "That is not so."),
    "somebody was first": refusal(409, "R. Lee approved this at 2:10 p.m. Yours was not recorded."),
    "too many tries": refusal(429, "Too many tries."),
    "a service is away": {"status": 503, "detail": "away"},
}
SCAN = "/print/scan"
CASE = "/queue/R-2026-04417"
WITHOUT_KEY = {
    "identity/sign-in", "identity/sign-out", "identity/sessions/refresh", "identity/password", "identity/recoveries",
    "renewals/applications/R-2026-04417/originals", "credentials/scans",
}  # fmt: skip
"""What is the same however often it is said: ticks, sessions, a file kept under its content."""


def pages_of(user: str) -> list[str]:
    """The pages whose forms are theirs: those that they are the first to open."""
    return [path for path, allowed in PAGES.items() if allowed[0] == user or (user == "lee" and path == CASE)]


async def forms_of(visitor: Visitor, user: str) -> AsyncIterator[tuple[Filled, dict[str, str]]]:
    """Each form that asks a person for something, and what they might type."""
    seen = set[str]()
    for path in pages_of(user):
        for form in forms_in((await visitor.get(path)).text, path):
            if form.typed and form.action not in seen:
                seen.add(form.action)
                yield form, form.example()


def lost(answer: httpx.Response, form: Filled, typed: dict[str, str]) -> dict[str, str]:
    """What of it the answer's form has not, by field."""
    if answer.status_code == 200 or (form.action == SCAN and answer.status_code == 409):
        return {}  # shown before anything is decided; or said of the piece, and the next can be scanned
    same = (each for each in forms_in(answer.text, form.action) if each.action == form.action and each.typed)
    if (again := next(same, None)) is None:
        return {"": f"the form is gone: {answer.status_code} at {answer.url}"}
    kept = {name: again.fields[name].value if name in again.fields else None for name in typed}
    return {name: f"{value!r} became {kept[name]!r}" for name, value in typed.items() if kept[name] != value}


@pytest.mark.parametrize("user", EVERYBODY)
async def test_whatever_refuses_a_form_what_was_typed_stands_in_it_again(
    visitor: Visitor, portal: Served, user: str
) -> None:
    if user != "-":
        await visitor.sign_in(user)
    found = [each async for each in forms_of(visitor, user)]
    assert found
    for why, said in REFUSED.items():
        portal.fakes.refuses_all = said
        for form, typed in found:
            answer = await visitor.client.post(form.action, data=form.hidden | typed)
            assert lost(answer, form, typed) == {}, f"{form.action}: {why}"


@pytest.mark.parametrize("user", SIGNED_IN)
async def test_a_form_that_comes_after_the_session_ended_waits_for_signing_in(
    visitor: Visitor, portal: Served, user: str
) -> None:
    await visitor.sign_in(user)
    for form, typed in [each async for each in forms_of(visitor, user)]:
        portal.let_idle(visitor)
        posted = len(portal.fakes.posts)
        late = await visitor.client.post(form.action, data=form.hidden | typed)
        assert (late.status_code, portal.fakes.posts[posted:]) == (401, []), form.action
        signed_in = await visitor.send(late, "/sign-in", user_id=user, password="correct horse")
        again = await visitor.client.post(form.action, data=_form(signed_in, form.action).hidden)
        assert "You had been signed out" in again.text, form.action
        assert lost(again, form, typed) == {}, form.action


@pytest.mark.parametrize("user", SIGNED_IN)
async def test_a_form_that_is_sent_twice_says_both_times_that_it_is_the_same(
    visitor: Visitor, portal: Served, user: str
) -> None:
    await visitor.sign_in(user)
    for form, typed in [each async for each in forms_of(visitor, user)]:
        sent = []
        for _ in range(2):
            portal.fakes.posts.clear()
            await visitor.client.post(form.action, data=form.hidden | typed)
            sent.append([(path, key) for path, _body, key in portal.fakes.posts if path not in WITHOUT_KEY])
        assert sent[0] == sent[1], form.action
        assert all(key for _path, key in sent[0]), form.action


def _form(page: httpx.Response, action: str) -> Filled:
    return next(form for form in forms_in(page.text, action) if form.action == action)
