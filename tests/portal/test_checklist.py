"""The design's checklist, where no other test holds it: 7, 11, 12, 15, 16, 17, 21, 22."""

import re
from dataclasses import asdict
from typing import Any

import httpx
import pytest

from services.portal.views.queue import SHOWS
from services.renewals.domain.states import AT_REVIEW, NEXT, State
from services.renewals.domain.status import status_of
from services.renewals.store.views import SHOWS as PARTS
from shared.contracts.values import Reason
from tests.portal.answers import CASE, DEVELOPMENT, PUBLIC, STOCK
from tests.portal.fakes import refusal
from tests.portal.serving import Served
from tests.portal.visitor import CREATE, Visitor
from tests.renewals.domain.examples import waiting
from tests.renewals.domain.test_status import around

CASE_PAGE, UNDO = "/queue/R-2026-04417", "/queue/R-2026-04417/undo"


# ── 7: nothing waits outside a queue ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", State)
async def test_wherever_an_application_is_its_page_says_where_why_and_what_comes_next(
    visitor: Visitor, portal: Served, state: State
) -> None:
    status = asdict(status_of(waiting(state=state, reason=Reason(code="x", text="A reason.")), around()))
    status["by"] = str(status["by"] or "") or None
    shown = {"state": state, "status": status, "reason": {"code": "x", "text": "A reason."}, "actions": []}
    portal.fakes.changed["application"] = shown
    await visitor.sign_in("maria")
    page = (await visitor.get("/applications/R-2026-04417")).text
    box = re.findall(r"<dt>(Where|Why|Next)</dt><dd>(.+?)</dd>", page)
    assert [name for name, _words in box] == ["Where", "Why", "Next"]


def test_whatever_a_person_must_decide_or_mend_stands_in_a_part_of_the_queue() -> None:
    """Every state that something can be done about, but for those in which the services are at work."""
    at_work = {State.RECEIVED, State.APPROVED, State.REVERSING, State.COMPLETED}
    waits_for_somebody = {state for state, actions in NEXT.items() if actions} - at_work
    named = {state for state in waits_for_somebody if any(f"'{state}'" in sql for sql in PARTS.values())}
    assert waits_for_somebody == named | AT_REVIEW
    assert {code for code, _words, _count in SHOWS} == set(PARTS)


async def test_a_profile_in_doubt_that_names_no_district_stands_before_the_state_office(
    visitor: Visitor, portal: Served
) -> None:
    portal.fakes.changed["identity/cases"] = [CASE | {"district_id": None, "reference": "C-0000"}]
    await visitor.sign_in("officer")
    page = await visitor.get("/office/profiles")
    assert "Case C-0000" in page.text
    done = await visitor.send(page, f"/directory/cases/{CASE['case_id']}", same_as="nobody")
    assert done.url.path == "/office/profiles"
    assert portal.fakes.posts[-1][:2] == (
        f"identity/cases/{CASE['case_id']}/decision", {"same_as": None, "take_claim": False},
    )  # fmt: skip


# ── 11: an account is shown only on a full match ─────────────────────────────────────────────────────────────────


async def created(visitor: Visitor) -> httpx.Response:
    """The four pages, to whatever comes of them."""
    page = await visitor.describe_oneself()
    return await visitor.send(page, CREATE, user_id="maria.new", password="a long enough phrase")


SECRET = {"user_id": "maria.known", "educator_number": "MS1000017", "differing": ["birth_date"]}
REFERRAL = {"name": "Dora Diaz", "organization": "Delta Plains School District", "phone": "(662) 555-0117"}


