"""Filing: what is refused at once, where it goes, one open application a license, and what the event flow decides."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.credentials import FilingRefused
from shared.contracts.renewals import ApplicationFiled, ApplicationWithdrawn
from shared.contracts.values import Reason
from shared.ids import ApplicationId, LicenseId, PersonId, new_id
from shared.tokens import ServiceKey
from tests.renewals.town import HINDS, LEE, PARK, RANKIN, VANCE, Town, reserved


def filing(license_id: UUID | None = None, **more: Any) -> dict[str, Any]:
    return {"license_id": str(license_id or new_id()), "option": "A-CEU"} | more


async def test_a_filing_is_acknowledged_with_a_reference_of_the_year(town: Town) -> None:
    educator = await town.educator(RANKIN)
    first, second = [(await town.post("/applications", filing(), educator)).json()["reference"] for _ in range(2)]
    assert first.startswith("R-2026-")
    assert int(second[7:]) == int(first[7:]) + 1
    assert (await town.get(f"/applications/{first}", educator)).json()["reference"] == first


async def test_what_is_not_earned_is_refused_at_once_with_credentials_reason(town: Town) -> None:
    educator, license_id = await town.educator(RANKIN), new_id()
    town.peers.refused.add(license_id)
    answer = await town.post("/applications", filing(license_id), educator)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert {k: answer.json()[k] for k in ("code", "detail", "field")} == {
        "code": "not-earned",
        "detail": "4.5 of 10 CEU.",
        "field": "option",
    }
    assert await town.rows("SELECT 1 FROM application") == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"option": "A-CEU"}, "license_id"),
        ({"license_id": "no-id", "option": "A-CEU"}, "license_id"),
        ({"license_id": str(new_id()), "option": " "}, "option"),
        (filing(district_id="x"), "district_id"),
        (filing(surprise=1), "surprise"),
    ],
)
async def test_bad_input_names_its_field(town: Town, body: Any, field: str) -> None:
    answer = await town.post("/applications", body, await town.educator(RANKIN))
    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_several_districts_ask_for_a_choice_among_them(town: Town) -> None:
    educator = await town.educator(RANKIN, HINDS)
    answer = await town.post("/applications", filing(), educator)
    assert (answer.status_code, answer.json()["code"]) == (422, "district-needed")
    assert answer.json()["detail"] == "Choose the district that decides: Hinds County, Rankin County."
    answer = await town.post("/applications", filing(district_id=str(new_id())), educator)
    assert (answer.json()["code"], answer.json()["field"]) == ("district-not-yours", "district_id")
    application_id = await town.file(educator, district=HINDS)
    assert (await town.state(application_id))["district"] == "Hinds County"


@pytest.mark.parametrize("who", ["nobody's employee", "a superintendent"])
async def test_without_a_district_and_for_a_superintendent_it_is_the_state_offices(town: Town, who: str) -> None:
    educator = LEE if who == "a superintendent" else await town.educator()
    if educator == LEE:
        await town.employ(LEE, RANKIN, last="Lee")
    license_id = LicenseId(new_id())
    application_id = await town.queued(educator, license_id=license_id)
    shown = await town.state(application_id)
    assert (shown["district_id"], shown["with_state"]) == (None, True)
    assert [row["application_id"] for row in (await town.get("/queue", VANCE)).json()["rows"]] == [str(application_id)]


async def test_a_license_has_one_open_application(town: Town) -> None:
    educator, license_id = await town.educator(RANKIN), LicenseId(new_id())
    application_id = await town.file(educator, license_id)
    answer = await town.post("/applications", filing(license_id), educator)
    reference = (await town.state(application_id))["reference"]
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (409, "already-open", "license_id")
    assert reference in answer.json()["detail"]


async def test_the_same_idempotency_key_files_once(town: Town) -> None:
    educator, body = await town.educator(RANKIN), filing()
    answers = [await town.post("/applications", body, educator, key="k1") for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len(await town.said(ApplicationFiled, UUID(answers[0].json()["application_id"]))) == 1


async def test_a_refusal_by_event_closes_it_with_the_reason_and_frees_the_license(town: Town) -> None:
    educator, license_id = await town.educator(RANKIN), LicenseId(new_id())
    application_id = await town.file(educator, license_id)
    refusal = FilingRefused(
        person_id=educator,
        application_id=ApplicationId(application_id),
        license_id=license_id,
        reason=Reason(code="not-enough", text="9.5 of 10 CEU.", field="option"),
    )
    await town.hear(refusal)
    shown = await town.state(application_id, educator)
    assert (shown["state"], shown["status"]["why"]) == ("refused", "9.5 of 10 CEU.")
    await town.file(educator, license_id)


async def test_an_educator_withdraws_and_a_late_reservation_changes_nothing(town: Town) -> None:
    educator, license_id = await town.educator(RANKIN), LicenseId(new_id())
    application_id = await town.file(educator, license_id)
    answer = await town.post(f"/applications/{application_id}/withdraw", None, educator)
    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    await town.hear(reserved(application_id, educator, license_id))
    assert (await town.state(application_id))["state"] == "withdrawn"
    assert len(await town.said(ApplicationWithdrawn, application_id)) == 1
    assert (await town.post(f"/applications/{application_id}/withdraw", None, educator)).status_code == 409
    await town.file(educator, license_id)


async def test_an_application_is_seen_by_its_educator_its_approvers_and_the_office_alone(town: Town) -> None:
    educator, other = await town.educator(RANKIN), await town.educator(RANKIN)
    application_id = await town.queued(educator)
    for who, status in ((educator, 200), (LEE, 200), (VANCE, 200), (other, 404), (PARK, 404)):
        assert (await town.get(f"/applications/{application_id}", who)).status_code == status
    assert (await town.post(f"/applications/{application_id}/withdraw", None, other)).status_code == 404
    assert (await town.post(f"/applications/{application_id}/withdraw", None, LEE)).status_code == 404
    assert (await town.get("/applications", other)).json() == []
    assert [a["application_id"] for a in (await town.get("/applications", educator)).json()] == [str(application_id)]
    assert (await town.system.get("renewals", f"/applications/{application_id}")).status_code == 401


async def test_a_merged_educator_still_sees_what_they_filed(town: Town) -> None:
    old, new = await town.educator(RANKIN), await town.educator(RANKIN)
    application_id = await town.queued(old)
    await town.employ(old, RANKIN, version=2, merged_into=new)
    assert (await town.get(f"/applications/{application_id}", new)).json()["mine"] is True
    assert len((await town.get("/applications", new)).json()) == 1


async def test_the_page_says_what_each_may_do(town: Town) -> None:
    educator = await town.educator(RANKIN)
    application_id = await town.queued(educator)
    assert (await town.state(application_id, educator))["actions"] == ["withdraw"]
    assert (await town.state(application_id, LEE))["actions"] == [
        "approve", "claim", "deny", "release", "return", "see",
    ]  # fmt: skip


async def test_many_are_imported_with_one_outcome_a_row(town: Town) -> None:
    one, two = await town.educator(RANKIN), await town.educator(RANKIN, HINDS)
    license_id = str(new_id())
    rows = [
        {"person_id": str(one), "license_id": license_id, "option": "A-CEU", "filed_at": "2026-02-02T10:00:00-06:00"},
        {"person_id": str(one), "license_id": license_id, "option": "A-CEU"},  # the same license twice
        {"person_id": str(two), "license_id": str(new_id()), "option": "A-CEU"},  # which district?
        {"person_id": str(PersonId(new_id())), "license_id": str(new_id()), "option": "A-CEU"},  # not known yet
    ]
    answer = await town.post("/import/applications", {"applications": rows}, VANCE)
    assert answer.json()["filed"] == 2
    assert [row["outcome"] for row in answer.json()["rows"]] == ["filed", "already-open", "district-needed", "filed"]
    [filed] = await town.said(ApplicationFiled, UUID(answer.json()["rows"][0]["application_id"]))
    assert filed.filed_at == datetime(2026, 2, 2, 16, tzinfo=UTC)
    assert (await town.post("/import/applications", {"applications": rows}, LEE)).status_code == 403
    operations = ServiceKey.of("operations", town.system.folder / "keys").sign(audience="renewals")
    answer = await town.system.ask(
        "POST", "renewals", "/import/applications", json={"applications": rows[:1]},
        headers={"Service-Token": operations},
    )  # fmt: skip
    assert [row["outcome"] for row in answer.json()["rows"]] == ["already-open"]
    future = [rows[0] | {"filed_at": "2027-01-01T00:00:00Z"}]
    answer = await town.post("/import/applications", {"applications": future}, VANCE)
    assert (answer.status_code, answer.json()["field"]) == (422, "applications.0.filed_at")
