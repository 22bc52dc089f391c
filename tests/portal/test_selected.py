"""Many decided at once from the queue: the reason, what is set apart, the confirmation, and one outcome a row."""

import re
from html import unescape
from typing import Any

import httpx
import pytest

from tests.portal.answers import APPLICATION, LEE, MARIA, OTHERS, waiting_applications
from tests.portal.fakes import refusal
from tests.portal.filling import Filled, forms_in
from tests.portal.serving import Served
from tests.portal.town import main_of
from tests.portal.visitor import Visitor

SELECTED = "/queue/selected"
WHY = "The date is missing on “Reading”.\r\nBring it & file again."
IDS = [APPLICATION, *(each["application_id"] for each in OTHERS)]
SEEN = {"originals_seen": 2}
FREE = {"claim": None}
DECISIONS = {"approve": "approved", "return": "returned", "deny": "denied"}

decided = pytest.mark.parametrize("decision", DECISIONS)
because = pytest.mark.parametrize("decision", ["return", "deny"])


@pytest.fixture
async def lee(visitor: Visitor) -> Visitor:
    await visitor.sign_in("lee")
    return visitor


async def ticked(lee: Visitor, decision: str, ids: list[str] = IDS, at: str = "/queue") -> httpx.Response:
    """What comes of ticking these and pressing the decision's button."""
    return await lee.send(await lee.get(at), SELECTED, application_id=ids, decision=decision)


async def press(lee: Visitor, page: httpx.Response, action: str = "", **typed: Any) -> httpx.Response:
    """Sends the page's form as it stands, with what is typed, or with another button."""
    form = the_form(page)
    hidden = dict(form.hidden) | {
        n: re.findall(f'name="{n}" value="([^"]+)"', page.text) for n in ("application_id", "apart")
    }
    return await lee.client.post(action or form.action, data=hidden | typed)


async def shown_as(lee: Visitor, portal: Served, decision: str, shown: dict[str, Any]) -> httpx.Response:
    """What comes of ticking the one application, which is so."""
    portal.fakes.changed["application"] = shown
    return await ticked(lee, decision, [APPLICATION])


def the_form(page: httpx.Response) -> Filled:
    return next(form for form in forms_in(page.text, SELECTED) if form.id == "decide")


def decisions(portal: Served) -> list[tuple[str, Any]]:
    """What was decided so far."""
    return [(path, body) for path, body, _key in portal.fakes.posts if path.startswith("renewals/queue/")]


def set_apart(page: httpx.Response) -> str:
    return main_of(page).partition("left as they are")[2]


async def test_the_bar_offers_three_decisions_about_what_is_ticked(lee: Visitor) -> None:
    page = await lee.get("/queue")
    buttons = re.findall(r'<button[^>]+name="decision" value="(\w+)">([^<]+)</button>', page.text)
    assert buttons == [
        ("approve", "Approve selected"), ("return", "Return selected…"), ("deny", "Deny selected…")
    ]  # fmt: skip


@decided
async def test_without_a_tick_there_is_nothing_to_decide(lee: Visitor, decision: str) -> None:
    page = await lee.send(await lee.get("/queue?show=free&name=lop"), SELECTED, decision=decision)
    assert page.status_code == 422
    assert "Choose at least one application." in page.text
    assert 'name="name" type="text" value="lop"' in page.text  # the same part of the queue


@because
async def test_a_reason_is_asked_then_read_again_then_all_are_decided(
    lee: Visitor, portal: Served, decision: str
) -> None:
    portal.fakes.changed |= waiting_applications()
    asks = await ticked(lee, decision)
    assert f"{decision.capitalize()} 5 applications?" in main_of(asks)
    assert "5 educators will read exactly this" in main_of(asks)
    confirm = await press(lee, asks, reason=f"  {WHY} ", step="confirm")
    assert f"{decision.capitalize()} 5 applications?" in main_of(confirm)
    [quoted] = re.findall(r'<blockquote class="elms-quote">(.*?)</blockquote>', confirm.text, re.DOTALL)
    assert unescape(quoted) == WHY
    assert "be undone." in main_of(confirm)
    assert decisions(portal) == []
    done = await press(lee, confirm)
    assert decisions(portal) == [(f"renewals/queue/{decision}", {"application_ids": IDS, "reason": WHY})]
    assert f"1 {DECISIONS[decision]}, 1 could not be" in main_of(done)
    assert "R. Lee approved this at 2:10 p.m. Yours was not recorded." in main_of(done)
    assert unescape(quoted) in unescape(done.text)


