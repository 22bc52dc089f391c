"""The queue and the review: claims, originals, filters, counts, pages."""

from typing import Any
from uuid import UUID

import pytest

from services.renewals import schedule
from shared.ids import PersonId, new_id
from tests.renewals.town import HINDS, LEE, ORTIZ, PARK, RANKIN, VANCE, Town


async def ids(town: Town, by: PersonId = LEE, **filters: Any) -> list[UUID]:
    answer = await town.get("/queue", by, **filters)
    assert answer.status_code == 200, answer.text
    return [UUID(row["application_id"]) for row in answer.json()["rows"]]


async def test_a_claim_is_seen_and_kept_until_it_is_released(town: Town) -> None:
    application_id = await town.queued(await town.educator(RANKIN))
    claim, release = f"/applications/{application_id}/claim", f"/applications/{application_id}/release"
    assert (await town.post(claim, None, ORTIZ)).status_code == 200
    shown = (await town.state(application_id))["claim"]
    assert (shown["name"], shown["since"]) == ("Rosa Ortiz", "2026-03-04T15:00:00Z")
    answer = await town.post(claim, None, LEE)
    assert (answer.status_code, answer.json()["code"]) == (409, "claimed-by-another")
    assert answer.json()["detail"] == "Since 9:00 a.m. Rosa Ortiz is reviewing this. Ask them to release it."
    assert (await town.post(f"/applications/{application_id}/approve", None, LEE)).status_code == 409
    assert (await town.post(release, None, LEE)).status_code == 200  # the superintendent may, for others
    assert (await town.post(f"/applications/{application_id}/approve", None, LEE)).status_code == 200
    assert await town.history(application_id) == ["filed", "queued", "claimed", "released", "approved"]


async def test_originals_are_ticked_by_name_and_time_and_an_approval_waits_for_all(town: Town) -> None:
    application_id = await town.queued(await town.educator(RANKIN), originals=3)
    originals, approve = f"/applications/{application_id}/originals", f"/applications/{application_id}/approve"
    assert (await town.post(originals, {"seen": [1, 2]}, ORTIZ)).json()["seen"] == 2
    answer = await town.post(approve, None, LEE)
    assert (answer.status_code, answer.json()["field"]) == (422, "originals")
    assert answer.json()["detail"] == "Tick the original for ‘Institute 3’, or choose Return."
    assert (await town.post(originals, {"seen": [3], "not_seen": [1]}, LEE)).json()["seen"] == 2
    assert (await town.post(originals, {"seen": [1, 2, 3]}, LEE)).json()["seen"] == 3
    checklist = (await town.state(application_id))["checklist"]
    assert [(line["seen_name"], line["must_show"]) for line in checklist] == [
        ("Dana Lee", ["dates", "agency"]),
        ("Rosa Ortiz", ["dates", "agency"]),
        ("Dana Lee", ["dates", "agency"]),
    ]
    assert (await town.post(approve, None, LEE)).status_code == 200
    assert (await town.post(originals, {"not_seen": [1]}, LEE)).status_code == 409


@pytest.mark.parametrize("body", [{"seen": [4]}, {"not_seen": [7]}])
async def test_a_checklist_has_no_other_lines(town: Town, body: Any) -> None:
    application_id = await town.queued(await town.educator(RANKIN), originals=3)
    answer = await town.post(f"/applications/{application_id}/originals", body, LEE)
    assert (answer.status_code, answer.json()["code"]) == (422, "no-such-original")


async def test_a_queue_is_its_districts_alone(town: Town) -> None:
    here, there = await town.queued(await town.educator(RANKIN)), await town.queued(await town.educator(HINDS))
    assert await ids(town, LEE) == [here]
    assert await ids(town, PARK) == [there]
    assert await ids(town, VANCE) == []  # neither is the state office's
    assert await ids(town, VANCE, organization_id=HINDS) == [there]
    assert (await town.get("/queue", LEE, organization_id=HINDS)).status_code == 403
    assert (await town.get("/queue", await town.educator(RANKIN))).status_code == 403


async def test_filters_narrow_a_queue_and_counts_tell_of_all_of_it(town: Town) -> None:
    mine = await town.queued(await town.educator(RANKIN, last="Abbott"))
    theirs = await town.queued(await town.educator(RANKIN, last="Baker"))
    free = await town.queued(await town.educator(RANKIN, last="Abbington"))
    await town.post(f"/applications/{mine}/claim", None, LEE)
    await town.post(f"/applications/{theirs}/claim", None, ORTIZ)
    assert set(await ids(town)) == {mine, theirs, free}
    assert await ids(town, show="yours") == [mine]
    assert await ids(town, show="free") == [free]
    assert await ids(town, holder=ORTIZ) == [theirs]
    assert set(await ids(town, name="abb")) == {mine, free}
    assert await ids(town, name="maya baker") == [theirs]
    assert await ids(town, kind="advance") == []
    assert await ids(town, ends_before="2026-06-30") == []
    assert len(await ids(town, ends_before="2026-07-01")) == 3
    counts = (await town.get("/queue", LEE, name="abb")).json()["counts"]
    assert (counts["waiting"], counts["yours"], counts["free"], counts["overdue"]) == (3, 1, 1, 0)
    answer = await town.get("/queue", LEE, show="sideways")
    assert (answer.status_code, answer.json()["field"]) == (422, "show")


