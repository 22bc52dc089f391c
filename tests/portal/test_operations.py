"""Operations in the portal: dead letters and their edited copies, the look-up rebuilt, services reconciled."""

import re

import pytest

from tests.portal.answers import APPLICATION, LEE_S_EDIT, LETTER_DEAD_SHOWN, PEOPLE, REBUILD, account
from tests.portal.fakes import refusal
from tests.portal.serving import Served
from tests.portal.visitor import Visitor

LETTER = "/ops/dead-letters/credentials/4"


async def test_a_letter_is_shown_with_reason_key_age_and_what_is_personal_blacked_out(visitor: Visitor) -> None:
    await visitor.sign_in("operator")
    listed = (await visitor.get("/ops/dead-letters")).text
    assert f'href="{LETTER}"' in listed
    page = (await visitor.get(LETTER)).text
    for words in ("LicenseUnknown", "No license has this number.", "MS1", "1 hour", "████████████"):
        assert words in page
    assert page.count('value="yes" checked') == 2


@pytest.mark.parametrize("ticked", [{"hold_back": "yes"}, {}])
@pytest.mark.parametrize(("act", "said"), [("replay", "3 events took effect"), ("discard", "2 events took effect")])
async def test_mail_and_printing_are_held_back_unless_the_box_is_cleared(
    visitor: Visitor, portal: Served, act: str, said: str, ticked: dict[str, str]
) -> None:
    await visitor.sign_in("operator")
    done = await visitor.fill(LETTER, f"{LETTER}/{act}", reason="a test's own", **ticked)
    assert said in done.text
    assert portal.fakes.posts[-1][0] == f"credentials/operations/dead-letters/4/{act}"
    assert portal.fakes.queries[-1] == {"hold_back": "true" if ticked else "false"}


async def test_a_letter_is_not_discarded_without_a_reason_and_the_cleared_box_stays_cleared(
    visitor: Visitor, portal: Served
) -> None:
    await visitor.sign_in("operator")
    page = await visitor.fill(LETTER, f"{LETTER}/discard")
    assert page.status_code == 422
    assert "Write why it is discarded." in page.text
    assert 'value="yes" checked' not in page.text
    assert not [path for path, *_rest in portal.fakes.posts if path.endswith("/discard")]


