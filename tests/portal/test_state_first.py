"""The first words of a page tell the state, and one button is the main one."""

import re
from html import unescape
from typing import Any

import httpx
import pytest

from tests.portal.answers import APPLICATION_SHOWN, DEVELOPMENT, LICENSE_SHOWN, LOAD, PUBLIC, QUEUE, SUMMARY
from tests.portal.paths import PAGES
from tests.portal.serving import Served
from tests.portal.visitor import Visitor

MAIN_BUTTON = re.compile(r'class="usa-button(?: usa-button--big)?"')
FOLDED = re.compile(r"<details.*?</details>", re.DOTALL)
FIRST_WORDS = 170
"""Within so many characters after the page's name the state is told."""

NUMBER = "credentials/licenses/MS204417"
APPLICATION, CASE = "/applications/R-2026-04417", "/queue/R-2026-04417"
LOAD_PAGE = f"/office/loads/{LOAD['load_id']}"
CLOSED = [option | {"can_file": False} for option in DEVELOPMENT["options"]]
SHORT = DEVELOPMENT | {"can_file": False, "options": CLOSED[1:]}
FILED = SHORT | {"open_filing": {"application_id": "x", "filed_on": "2026-02-20", "option": "A-CEU"}}
HEARD_LATER = {"renewals/applications": [SUMMARY | {"state": "received", "filed_at": "2026-02-21T03:00:00Z"}]}
"""Renewals has it, in the evening of February 20 where the office is; credentials doesn't know yet."""
HEARD_MEANWHILE = {"renewals/applications": [SUMMARY]}
"""Credentials answered before it knew, renewals after."""
WAITING: dict[str, Any] = APPLICATION_SHOWN["status"]
STATES: list[tuple[str, str, dict[str, Any], str]] = [
    ("maria", "/home", {}, "3 things to do next"),
    ("maria", "/home", {f"{NUMBER}/development": SHORT, "renewals/applications": [],
                        "correspondence/letters": {"letters": [], "unread": 0, "next": None}}, "Nothing to do now"),
    ("maria", "/home", {f"{NUMBER}/development": SHORT, "renewals/applications": [],
                        "correspondence/letters": {"letters": [], "unread": 1, "next": None}}, "Nothing to do now"),
    ("maria", "/licenses/MS204417", {}, "Active Ends June 30, 2026"),
    ("maria", "/licenses/MS204417", {f"{NUMBER}/development": DEVELOPMENT | {
        "license": LICENSE_SHOWN | {"status": "suspended"}}}, "Suspended"),
    ("maria", "/licenses/MS204417/development", {}, "You can renew now"),
    ("maria", "/licenses/MS204417/development", {f"{NUMBER}/development": SHORT},
     "You can't renew yet Still needed for"),
    ("maria", "/licenses/MS204417/development", {f"{NUMBER}/development": FILED},
     "You filed your renewal on February 20, 2026."),
    ("maria", "/renew/MS204417", {}, "You can renew. Your license ends on June 30, 2026."),
    ("maria", "/renew/MS204417", {f"{NUMBER}/development": SHORT}, "You can't renew yet"),
    ("maria", "/renew/MS204417", HEARD_LATER, "You have filed already You filed your renewal on February 20, 2026."),
    ("maria", "/renew/MS204417?step=check&option=A-CEU", HEARD_LATER, "You have filed already"),
    ("maria", "/renew/MS204417?step=check&option=A-CEU", HEARD_MEANWHILE, "You have filed already"),
    ("maria", "/licenses/MS204417/development", HEARD_LATER, "You filed your renewal on February 20, 2026."),
    ("maria", "/home", HEARD_LATER, "1 thing to do next Read 1 new letter"),
    ("maria", APPLICATION, {}, "With Delta Plains School District"),
    ("maria", APPLICATION, {"application": {"state": "returned", "status": WAITING | {"label": "Sent back"}}},
     "Sent back"),
    ("lee", "/queue", {}, "42 waiting"),
    ("lee", "/queue", {"renewals/queue": QUEUE | {"rows": [], "counts": dict.fromkeys(QUEUE["counts"], 0)}},
     "0 waiting"),
    ("lee", CASE, {}, "With Delta Plains School District"),
    ("lee", CASE, {"application": {"overdue": True}}, "Overdue"),
    ("lee", "/forecast", {}, "61 of 410 licenses end by June 30, 2027; 23 are short."),
    ("officer", "/office", {}, "42 applications wait for the state office"),
    ("officer", "/office/profiles", {}, "1 profile to check"),
    ("officer", LOAD_PAGE, {}, "Checked, not loaded yet 1,204 rows: 1,180 new"),
    ("officer", f"{LOAD_PAGE}/recall", {}, "40 credits are taken back from 31 educators; 31 licenses are affected."),
    ("printer", "/print", {}, "Waiting 31 licenses"),
    ("printer", "/print/stock", {}, "5,000 = 4,120 good + 37 spoiled + 843 left Off by 2: recount"),
    ("operator", "/ops", {}, "1 service is not ready."),
    ("operator", "/ops/dead-letters", {}, "1 dead letter"),
    ("-", "/service-status", {}, "1 part is away for the moment; nothing is lost."),
    ("-", "/v/a7Qk2m9XwZ", {}, "Active until June 30, 2026"),
    ("-", "/v/a7Qk2m9XwZ", {"lookup/v/a7Qk2m9XwZ": PUBLIC | {"status": "expired"}}, "Expired June 30, 2026"),
]  # fmt: skip


@pytest.mark.parametrize("state", STATES, ids=lambda state: f"{state[1]} {state[3][:24]}")
async def test_the_first_words_of_a_page_tell_the_state(
    visitor: Visitor, portal: Served, state: tuple[str, str, dict[str, Any], str]
) -> None:
    user, path, changed, words = state
    if user != "-":
        await visitor.sign_in(user)
    portal.fakes.changed |= changed
    page = await visitor.get(path)
    assert words in _from_name_on(page)[:FIRST_WORDS]


async def test_no_page_has_two_main_buttons(visitor: Visitor) -> None:
    """Of what is not folded away; only one is asked of people at a time."""
    for user in ("maria", "lee", "directory", "officer", "printer", "operator"):
        await visitor.sign_in(user)
        for path, allowed in PAGES.items():
            if allowed[0] == user or path == CASE:
                shown = FOLDED.sub("", (await visitor.get(path)).text)
                assert len(MAIN_BUTTON.findall(shown)) <= 1, path


def _from_name_on(page: httpx.Response) -> str:
    """What a page says from its heading on, without tags."""
    html = page.text[page.text.index("<h1>") : page.text.index("</main>")]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


async def test_operations_say_how_far_behind_each_service_is(visitor: Visitor) -> None:
    """Over all its topics; a process without consumers cannot know it."""
    await visitor.sign_in("operator")
    page = (await visitor.get("/ops")).text
    assert '<td data-label="Events not yet taken">15</td>' in page
    assert '<td data-label="Events not yet taken">not known here</td>' in page
