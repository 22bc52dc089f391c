"""The queue's page: filters in the address, chips that take them off again, and what is new without rows that jump."""

import re

import pytest

from tests.portal.answers import LEE, QUEUE
from tests.portal.serving import Served
from tests.portal.visitor import Visitor

CHIPS = re.compile(r'<p class="elms-chips">(.*?)</p>', re.DOTALL)


@pytest.mark.parametrize(
    ("name", "value", "chip"),
    [
        ("holder", str(LEE), "Robert Lee"),
        ("kind", "renewal", "Renewal"),
        ("ends_before", "2026-07-01", "ends before July 1, 2026"),
        ("name", "lop", "lop"),
    ],
)
async def test_each_filter_goes_to_the_service_and_has_a_chip_in_words(
    visitor: Visitor, portal: Served, name: str, value: str, chip: str
) -> None:
    await visitor.sign_in("lee")
    page = (await visitor.get(f"/queue?show=free&{name}={value}")).text
    assert portal.fakes.looks["renewals/queue"] == {"show": "free", name: value}
    chips = CHIPS.findall(page)
    assert chip in chips[0]
    assert 'href="/queue?show=free"' in chips[0]


async def test_without_a_filter_there_is_no_chip(visitor: Visitor) -> None:
    await visitor.sign_in("lee")
    assert CHIPS.findall((await visitor.get("/queue")).text) == []


async def test_the_filters_stand_while_identity_is_away(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("lee")
    portal.fakes.away.add("identity")
    page = await visitor.get("/queue?kind=renewal")
    assert page.status_code == 200
    assert 'id="kind"' in page.text
    assert 'id="holder"' not in page.text


@pytest.mark.parametrize(
    ("show", "known", "words"),
    [
        ("waiting", "39", "3 new. Show"),
        ("waiting", "42", ""),
        ("waiting", "9" * 5000, ""),
        ("overdue", "1", "1 new. Show"),
    ],
)
async def test_what_is_new_is_counted_in_the_part_that_one_looks_at(
    visitor: Visitor, show: str, known: str, words: str
) -> None:
    await visitor.sign_in("lee")
    found = re.findall(r"\d+ new\. Show", (await visitor.get(f"/queue?show={show}&known={known}")).text)
    assert found == ([words] if words else [])


async def test_the_state_office_filters_too(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("officer")
    portal.fakes.changed["renewals/queue"] = QUEUE | {"organization": "Office of Educator Licensure"}
    assert "Office of Educator Licensure" in (await visitor.get("/queue?kind=renewal")).text
