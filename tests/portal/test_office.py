"""The state's office: what has escalated, cases closed with words, standing with its consequences shown before."""

import re
from typing import Any

import pytest

from tests.portal.answers import DISTRICT, JOB, LETTER, LICENSE, LICENSE_SHOWN, MARIA, QUEUE
from tests.portal.fakes import refusal
from tests.portal.serving import Served
from tests.portal.visitor import Visitor

HERE = "/office/licenses/MS204417"
NOTE = "Suspended by order 26-004."


def posted(portal: Served, path: str) -> list[Any]:
    return [body for to, body, _key in portal.fakes.posts if to == path]


async def test_the_desk_begins_with_what_waits_for_the_office_and_names_its_district(visitor: Visitor) -> None:
    await visitor.sign_in("officer")
    page = (await visitor.get("/office")).text
    assert "42 applications wait for the state office" in page
    first = re.search(r'<th scope="row".*?</tr>', page, re.DOTALL)
    assert first is not None
    for words in ("Ada Byrd", "Delta Plains School District", "Overdue"):
        assert words in first.group()
    assert 'href="/office/profiles">1 profile to check' in page


@pytest.mark.parametrize(
    ("service", "words"),
    [("renewals", "The queue can&#39;t be shown"), ("credentials", "Cases can&#39;t be shown"), ("identity", "None.")],
)
async def test_the_rest_of_the_desk_stands_while_a_service_is_away(
    visitor: Visitor, portal: Served, service: str, words: str
) -> None:
    await visitor.sign_in("officer")
    portal.fakes.away.add(service)
    page = await visitor.get("/office")
    assert page.status_code == 200
    assert words in page.text