async def test_a_closed_letter_can_be_read_and_nothing_else(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("operator")
    shown = (await visitor.get(LETTER)).text
    assert f'action="{LETTER}/replay"' in shown
    portal.fakes.changed["credentials/operations/dead-letters/4"] = closed()
    page = (await visitor.get(LETTER)).text
    assert "This letter is closed" in page
    assert "entered twice" in page
    assert f'action="{LETTER}/replay"' not in page


def closed() -> dict[str, object]:
    """The example, discarded by somebody."""
    return LETTER_DEAD_SHOWN | {"state": "discarded", "closed_by": "operator:oscar", "closed_reason": "entered twice"}


async def test_a_service_that_is_away_is_named_so_that_an_empty_list_does_not_mislead(
    visitor: Visitor, portal: Served
) -> None:
    await visitor.sign_in("operator")
    portal.fakes.away.add("credentials")
    assert "because they are away: credentials" in (await visitor.get("/ops/dead-letters")).text


async def test_a_letter_of_no_service_is_not_found(visitor: Visitor) -> None:
    await visitor.sign_in("operator")
    assert (await visitor.get("/ops/dead-letters/nobody/4")).status_code == 404
    assert (await visitor.fill(LETTER, f"{LETTER}/burn")).status_code == 404


SHOWN = "credentials/operations/dead-letters/4"


async def test_an_edited_copy_is_proposed_with_what_changed_alone(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("operator")
    page = (await visitor.get(f"{LETTER}/edit")).text
    places = [*LETTER_DEAD_SHOWN["value"], *(f"header:{name}" for name in LETTER_DEAD_SHOWN["editable_headers"])]
    assert re.findall('name="to:([^"]+)"', page) == places
    typed = {"to:amount": "2", "to:title": ""}
    shown = await visitor.fill(f"{LETTER}/edit", f"{LETTER}/edit", **typed, reason="typed wrong")
    assert "Somebody else must confirm it now." in shown.text
    assert portal.fakes.posts[-1][:2] == (f"{SHOWN}/edits", {"changes": {"amount": "2"}, "reason": "typed wrong"})


async def test_a_value_that_cannot_be_is_refused_at_its_field_with_the_others_kept(
    visitor: Visitor, portal: Served
) -> None:
    await visitor.sign_in("operator")
    portal.fakes.refusals[f"{SHOWN}/edits"] = refusal(422, "amount must be a whole number.", "amount")
    typed = {"to:amount": "two", "to:title": "Literacy"}
    shown = await visitor.fill(f"{LETTER}/edit", f"{LETTER}/edit", **typed, reason="typed wrong")
    assert '<a href="#to:amount">amount must be a whole number.</a>' in shown.text
    assert 'value="two"' in shown.text
    assert 'value="Literacy"' in shown.text
    empty = await visitor.fill(f"{LETTER}/edit", f"{LETTER}/edit", reason="typed wrong")
    assert "Write at least one other value." in empty.text


async def test_a_second_person_confirms_what_they_saw_and_whoever_proposed_may_not(
    visitor: Visitor, portal: Served
) -> None:
    await visitor.sign_in("operator")
    portal.fakes.changed[SHOWN] = LETTER_DEAD_SHOWN | {"proposal": LEE_S_EDIT}
    page = await visitor.get(LETTER)
    assert "Robert Lee proposed it on" in page.text
    done = await visitor.send(page, f"{LETTER}/confirm", hold_back="yes")
    assert "The edited copy took effect. 3 events took effect." in done.text
    assert portal.fakes.posts[-1][0] == f"{SHOWN}/edits/31/confirm"
    assert portal.fakes.queries[-1] == {"hold_back": "true"}
    mine = LEE_S_EDIT | {"by": str(PEOPLE["operator"].person_id)}
    portal.fakes.changed[SHOWN] = LETTER_DEAD_SHOWN | {"proposal": mine}
    page = await visitor.get(LETTER)
    assert "Somebody else must confirm what you proposed." in page.text
    assert f'action="{LETTER}/confirm"' not in page.text
    withdrawn = await visitor.send(page, f"{LETTER}/withdraw")
    assert "The edit is withdrawn." in withdrawn.text


async def test_a_rebuild_is_asked_for_followed_and_its_failure_told(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("operator")
    asked = await visitor.fill("/ops/rebuild", "/ops/rebuild")
    assert "The rebuild is asked for." in asked.text
    assert "20,412" in asked.text
    path = "lookup/operations/rebuild"
    portal.fakes.changed[path] = REBUILD | {"state": "building", "read": 5_000, "percent": 24, "ended_at": None}
    under_way = await visitor.get("/ops/rebuild")
    assert "5,000 of 20,412 records" in under_way.text
    assert under_way.headers["refresh"] == "2"
    assert 'action="/ops/rebuild"' not in under_way.text
    portal.fakes.changed[path] = REBUILD | {"state": "failed", "problem": "The disk is full."}
    assert "The disk is full." in (await visitor.get("/ops/rebuild")).text
    portal.fakes.errors[path] = refusal(404, "Nothing is found at this address.")
    assert "It was never rebuilt." in (await visitor.get("/ops/rebuild")).text


async def test_what_services_keep_is_compared_and_what_one_alone_has_is_named(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("operator")
    assert "Compare now" in (await visitor.get("/ops/reconcile")).text
    same = (await visitor.get("/ops/reconcile?run=1")).text
    assert "All services agree." in same
    lost = "01930000-0000-7000-8000-0000000000bb"
    portal.fakes.changed |= {
        "printing/operations/accounts/jobs": account(),
        "credentials/operations/accounts/earned": account(APPLICATION, lost),
        "credentials/operations/accounts/earned/7": [APPLICATION, lost],
        "renewals/operations/accounts/completed/7": [APPLICATION],
        "printing/operations/accounts/jobs/7": [],
    }
    page = (await visitor.get("/ops/reconcile?run=1")).text
    assert "Something differs" in page
    assert page.count(f'href="/queue/{lost}"') == 2
    assert page.count(f'href="/queue/{APPLICATION}"') == 1
    assert page.count(">Differs<") == 2