async def test_what_is_due_first_stands_first_over_all_pages(town: Town) -> None:
    first = await town.queued(await town.educator(RANKIN))
    town.system.clock.move(days=1)
    later = [await town.queued(await town.educator(RANKIN)) for _ in range(4)]
    page = (await town.get("/queue", LEE, limit=2)).json()
    found = [row["application_id"] for row in page["rows"]]
    while page["next"]:
        page = (await town.get("/queue", LEE, limit=2, after=page["next"])).json()
        found += [row["application_id"] for row in page["rows"]]
    assert found == [str(id) for id in (first, *sorted(later))]
    answer = await town.get("/queue", LEE, after="nonsense")
    assert (answer.status_code, answer.json()["field"]) == (422, "after")


async def test_what_is_overdue_is_the_state_offices_too_and_the_district_keeps_it(town: Town) -> None:
    application_id = await town.queued(await town.educator(RANKIN))
    await town.post(f"/applications/{application_id}/claim", None, ORTIZ)
    runtime = town.system.processes["renewals"][0].runtime
    town.system.clock.move(days=15)  # the day it is due
    await schedule.escalate(runtime)
    assert await ids(town, VANCE) == []
    assert (await town.get("/queue", LEE)).json()["counts"]["due_this_week"] == 1
    town.system.clock.move(days=1)
    await schedule.escalate(runtime)
    await schedule.escalate(runtime)
    assert await ids(town, VANCE) == await ids(town, LEE) == [application_id]
    assert await ids(town, LEE, show="overdue") == [application_id]
    assert (await town.history(application_id)).count("escalated") == 1
    answer = await town.post(f"/applications/{application_id}/approve", None, VANCE)
    assert answer.status_code == 200
    assert (await town.state(application_id))["decided_by"]["role"] == "licensing_officer"


async def test_the_state_office_waits_for_the_districts_time(town: Town) -> None:
    application_id = await town.queued(await town.educator(RANKIN))
    answer = await town.post(f"/applications/{application_id}/approve", None, VANCE)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-for-you")


async def test_time_is_counted_in_business_days(town: Town) -> None:
    town.system.clock.move(days=-2)  # Monday, March 2: fifteen days later is Tuesday
    assert (await town.state(await town.queued(await town.educator(RANKIN))))["due_on"] == "2026-03-17"
    town.system.clock.move(days=4)  # Friday, March 6: fifteen days later is a Saturday
    assert (await town.state(await town.queued(await town.educator(RANKIN))))["due_on"] == "2026-03-23"


async def test_a_transfer_moves_an_open_application_and_its_claim_ends(town: Town) -> None:
    educator = await town.educator(RANKIN)
    application_id = await town.queued(educator)
    await town.post(f"/applications/{application_id}/claim", None, LEE)
    await town.employ(educator, HINDS, version=2)
    await town.employ(educator, RANKIN, version=1)  # an earlier state that comes late
    assert (await ids(town, LEE), await ids(town, PARK)) == ([], [application_id])
    assert (await town.state(application_id))["claim"] is None
    assert (await town.post(f"/applications/{application_id}/approve", None, LEE)).status_code == 404
    assert (await town.post(f"/applications/{application_id}/approve", None, PARK)).status_code == 200
    texts = [entry["text"] for entry in (await town.state(application_id))["timeline"]]
    assert texts[:2] == ["Approved", "Moved with the educator to Hinds County"]


async def test_leaving_every_district_moves_it_to_the_state_office_and_a_new_job_back(town: Town) -> None:
    educator = await town.educator(RANKIN)
    application_id = await town.queued(educator)
    await town.employ(educator, version=2)
    assert await ids(town, VANCE) == [application_id]
    await town.employ(educator, HINDS, version=3)
    assert (await ids(town, VANCE), await ids(town, PARK)) == ([], [application_id])


async def test_an_educator_whom_identity_names_late_goes_to_their_district(town: Town) -> None:
    educator = PersonId(new_id())
    application_id = await town.queued(educator)
    assert await ids(town, VANCE) == [application_id]
    await town.employ(educator, RANKIN)
    assert await ids(town, LEE) == [application_id]
