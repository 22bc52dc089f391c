"""The forecast's page: a conclusion in words, a chart whose bars add up, the same numbers as a table."""

import pytest

from services.portal.charts import FROM, TO, bars
from tests.portal.answers import DISTRICT, FORECAST
from tests.portal.serving import Served
from tests.portal.visitor import Visitor


def test_the_greatest_sum_is_the_longest_bar_and_parts_follow_each_other() -> None:
    short, none, long = bars([("A", {"short": 1, "filed": 1}), ("B", {"short": 0}), ("C", {"short": 3, "filed": 1})])
    assert (none.total, none.parts, none.end) == (0, (), FROM)
    assert long.end == TO
    assert short.end == FROM + (TO - FROM) / 2
    assert [part.kind for part in long.parts] == ["short", "filed"]
    assert long.parts[1].start == long.parts[0].start + long.parts[0].width


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "61 of 410 licenses end by June 30, 2027; 23 are short."),
        ("es", "61 de 410 licencias vencen a más tardar el 30 de junio de 2027; a 23 les falta algo."),
    ],
)
async def test_the_conclusion_is_a_sentence_in_both_languages(visitor: Visitor, language: str, sentence: str) -> None:
    await visitor.sign_in("lee")
    page = (await visitor.get(f"/forecast?lang={language}")).text
    assert f"<h1>{sentence}</h1>" in page
    assert page.count("<text") == 2 * len(FORECAST["months"])


async def test_who_is_short_is_named_and_numbered_where_the_name_is_unknown(visitor: Visitor) -> None:
    await visitor.sign_in("lee")
    page = (await visitor.get("/forecast")).text
    assert '<a href="/licenses/MS204417/development">Maria Elena Lopez</a>' in page
    assert '<a href="/licenses/MS204418/development">MS1000018</a>' in page
    assert "1 CEU, 3 semester hours" in page
    assert "nothing that can be earned" in page


async def test_names_that_cannot_be_asked_leave_the_numbers(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("lee")
    portal.fakes.away.add("identity")
    assert "MS1000017" in (await visitor.get("/forecast")).text


async def test_the_state_office_chooses_a_district_first(visitor: Visitor) -> None:
    await visitor.sign_in("officer")
    assert "Choose a district" in (await visitor.get("/forecast")).text
    assert "23 are short" in (await visitor.get(f"/forecast?district={DISTRICT}")).text


async def test_without_an_end_in_sight_the_page_says_so(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("lee")
    months = [month | {"ending": 0, "short": 0, "ready": 0, "filed": 0} for month in FORECAST["months"]]
    none = {"ending": 0, "short": 0, "months": months, "those_short": []}
    portal.fakes.changed["credentials/forecast"] = FORECAST | none
    page = (await visitor.get("/forecast")).text
    assert "0 of 410 licenses end by June 30, 2027." in page
    assert "No license ends in these months." in page


async def test_an_empty_queue_leads_to_the_forecast(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("lee")
    portal.fakes.changed["renewals/queue"] = {
        "organization": "Delta Plains School District", "rows": [], "next": None,
        "counts": dict.fromkeys(("waiting", "overdue", "due_this_week", "yours", "free", "returned",
                                 "ends_in_30_days", "blocked"), 0),
    }  # fmt: skip
    page = (await visitor.get("/queue")).text
    assert "Nothing is waiting." in page
    assert 'href="/forecast">See the forecast' in page