async def test_an_approval_asks_for_no_reason(lee: Visitor, portal: Served) -> None:
    portal.fakes.changed["application"] = SEEN
    confirm = await ticked(lee, "approve", [APPLICATION])
    assert "Approve 1 application?" in main_of(confirm)
    await press(lee, confirm)
    assert decisions(portal) == [("renewals/queue/approve", {"application_ids": [APPLICATION]})]


@because
@pytest.mark.parametrize("reason", ["", "  "])
async def test_without_a_reason_nothing_is_decided(lee: Visitor, portal: Served, decision: str, reason: str) -> None:
    page = await press(lee, await ticked(lee, decision), reason=reason, step="confirm")
    assert page.status_code == 422
    assert 'id="reason-error">Write the reason. The educator will read exactly this.' in page.text
    assert decisions(portal) == []


@because
async def test_a_reason_that_is_refused_comes_back_with_why(lee: Visitor, portal: Served, decision: str) -> None:
    portal.fakes.refusals[f"renewals/queue/{decision}"] = refusal(422, "Write at least 3 characters.", "reason")
    confirm = await press(lee, await ticked(lee, decision), reason="No", step="confirm")
    again = await press(lee, confirm)
    assert again.status_code == 422
    assert 'id="reason-error">Write at least 3 characters.' in again.text
    assert the_form(again).fields["reason"].value == "No"


@because
async def test_while_a_service_is_away_nothing_typed_is_lost_and_it_is_sent_again(
    lee: Visitor, portal: Served, decision: str
) -> None:
    portal.fakes.refusals[f"renewals/queue/{decision}"] = {"status": 503, "detail": "away"}
    confirm = await press(lee, await ticked(lee, decision, IDS[:1]), reason=WHY, step="confirm")
    away = await press(lee, confirm)
    assert away.status_code == 503
    assert "A part of the system is away for the moment." in main_of(away)
    portal.fakes.refusals.clear()
    await press(lee, away)
    sent = [(body, key) for path, body, key in portal.fakes.posts if path.startswith("renewals/queue/")]
    assert sent[0][0] == sent[1][0] == {"application_ids": IDS[:1], "reason": WHY}
    assert sent[0][1] != sent[1][1]


@because
async def test_two_clicks_send_the_same_decision(lee: Visitor, portal: Served, decision: str) -> None:
    confirm = await press(lee, await ticked(lee, decision), reason=WHY, step="confirm")
    for _ in range(2):
        await press(lee, confirm)
    sent = [each for each in portal.fakes.posts if each[0].startswith("renewals/queue/")]
    assert sent[0] == sent[1]
    assert sent[0][2]


@because
async def test_two_selections_on_one_open_page_are_two_decisions(lee: Visitor, portal: Served, decision: str) -> None:
    """As when somebody goes back to the queue in the browser's history, and ticks others."""
    portal.fakes.changed |= waiting_applications()
    queue = await lee.get("/queue")
    for id in IDS[:2]:
        asks = await lee.send(queue, SELECTED, application_id=[id], decision=decision)
        await press(lee, await press(lee, asks, reason=WHY, step="confirm"))
    one, other = [key for path, _body, key in portal.fakes.posts if path.startswith("renewals/queue/")]
    assert one != other


@because
async def test_the_reason_can_be_changed_and_the_queue_comes_back_as_it_was(lee: Visitor, decision: str) -> None:
    at = "/queue?show=free&name=lop&after=2026-03-09_x"
    confirm = await press(lee, await ticked(lee, decision, IDS[:1], at), reason=WHY, step="confirm")
    asks = await press(lee, confirm, SELECTED)
    assert unescape(the_form(asks).fields["reason"].value) == WHY
    queue = await press(lee, asks, SELECTED, step="queue")
    assert "42 waiting" in main_of(queue)
    [form] = [form for form in forms_in(queue.text, SELECTED) if form.action == SELECTED]
    assert {n: form.hidden[n] for n in ("show", "name", "after")} == {
        "show": "free", "name": "lop", "after": "2026-03-09_x"
    }  # fmt: skip
    assert f'value="{APPLICATION}" checked' in queue.text
    done = await press(lee, confirm)
    assert 'href="/queue?show=free&amp;name=lop"' in done.text