@pytest.mark.parametrize(
    ("outcome", "is_shown", "words"),
    [
        ("new", True, "Your account is ready"),
        ("pre_created", True, "had started your profile"),
        ("exact", True, "You already have an account"),
        ("partial", False, "We need to check your details"),
    ],
)
async def test_an_account_is_shown_on_a_full_match_alone_and_a_partial_one_names_whom_to_call(
    visitor: Visitor, portal: Served, outcome: str, is_shown: bool, words: str
) -> None:
    made = {"outcome": outcome, "case": "C-7F2K", "referral": REFERRAL, "one_time_password": None, **SECRET}
    portal.fakes.changed["POST identity/profiles"] = made
    page = (await created(visitor)).text
    assert words in page
    assert ("maria.known" in page) is is_shown
    assert ("Dora Diaz" in page and "C-7F2K" in page and "(662) 555-0117" in page) is not is_shown
    assert "birth_date" not in page


@pytest.mark.parametrize("outcome", ["", "refused"])
async def test_recovery_answers_everybody_alike(visitor: Visitor, portal: Served, outcome: str) -> None:
    if outcome:
        portal.fakes.changed["POST identity/recoveries"] = {"detail": "anything"}
    page = await visitor.fill("/recover", "/recover", user_id=f"anybody{outcome}")
    assert "If we hold an account for that, a PIN is on its way. It works once, for 20 minutes." in page.text


# ── 15: closed options are explained ─────────────────────────────────────────────────────────────────────────────


async def test_ways_to_renew_that_are_closed_say_why(visitor: Visitor, portal: Served) -> None:
    options: list[dict[str, Any]] = [dict(option) for option in DEVELOPMENT["options"]]
    options[-1] |= {"obstacle": {"code": "option-not-open", "text": "Opens July 1, 2025.", "field": "option"}}
    portal.fakes.changed["credentials/licenses/MS204417/development"] = DEVELOPMENT | {"options": options}
    await visitor.sign_in("maria")
    page = (await visitor.get("/renew/MS204417")).text
    closed = page[page.index("Other ways, and why they are not open") :]
    for option in options:
        offered = f'value="{option["code"]}"' in page
        assert offered is option["can_file"]
        assert offered or f"<strong>{option['name']}</strong>: {option['obstacle']['text']}" in closed
    assert "Opens July 1, 2025." in closed


# ── 16: the proof of filing ──────────────────────────────────────────────────────────────────────────────────────


async def test_the_proof_of_filing_has_what_a_paper_needs(visitor: Visitor) -> None:
    await visitor.sign_in("maria")
    page = (await visitor.get("/applications/R-2026-04417/proof")).text
    for words in (
        "Proof of filing", "R-2026-04417", "Maria Elena Lopez", "MS204417", "February 20, 2026, 9:12 a.m. CT",
        "Delta Plains School District", "March 9, 2026", "Printed from ELMS on March 4, 2026, 9:00 a.m. CT",
    ):  # fmt: skip
        assert words in page


# ── 17: undo ─────────────────────────────────────────────────────────────────────────────────────────────────────

APPROVED = {
    "state": "completed", "actions": ["undo"], "undo_until": "2026-03-05T12:00:00Z", "mine": False,
    "status": {"label": "Renewed to June 30, 2031", "where": "Print desk", "why": "The license is renewed",
               "next": "Prints Thursday, March 5, then it is mailed", "by": "2026-03-05"},
}  # fmt: skip


async def test_an_approval_is_undone_with_a_reason_and_what_follows_is_said_before(
    visitor: Visitor, portal: Served
) -> None:
    portal.fakes.changed["application"] = APPROVED
    await visitor.sign_in("lee")
    page = await visitor.get(CASE_PAGE)
    assert "Dates and the look-up go back, printing stops, the educator is told." in page.text
    assert "Possible until March 5, 2026, 6:00 a.m. CT." in page.text
    empty = await visitor.send(page, UNDO)
    assert 'id="why-error">Write why.' in empty.text
    done = await visitor.send(empty, UNDO, why="Another educator's originals.")
    assert "Undone. Dates go back, printing stops, the educator is told." in done.text
    path = "renewals/applications/R-2026-04417/undo"
    assert [body for to, body, _key in portal.fakes.posts if to == path] == [
        {"reason": "Another educator's originals."}
    ]