async def test_an_empty_desk_says_so(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("officer")
    portal.fakes.changed |= {"renewals/queue": QUEUE | {"rows": []}, "credentials/cases": [], "identity/cases": []}
    page = (await visitor.get("/office")).text
    assert "Nothing has escalated" in page
    assert "No case is open" in page
    assert "No profile is in doubt." in (await visitor.get("/office/profiles")).text


async def test_a_case_is_closed_with_what_was_decided_and_not_without(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("officer")
    act, field = f"/office/cases/{LETTER}", f"outcome-{LETTER}"
    empty = await visitor.fill("/office", act)
    assert f'id="{field}-error">Write what was decided.' in empty.text
    done = await visitor.fill("/office", act, **{field: "No action: another person of that name."})
    assert "The case is closed." in done.text
    assert posted(portal, f"credentials/cases/{LETTER}/close") == [
        {"outcome": "No action: another person of that name."}
    ]


@pytest.mark.parametrize(
    ("act", "typed", "sent"),
    [
        (
            "suspend",
            {"suspend-until_month": "9", "suspend-until_day": "30", "suspend-until_year": "2026"},
            {"note": NOTE, "until": "2026-09-30"},
        ),
        ("suspend", {}, {"note": NOTE, "until": None}),
        ("revoke", {}, {"note": NOTE}),
    ],
)
async def test_what_the_public_will_see_and_what_stops_is_shown_before_it_is_decided(
    visitor: Visitor, portal: Served, act: str, typed: dict[str, str], sent: dict[str, Any]
) -> None:
    tag = {"suspend": "Suspended", "revoke": "Revoked"}[act]
    await visitor.sign_in("officer")
    path = f"credentials/licenses/{LICENSE}/{act}"
    preview = await visitor.fill(HERE, f"{HERE}/{act}", **{f"{act}-note": NOTE}, **typed)
    assert posted(portal, path) == []
    for words in ("The public will see:", tag, NOTE, "1 piece that is not in the mail will stop."):
        assert words in preview.text
    done = await visitor.send(preview, f"{HERE}/{act}")
    assert posted(portal, path) == [sent]
    assert f"{tag}. The look-up shows it" in done.text


async def test_a_license_names_its_holder_and_opens_while_the_look_up_is_away(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("officer")
    page = (await visitor.get(HERE)).text
    assert '<h1>Maria Elena Lopez <span class="elms-number">MS204417</span></h1>' in page
    assert "MS1000017" in page and f'href="/office/people/{MARIA}"' in page
    portal.fakes.away |= {"lookup", "printing"}
    assert "<h1>MS204417 " in (await visitor.get(HERE)).text


async def test_a_suspended_license_is_reinstated_and_cannot_be_suspended_again(
    visitor: Visitor, portal: Served
) -> None:
    await visitor.sign_in("officer")
    portal.fakes.changed["credentials/licenses/MS204417"] = LICENSE_SHOWN | {"standing": "suspended"}
    page = await visitor.get(HERE)
    assert f'action="{HERE}/suspend"' not in page.text
    preview = await visitor.send(page, f"{HERE}/reinstate", **{"reinstate-note": "Order 26-011."})
    done = await visitor.send(preview, f"{HERE}/reinstate")
    assert "In good standing again." in done.text


async def test_a_hold_is_private_and_needs_its_reason(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("officer")
    empty = await visitor.fill(HERE, f"{HERE}/hold")
    assert 'id="hold-reason-error">Write why.' in empty.text
    done = await visitor.fill(HERE, f"{HERE}/hold", **{"hold-reason": "Fee of 2021 unpaid"})
    assert "Only the educator and the office see why." in done.text
    assert posted(portal, f"credentials/licenses/{LICENSE}/hold") == [{"reason": "Fee of 2021 unpaid", "until": None}]
    portal.fakes.changed["credentials/licenses/MS204417"] = LICENSE_SHOWN | {"renewal_hold": "Fee of 2021 unpaid"}
    page = await visitor.get(HERE)
    assert "Fee of 2021 unpaid (not public)" in page.text
    assert "Renewing is free again." in (await visitor.send(page, f"{HERE}/release-hold")).text


async def test_a_refusal_stands_at_its_field_with_the_order_kept(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("officer")
    portal.fakes.refusals[f"credentials/licenses/{LICENSE}/revoke"] = refusal(422, "The license is revoked.", "note")
    preview = await visitor.fill(HERE, f"{HERE}/revoke", **{"revoke-note": NOTE})
    shown = await visitor.send(preview, f"{HERE}/revoke")
    assert 'id="revoke-note-error">The license is revoked.' in shown.text
    assert NOTE in shown.text


async def test_a_license_is_found_by_its_number(visitor: Visitor) -> None:
    await visitor.sign_in("officer")
    assert (await visitor.get("/office/licenses?number=MS204417")).url.path == HERE
    assert 'id="number-error">Enter the whole number.' in (await visitor.get("/office/licenses?number=")).text
    assert (await visitor.get("/office/licenses/X0", follow_redirects=True)).status_code == 404


async def test_a_roster_says_where_each_license_stands_and_stands_itself_while_credentials_is_away(
    visitor: Visitor, portal: Served
) -> None:
    await visitor.sign_in("lee")
    page = (await visitor.get("/roster")).text
    for words in ("Maria Elena Lopez", ">Short<", "5.5 CEU", "File by Jun 12, 2026.", ">Not due yet<"):
        assert words in page
    assert portal.fakes.looks["credentials/roster"]["organization_id"] == str(DISTRICT)
    portal.fakes.away.add("credentials")
    page = (await visitor.get("/roster")).text
    assert "Maria Elena Lopez" in page
    assert "can&#39;t be shown for the moment" in page


async def test_documents_are_listed_with_where_the_paper_is_and_payments_need_nothing(
    visitor: Visitor, portal: Served
) -> None:
    await visitor.sign_in("maria")
    page = (await visitor.get("/documents")).text
    for words in ("/licenses/MS204417/copy.pdf", "Prints March 5, 2026", "literacy-institute-certificate-2025.pdf"):
        assert words in page
    portal.fakes.changed["printing/jobs"] = [JOB | {"stage": "mailed", "mailed_at": "2026-03-05T18:00:00Z"}]
    assert "Mailed March 5, 2026" in (await visitor.get("/documents")).text
    portal.fakes.changed |= {"printing/jobs": [], "credentials/licenses": []}
    empty = (await visitor.get("/documents")).text
    for words in ("No paper was made yet.", "No license is linked to your account yet.", "None yet."):
        assert words in empty
    assert "There is nothing to pay" in (await visitor.get("/payments")).text
