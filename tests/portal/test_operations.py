"""Dead letters in the portal: one letter's page, what is held back, reasons, and services that are away."""

import pytest

from tests.portal.answers import LETTER_DEAD_SHOWN
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
