"""Searching over HTTP, with names and licenses said on real Kafka."""

import asyncio
import base64
from typing import Any

import pytest

from services.lookup.api import ShownLicense
from services.lookup.app import service as lookup
from services.lookup.domain.limits import Limiter
from services.lookup.queries.licenses import PublicLicense
from services.lookup.queries.search import Found
from shared.contracts.identity import PersonState
from shared.ids import PersonId, new_id
from shared.testing.system import System
from tests.conftest import MakeSystem
from tests.lookup.examples import NEXT, district_state, license_state, person_state


@pytest.fixture
async def system(make_system: MakeSystem) -> System:
    return await make_system(lookup)


async def show(system: System, *people: PersonState) -> None:
    """Shows the people, with a license each."""
    await system.say(*people, *(license_state(person_id=person.person_id) for person in people))
    await system.drain()


async def found(system: System, q: str, **more: Any) -> Any:
    answer = await system.get("lookup", "/licenses", q=q, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(page: Any) -> list[str]:
    return [license["name"] for license in page["licenses"]]


async def test_the_beginning_of_a_name_finds_it_and_a_first_name_narrows(system: System) -> None:
    await show(system, *(person_state(*name) for name in [("Maria", "López"), ("Juan", "Lopez"), ("Ann", "Lee")]))
    assert names(await found(system, "lop")) == ["Juan Lopez", "Maria López"]
    for query in ("Lopez, M", "maria lopez", "López María"):
        assert names(await found(system, query)) == ["Maria López"]


async def test_a_misspelt_surname_finds_what_is_nearly_so_and_says_so(system: System) -> None:
    await show(system, person_state("Ann", "Smith"), person_state("Bo", "Lopez"), person_state("Cy", "Tanner"))
    page = await found(system, "Simth")
    assert (names(page), page["similar"]) == (["Ann Smith"], True)
    assert names(await found(system, "Lopes, Bo")) == ["Bo Lopez"]
    assert (await found(system, "Qqqqq"))["total"] == 0


async def test_the_short_way_answers_as_the_route_and_as_the_page_says(system: System) -> None:
    await show(system, person_state("Ann", "Smith"), person_state("Bo", "Smythe"))
    number = (await found(system, "Smith"))["licenses"][0]["number"]
    for q in ("Smith", "Simth", "smi, a", number, "Qqqqq"):
        short, long = await found(system, q), await found(system, q, limit=50)
        Found.model_validate(short, strict=False)
        assert [short[key] for key in Found.model_fields] == [long[key] for key in Found.model_fields]
    license_ = (await system.get("lookup", f"/licenses/{number}")).json()
    asked = (await system.get("lookup", f"/licenses/{number}", why="a query goes by the route")).json()
    assert set(license_) == set(ShownLicense.model_fields)
    assert PublicLicense.model_validate(license_).model_dump(mode="json") == {
        name: asked[name] for name in PublicLicense.model_fields
    }
    metrics = (await system.get("lookup", "/metrics")).text
    assert all(f'route="{place}"' in metrics for place in ("/licenses/", "/licenses?q=", "/licenses"))


@pytest.mark.parametrize("q", ["", "%", "a%ff", "x" * 41, "%20", "a%26b", "a+b"])
async def test_a_strange_query_is_answered_alike_on_both_ways(system: System, q: str) -> None:
    short, long = [await system.get("lookup", f"/licenses?q={q}{more}") for more in ("", "&limit=50")]
    assert (short.status_code, short.json().get("detail")) == (long.status_code, long.json().get("detail"))


async def test_a_district_narrows_a_search(system: System) -> None:
    north, south = district_state("North"), district_state("South")
    await system.say(north, south)
    await show(
        system,
        person_state("Ann", "Lee", districts=(north.organization_id,)),
        person_state("Bo", "Lee", districts=(south.organization_id, north.organization_id)),
        person_state("Cy", "Lee"),
    )
    assert names(await found(system, "lee", district=north.organization_id)) == ["Ann Lee", "Bo Lee"]
    assert names(await found(system, "lee", district=south.organization_id)) == ["Bo Lee"]
    assert (await system.get("lookup", "/licenses", district=north.organization_id)).status_code == 422


async def test_a_former_name_finds_the_license_under_the_present_one(system: System) -> None:
    ann = person_state("Ann", "Jones")
    await show(system, ann)
    married = ann.model_copy(update={"name": ann.name.model_copy(update={"last": "Smith"})})
    await system.say(married.model_copy(update={"former_last_names": ("Jones",)}), version=2)
    await system.drain()
    assert names(await found(system, "jones")) == names(await found(system, "smith")) == ["Ann Smith"]
    await system.say(married, version=3)  # the former name was entered by mistake
    await system.drain()
    assert names(await found(system, "jones")) == []


async def test_merged_people_are_one_under_both_names_and_two_again_when_unmerged(system: System) -> None:
    remains, merged, first = person_state("Ann", "Lee"), person_state("Ann", "Leigh"), person_state("A", "Lea")
    await show(system, remains, merged, first)
    into = merged.model_copy(update={"merged_into": remains.person_id})
    await system.say(first.model_copy(update={"merged_into": merged.person_id}), into, version=2)
    await system.drain()
    for query in ("lee", "leigh", "lea"):
        assert names(await found(system, query)) == ["Ann Lee"] * 3
    await system.say(merged, version=3)
    await system.drain()
    assert names(await found(system, "lee")) == ["Ann Lee"]
    assert names(await found(system, "lea")) == ["Ann Leigh"] * 2


async def test_pages_follow_each_other_without_gap_or_repetition(system: System) -> None:
    await show(system, *(person_state("ABC"[number % 3], f"Smith{'abcdefg'[number % 7]}") for number in range(40)))
    pages, after = [], None
    while True:
        page = await found(system, "smith", limit=7, **({"after": after} if after else {}))
        pages.append(page)
        after = page["next"]
        if after is None:
            break
    ids = [license["license_id"] for page in pages for license in page["licenses"]]
    assert (len(ids), len(set(ids)), {page["total"] for page in pages}) == (40, 40, {40})
    everything = [name for page in pages for name in names(page)]
    assert everything == sorted(everything, key=lambda name: (name.split()[1], name.split()[0]))


async def test_the_nearest_names_come_first_and_the_pages_follow_each_other(system: System) -> None:
    await show(system, *(person_state(*name) for name in [("Ann", "Saith"), ("Cy", "Smith"), ("Bo", "Smith")]))
    pages, after = [], {}
    while after is not None:
        page = await found(system, "Smihts", limit=1, **after)
        pages.append(names(page))
        after = {"after": page["next"]} if page["next"] else None
    assert pages == [["Bo Smith"], ["Cy Smith"]]
    assert names(await found(system, "Smoith")) == ["Bo Smith", "Cy Smith", "Ann Saith"]


def cursor(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode()


async def test_a_forged_page_shows_what_comes_behind_it(system: System) -> None:
    await show(system, person_state("Ann", "Smith"), person_state("Bo", "Smith"))
    after = cursor('[0, "smith", "ann\\u0000", "ffffffff-ffff-ffff-ffff-ffffffffffff"]')
    assert names(await found(system, "smith", after=after)) == ["Bo Smith"]


@pytest.mark.parametrize("way", ["-1", "1000", "1e30", "0.5", '"0"', "null", "[]", "{}"])
async def test_a_page_that_no_search_gave_is_refused(system: System, way: str) -> None:
    after = cursor(f'[{way}, "smith", "ann", "ffffffff-ffff-ffff-ffff-ffffffffffff"]')
    answer = await system.get("lookup", "/licenses", q="smith", after=after)
    assert (answer.status_code, answer.json()["field"]) == (422, "after")


async def test_at_most_as_many_as_the_policy_allows_are_shown_on_all_pages_together(system: System) -> None:
    await show(system, *(person_state(f"A{number}", "Smith") for number in range(260)))
    page = await found(system, "smith", limit=250)
    assert (len(page["licenses"]), page["total"], page["capped"], page["next"]) == (250, 250, True, None)


async def test_of_more_similar_names_than_may_be_shown_the_nearest_are(system: System) -> None:
    await show(system, *(person_state(f"A{number}", "Smithson") for number in range(200)))
    await show(system, *(person_state(f"B{number}", "Smitsson") for number in range(200)))  # two slips away
    page = await found(system, "Smihtson", limit=250)
    assert (page["similar"], page["total"], page["capped"]) == (True, 250, True)
    assert sum(name.endswith("Smithson") for name in names(page)) == 200


@pytest.mark.parametrize(("params", "field"), [
    ({"q": "l"}, "q"), ({"q": "x" * 101}, "q"), ({}, "q"), ({"q": "lee", "after": "nonsense"}, "after"),
    ({"q": "lee", "district": "north"}, "district"), ({"q": "lee", "limit": "0"}, "limit"),
])  # fmt: skip
async def test_a_bad_query_is_refused_with_its_field(system: System, params: dict[str, str], field: str) -> None:
    answer = await system.get("lookup", "/licenses", **params)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_a_whole_number_finds_its_license(system: System) -> None:
    await system.say(license_state(number="MS-77", person_id=PersonId(new_id())))
    await system.drain()
    assert [license["number"] for license in (await found(system, "ms 77"))["licenses"]] == ["MS-77"]
    assert (await found(system, "ms 78"))["total"] == 0


async def test_an_unchanged_answer_is_not_sent_again_and_a_renewed_license_is(system: System) -> None:
    license = license_state()
    await system.say(license)
    await system.drain()
    path = f"/v/{license.public_id}"
    tag = (await system.get("lookup", path)).headers["etag"]
    again = await system.ask("GET", "lookup", path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    await system.say(license.model_copy(update={"periods": (*license.periods, NEXT)}), version=2)
    await system.drain()
    assert (await system.ask("GET", "lookup", path, headers={"If-None-Match": tag})).status_code == 200
    system.clock.move(days=365 * 6)
    assert (await system.get("lookup", path)).json()["status"] == "expired"


async def test_no_search_engine_keeps_an_answer_and_errors_neither(system: System) -> None:
    for path in ("/licenses/none", "/licenses", "/v/none"):
        answer = await system.get("lookup", path, q="lee")
        assert "noindex" in answer.headers.get("x-robots-tag", ""), (path, answer.text)


async def test_who_asks_too_often_is_told_when_to_come_back(system: System) -> None:
    system.processes["lookup"][0].runtime.kept["limiter"] = Limiter(capacity=2, refill=0.01)
    answers = [await system.get("lookup", "/licenses", q="lee") for _ in range(3)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == 1
    assert refused[0].json()["detail"].startswith("Too many searches. Try again at 9:")
    assert int(refused[0].headers["retry-after"]) >= 1


async def test_freshness_is_the_instant_until_which_everything_is_shown(system: System) -> None:
    for _ in range(300):
        if not (await system.get("lookup", "/freshness")).json()["behind"]:
            break
        await asyncio.sleep(0.1)
    await show(system, person_state("Ann", "Lee"))
    page = await found(system, "lee")
    assert page["behind"] is False
    assert page["as_of"] <= system.clock.now().isoformat().replace("+00:00", "Z")
