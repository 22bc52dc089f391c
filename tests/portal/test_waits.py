"""The design's checklist, 6: every wait has a holder, a next step and a date; also at the print desk and of loads."""

from typing import Any

import pytest

from tests.portal.answers import DESK, LOAD
from tests.portal.serving import Served
from tests.portal.visitor import Visitor

LOAD_PAGE = f"/office/loads/{LOAD['load_id']}"
HELD: dict[str, Any] = DESK["held"][0]  # type: ignore[index]


def box_of(page: str) -> list[str]:
    """What stands in the summary box, in its order."""
    box = page[page.index('<div class="elms-where">') :]
    return [part.partition("</dd>")[0] for part in box[: box.index("</dl>")].split("<dd>")[1:]]


@pytest.mark.parametrize(
    ("held", "holder", "following"),
    [
        ({"reason_code": "no-address"}, HELD["name"], "With an address it prints at the next cut."),
        ({"reason_code": "no-address", "name": ""}, "The educator", "With an address it prints at the next cut."),
        ({"hold": "A credit was taken back."}, "State office", "An officer decides whether it is printed."),
        ({"reason_code": "license-unread"}, "Operations", "It prints at the next cut once the record is here"),
    ],
    ids=["no address", "nobody's name", "held by an officer", "a record that has not come"],
)
async def test_a_held_print_job_says_with_whom_it_is_what_comes_next_and_since_when(
    visitor: Visitor, portal: Served, held: dict[str, Any], holder: str, following: str
) -> None:
    portal.fakes.changed["printing/desk"] = DESK | {"held": [HELD | held]}
    await visitor.sign_in("printer")
    page = (await visitor.get("/print")).text
    row = page[page.index("Held licenses") :]
    assert f'data-label="With whom">{holder}<' in row
    assert f'data-label="What comes next">{following}' in row
    assert 'data-label="Since" class="elms-day">Mar 2, 2026<' in row


@pytest.mark.parametrize(
    ("load", "where", "when"),
    [
        ({}, "Olive Officer", "March 4, 2026, 8:00 a.m. CT"),
        ({"state": "loaded", "parked": 3}, "Educators who are not known here yet", "March 18, 2026"),
        ({"state": "loaded", "open": 2}, "Licenses and professional development", "March 4, 2026, 8:00 a.m. CT"),
    ],
    ids=["checked", "educators not known", "receipts still to come"],
)
async def test_a_load_that_is_open_says_who_has_it_why_what_comes_next_and_its_date(
    visitor: Visitor, portal: Served, load: dict[str, Any], where: str, when: str
) -> None:
    portal.fakes.changed[f"exchange/loads/{LOAD['load_id']}"] = LOAD | load
    await visitor.sign_in("officer")
    found = box_of((await visitor.get(LOAD_PAGE)).text)
    assert len(found) == 4 and all(found)
    assert (found[0], found[3]) == (where, when)


async def test_a_load_that_is_done_waits_for_nobody(visitor: Visitor, portal: Served) -> None:
    portal.fakes.changed[f"exchange/loads/{LOAD['load_id']}"] = LOAD | {"state": "loaded", "accepted": 1180}
    await visitor.sign_in("officer")
    assert "elms-where" not in (await visitor.get(LOAD_PAGE)).text


@pytest.mark.parametrize(
    ("user", "link", "what"),
    [
        ("lee", "/queue?show=overdue", "Decide 2 overdue applications"),
        ("directory", "/directory", "Check 1 profile"),
        ("officer", "/office", "Close 1 case"),
        ("officer", LOAD_PAGE, "Load semi-may.csv"),
        ("printer", "/print/stock", "Recount the paper"),
        ("operator", "/ops/dead-letters", "Look at 6 dead letters"),
    ],
)
async def test_home_names_what_waits_at_the_desks_that_somebody_holds(
    visitor: Visitor, user: str, link: str, what: str
) -> None:
    await visitor.sign_in(user)
    assert f'<li><a href="{link}">{what}</a>' in (await visitor.get("/home")).text


@pytest.mark.parametrize(
    ("counts", "what"),
    [
        ({"waiting": 5, "overdue": 0, "due_this_week": 2}, "Decide 5 applications</a><span>2 are due this week."),
        ({"waiting": 5, "overdue": 0, "due_this_week": 0}, "Decide 5 applications</a><span>None is due this week."),
        ({"waiting": 0, "overdue": 0, "due_this_week": 0}, "Nothing to do now"),
    ],
)
async def test_home_tells_how_urgent_a_queue_is(
    visitor: Visitor, portal: Served, counts: dict[str, int], what: str
) -> None:
    nothing = {"credentials/licenses": [], "renewals/applications": [], "printing/jobs": [],
               "correspondence/letters": {"letters": [], "unread": 0, "next": None}}  # fmt: skip
    portal.fakes.changed |= {"renewals/queue": {"counts": counts, "rows": [], "next": None}} | nothing
    await visitor.sign_in("lee")
    assert what in (await visitor.get("/home")).text


async def test_home_stands_while_a_desk_s_service_is_away(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("officer")
    portal.fakes.away |= {"renewals", "exchange", "identity"}
    page = await visitor.get("/home")
    assert page.status_code == 200
    assert "Close 1 case" in page.text and "Load semi-may.csv" not in page.text
