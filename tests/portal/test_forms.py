"""Forms lose nothing: refusals stand at their fields, the language changes over a filled form, late posts come back."""

import pytest

from tests.portal.fakes import refusal
from tests.portal.serving import Served
from tests.portal.visitor import Visitor

ADD = "/licenses/MS204417/add-ceu"
CEU = {
    "title": "Literacy <Institute>", "provider": "Delta State", "completed_on_month": "10", "completed_on_day": "14",
    "completed_on_year": "2025", "amount": "0.5", "contact_hours": "5",
}  # fmt: skip


async def test_a_credit_is_sent_as_it_was_typed(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("maria")
    shown = await visitor.fill(ADD, ADD, **CEU)
    path, body, key = portal.fakes.posts[-1]
    assert path == "credentials/licenses/MS204417/credits"
    assert body["completed_on"] == "2025-10-14"
    assert (body["amount"], body["contact_hours"], body["started_on"]) == ("0.5", "5", None)
    assert key
    assert "added" in shown.text


@pytest.mark.parametrize(
    ("sentence", "field"),
    [
        ("3 contact hours is 0.3 CEU. At least 0.5 CEU (5 hours) counts.", "amount"),
        ("0.8 CEU and 10 hours disagree; 1 CEU is 10 hours. Correct one.", "contact_hours"),
        ("July 2, 2026 is after your license ends (June 30, 2026).", "completed_on"),
        ("Already listed May 3: same training and dates.", "title"),
    ],
)
async def test_a_refusal_stands_at_its_field_with_the_input_kept(
    visitor: Visitor, portal: Served, sentence: str, field: str
) -> None:
    await visitor.sign_in("maria")
    portal.fakes.refusals["credentials/licenses/MS204417/credits"] = refusal(422, sentence, field)
    shown = await visitor.fill(ADD, ADD, **CEU)
    assert shown.status_code == 422
    assert "<title>Error: " in shown.text
    assert f'<a href="#{field}">{sentence}</a>' in shown.text
    assert f'id="{field}-error">{sentence}' in shown.text
    assert 'value="Literacy &lt;Institute&gt;"' in shown.text


async def test_a_refusal_is_said_in_spanish_with_its_values(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("maria")
    sentence = "July 2, 2026 is after your license ends (June 30, 2026)."
    portal.fakes.refusals["credentials/licenses/MS204417/credits"] = refusal(422, sentence, "completed_on")
    await visitor.get("/home?lang=es")
    shown = await visitor.fill(ADD, ADD, **CEU)
    assert "El 2 de julio de 2026 es posterior al término de su licencia (30 de junio de 2026)." in shown.text


async def test_the_language_changes_with_the_input_kept_and_nothing_sent(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("maria")
    before = len(portal.fakes.posts)
    shown = await visitor.fill(ADD, ADD, **CEU, _language="es")
    assert len(portal.fakes.posts) == before
    assert "Agregar un CEU" in shown.text
    assert 'value="Delta State"' in shown.text
    assert "usa-error-message" not in shown.text


async def test_what_is_missing_is_named_before_anything_is_sent(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("maria")
    before = len(portal.fakes.posts)
    shown = await visitor.fill(ADD, ADD, **(CEU | {"provider": " "}))
    assert "Enter the agency." in shown.text
    assert len(portal.fakes.posts) == before


async def test_a_form_of_another_visit_is_refused(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("maria")
    before = len(portal.fakes.posts)
    forged = await visitor.client.post(ADD, data=CEU | {"_mark": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    assert forged.status_code == 403
    assert len(portal.fakes.posts) == before


async def test_a_form_sent_twice_carries_the_same_key(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("maria")
    page = await visitor.get("/renew/MS204417?step=check&option=A-CEU")
    first = await visitor.send(page, "/renew/MS204417")
    second = await visitor.send(page, "/renew/MS204417")
    keys = [key for path, _body, key in portal.fakes.posts if path == "renewals/applications"]
    assert len(keys) == 2
    assert keys[0] == keys[1] != ""
    assert first.url.path == second.url.path == "/applications/R-2026-04417"


async def test_a_post_after_the_session_ended_comes_back_filled(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("maria")
    page = await visitor.get(ADD)
    portal.let_idle(visitor)
    late = await visitor.send(page, ADD, **CEU)
    assert late.status_code == 401
    assert "What you had entered is kept" in late.text
    signed_in = await visitor.send(late, "/sign-in", user_id="maria", password="correct horse")
    again = await visitor.send(signed_in, ADD)
    assert "You had been signed out" in again.text
    assert 'value="Delta State"' in again.text
    assert not [path for path, *_rest in portal.fakes.posts if path.endswith("/credits")]


async def test_a_service_that_is_away_keeps_the_form(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("maria")
    page = await visitor.get("/account")
    portal.fakes.refusals["identity/me/contact"] = {"status": 503, "detail": "away"}
    shown = await visitor.send(page, "/account/contact", line1="1 New Street", city="Jackson")
    assert shown.status_code == 503
    assert "Nothing was changed" in shown.text
    assert 'value="1 New Street"' in shown.text


async def test_passwords_are_never_filled_in_again(visitor: Visitor, portal: Served) -> None:
    shown = await visitor.fill("/sign-in", "/sign-in", user_id="maria", password="my secret words")
    assert "don&#39;t match" in shown.text
    assert 'value="maria"' in shown.text
    assert "my secret words" not in shown.text


async def test_a_second_approver_is_told_and_nothing_is_lost(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("lee")
    sentence = "R. Lee approved this at 2:10 p.m. Yours was not recorded."
    portal.fakes.refusals["renewals/applications/R-2026-04417/return"] = refusal(409, sentence)
    page, act = "/queue/R-2026-04417", "/queue/R-2026-04417/decide"
    shown = await visitor.fill(page, act, decision="return", reason="The date is missing.")
    assert shown.status_code == 409
    assert sentence in shown.text
    assert "The date is missing." in shown.text