@because
async def test_each_step_is_the_same_in_the_other_language(lee: Visitor, portal: Served, decision: str) -> None:
    asks = await ticked(lee, decision)
    spanish = await press(lee, asks, reason=WHY, _language="es")
    assert unescape(the_form(spanish).fields["reason"].value) == WHY
    assert "leerán exactamente esto" in spanish.text
    confirm = await press(lee, spanish, reason=WHY, step="confirm")
    english = await press(lee, confirm, _language="en")
    assert "will read exactly this:" in main_of(english)
    assert decisions(portal) == []
    done = await press(lee, english)
    assert 'href="/queue?lang=es"' in done.text  # what was decided has no address of its own


@because
async def test_who_signed_in_again_finds_the_reason_and_nothing_is_decided(
    lee: Visitor, portal: Served, decision: str
) -> None:
    confirm = await press(lee, await ticked(lee, decision, IDS[:1]), reason=WHY, step="confirm")
    portal.let_idle(lee)
    late = await press(lee, confirm)
    signed_in = await lee.send(late, "/sign-in", user_id="lee", password="correct horse")
    kept = next(form for form in forms_in(signed_in.text, SELECTED) if form.action == f"/queue/{decision}")
    again = await lee.client.post(kept.action, data=kept.hidden)
    assert "You had been signed out." in main_of(again)
    assert decisions(portal) == []
    await press(lee, again)
    assert decisions(portal) == [(f"renewals/queue/{decision}", {"application_ids": IDS[:1], "reason": WHY})]


@decided
@pytest.mark.parametrize(
    ("shown", "why"),
    [
        ({"mine": True, "actions": ["withdraw"]}, "Your own application"),
        (
            {"claim": {"person_id": str(MARIA), "name": "Rosa Ortiz", "since": "2026-03-03T15:00:00Z"},
             "status": {"label": "Rosa Ortiz is reviewing"}},
            "Rosa Ortiz is reviewing",
        ),
        ({"state": "denied", "actions": [], "status": {"label": "Not approved"}}, "Not approved"),
    ],
)  # fmt: skip
async def test_what_can_t_be_decided_is_set_apart_with_its_reason(
    lee: Visitor, portal: Served, decision: str, shown: dict[str, Any], why: str
) -> None:
    page = await shown_as(lee, portal, decision, SEEN | shown)
    assert why in set_apart(page)
    assert "None of these" in main_of(page)
    assert the_form(page).action == SELECTED  # the way back, and no other


async def test_an_original_that_nobody_ticked_keeps_from_approving_alone(lee: Visitor, portal: Served) -> None:
    assert "1 original not ticked" in set_apart(await shown_as(lee, portal, "approve", FREE))
    for decision in ("return", "deny"):
        assert set_apart(await shown_as(lee, portal, decision, FREE)) == ""


@decided
async def test_one_s_own_claim_keeps_nobody_from_deciding(lee: Visitor, portal: Served, decision: str) -> None:
    mine = {"claim": {"person_id": str(LEE), "name": "Robert Lee", "since": "2026-03-03T15:00:00Z"}}
    page = await shown_as(lee, portal, decision, SEEN | mine)
    assert f"{decision.capitalize()} 1 application?" in main_of(page)


@decided
async def test_what_left_the_queue_meanwhile_is_told_and_the_others_go_on(
    lee: Visitor, portal: Served, decision: str
) -> None:
    portal.fakes.changed["application"] = SEEN | FREE
    portal.fakes.errors[f"renewals/applications/{IDS[1]}"] = refusal(404, "No application has this reference.")
    page = await ticked(lee, decision, IDS[:2])
    assert f"{decision.capitalize()} 1 application?" in main_of(page)
    assert "1 is no longer in your queue." in set_apart(page)


async def test_only_approvers_decide_and_only_what_can_be_decided(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("maria")
    home = await visitor.get("/home")
    for action in (SELECTED, "/queue/approve", "/queue/return", "/queue/deny"):
        assert (await visitor.send(home, action, application_id=IDS, reason=WHY)).status_code == 403
    assert (await visitor.send(home, "/queue/forget", application_id=IDS)).status_code == 404
    assert decisions(portal) == []
