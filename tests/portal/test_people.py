"""The office's people: found, two records compared and made one, taken back; letters read and written."""

from typing import Any

import pytest

from tests.portal.answers import LEE, LETTER, MARIA, PERSON
from tests.portal.fakes import refusal
from tests.portal.serving import Served
from tests.portal.visitor import Visitor

MERGE = f"/office/people/merge?id={MARIA}&id={LEE}"
SENT = "/office/people/merge"
HERE = f"/office/people/{MARIA}"


async def test_two_of_those_found_are_compared_and_fewer_are_asked_for_again(visitor: Visitor) -> None:
    await visitor.sign_in("officer")
    found = await visitor.get("/office/people?q=lopez")
    assert found.text.count("MS1000017") == 1 and found.text.count("MS1000023") == 1
    one = await visitor.get(f"/office/people/merge?id={MARIA}&q=lopez")
    assert one.status_code == 422
    assert "Tick the two records that you want to compare." in one.text and "MS1000023" in one.text
    page = (await visitor.get(MERGE)).text
    assert "maria@example.org" in page and page.count(">Differs<") == 1
    assert "a merge can be taken back" in page


async def test_a_merge_names_the_record_that_stays_and_leads_to_its_way_back(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("officer")
    page = await visitor.get(MERGE)
    unsaid = await visitor.send(page, SENT)
    assert unsaid.status_code == 422 and "Choose the record that stays." in unsaid.text
    done = await visitor.send(page, SENT, winner=str(LEE))
    assert done.url.path == HERE
    assert portal.fakes.posts[-1][:2] == (
        "identity/people/merge",
        {"winner_id": str(LEE), "loser_id": str(MARIA), "confirmed_different_ssn": False},
    )


async def test_a_refused_merge_shows_both_records_again_with_the_reason(visitor: Visitor, portal: Served) -> None:
    portal.fakes.refusals["identity/people/merge"] = refusal(422, "Their Social Security numbers differ.", "winner_id")
    await visitor.sign_in("officer")
    page = await visitor.send(await visitor.get(MERGE), SENT, winner=str(LEE))
    assert page.status_code == 422
    assert 'id="winner-error">Their Social Security numbers differ.' in page.text
    assert f'value="{LEE}" checked' in page.text


@pytest.mark.parametrize("other", ["", str(MARIA)])
async def test_a_forged_merge_of_fewer_than_two_is_no_page(visitor: Visitor, portal: Served, other: str) -> None:
    await visitor.sign_in("officer")
    page = await visitor.send(await visitor.get(MERGE), SENT, one=str(MARIA), other=other, winner=str(MARIA))
    assert page.status_code == 404
    assert all(path != "identity/people/merge" for path, _body, _key in portal.fakes.posts)


async def test_a_merged_record_says_so_and_is_separated_again(visitor: Visitor, portal: Served) -> None:
    portal.fakes.changed[f"identity/people/{MARIA}"] = PERSON | {"merged_into": str(LEE)}
    await visitor.sign_in("officer")
    page = await visitor.get(HERE)
    assert "Merged into another record" in page.text and f'href="/office/people/{LEE}"' in page.text
    await visitor.send(page, f"{HERE}/unmerge")
    assert portal.fakes.posts[-1][0] == f"identity/people/{MARIA}/unmerge"


async def test_an_officer_reads_a_letter_without_making_it_a_read_one(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("officer")
    page = await visitor.get(f"{HERE}/letters/{LETTER}")
    assert "Your license is renewed." in page.text
    assert all(not path.endswith("/read") for path, _body, _key in portal.fakes.posts)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [({"subject": "", "text": "x"}, "Enter the subject."), ({"subject": "x", "text": ""}, "Write the letter.")],
)
async def test_a_letter_needs_a_subject_and_a_text(visitor: Visitor, typed: dict[str, Any], sentence: str) -> None:
    await visitor.sign_in("officer")
    page = await visitor.fill(HERE, f"{HERE}/letters", **typed)
    assert page.status_code == 422 and sentence in page.text


async def test_a_letter_is_written_to_that_person(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("officer")
    page = await visitor.fill(HERE, f"{HERE}/letters", subject="Your transcript", text="Please send page 2.")
    assert "The letter is sent." in page.text
    body = {"person_id": str(MARIA), "subject": "Your transcript", "text": "Please send page 2."}
    assert portal.fakes.posts[-1][:2] == ("correspondence/letters", body)