async def test_once_the_paper_is_cut_the_refusal_stands_where_the_undo_was_asked_for(
    visitor: Visitor, portal: Served
) -> None:
    portal.fakes.changed["application"] = APPROVED
    cut = refusal(409, "The license is printed already; it can't be undone any more.")
    portal.fakes.refusals["renewals/applications/R-2026-04417/undo"] = cut
    await visitor.sign_in("lee")
    page = await visitor.fill(CASE_PAGE, UNDO, why="Another educator's originals.")
    assert page.status_code == 409
    assert "it can&#39;t be undone any more." in page.text
    assert "Another educator&#39;s originals." in page.text


# ── 21, 22: the print desk ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "answer", "line"),
    [
        ("", None, "0017-0001: Cleared. Insert."),
        ("clear", refusal(409, "Stopped 9:40 a.m. Do not insert; mark spoiled."),
         "0017-0001: Stopped 9:40 a.m. Do not insert; mark spoiled."),
        ("unknown", refusal(404, "Nothing is found at this address."), "0017-0001: Not in this batch. Set aside."),
    ],
    ids=["cleared", "stopped", "of another batch"],
)  # fmt: skip
async def test_a_piece_is_inserted_only_when_it_is_cleared_at_that_moment(
    visitor: Visitor, portal: Served, path: str, answer: Any, line: str
) -> None:
    piece = "01930000-0000-7000-8000-000000000301"
    if path == "clear":
        portal.fakes.refusals[f"printing/pieces/{piece}/clear"] = answer
    if path == "unknown":
        portal.fakes.errors["printing/pieces/0017-0001"] = answer
    await visitor.sign_in("printer")
    page = (await visitor.fill("/print/scan", "/print/scan", number="0017-0001", act="clear")).text
    assert f'<p class="elms-outcome" role="status">{line}</p>' in page
    assert ("Cleared. Insert." in page) is (answer is None)
    assert 'value="clear" checked' in page


async def test_the_last_scans_stay_in_sight_at_most_ten(visitor: Visitor) -> None:
    await visitor.sign_in("printer")
    page = await visitor.get("/print/scan")
    for number in range(12):
        typed = {"number": "0017-0001", "act": "printed", "note": str(number)}
        earlier = re.findall(r'name="last" value="([^"]+)"', page.text)
        page = await visitor.send(page, "/print/scan", **typed, last=earlier)
    assert page.text.count("<li>0017-0001: Printed</li>") == 10


@pytest.mark.parametrize(("off", "words"), [(2, "Off by 2: recount"), (0, "and it balanced")])
async def test_the_stock_is_told_as_a_sum_and_whether_the_last_count_agreed(
    visitor: Visitor, portal: Served, off: int, words: str
) -> None:
    portal.fakes.changed["printing/stock"] = STOCK | {"last_count_off_by": off}
    await visitor.sign_in("printer")
    page = (await visitor.get("/print/stock")).text
    assert "5,000 = 4,120 good + 37 spoiled + 843 left" in page
    assert words in page
    assert ("usa-alert--error" in page) is bool(off)


# ── 12: how fresh the look-up is ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/lookup?q=Lopez", "/v/a7Qk2m9XwZ"])
async def test_public_pages_say_how_fresh_they_are_and_warn_when_they_lag(
    visitor: Visitor, portal: Served, path: str
) -> None:
    assert re.search(r"[Aa]s of .*9:00 a\.m\. CT", (await visitor.get(path)).text)
    lag = {"as_of": "2026-03-04T14:50:00Z", "behind": True}
    portal.fakes.changed |= {"lookup/freshness": lag, "lookup/v/a7Qk2m9XwZ": PUBLIC | lag}
    assert "Changes since 8:50 a.m. CT may be missing" in (await visitor.get(path)).text
