"""One renewal, from its filing to its completion."""

from shared.contracts.renewals import ApplicationCompleted, ApplicationFiled, RenewalApproved
from shared.ids import LicenseId, new_id
from tests.renewals.town import ENDS, LEE, NEW_END, RANKIN, Town, renewed


async def test_a_renewal_is_filed_queued_approved_and_completed(town: Town) -> None:
    educator, license_id = await town.educator(RANKIN), LicenseId(new_id())
    application_id = await town.file(educator, license_id)
    [filed] = await town.said(ApplicationFiled, application_id)
    assert (filed.application_id, filed.district_id, filed.kind) == (application_id, RANKIN, "renewal")
    assert (await town.state(application_id))["state"] == "received"

    await town.reserve(application_id, educator, license_id)
    queue = (await town.get("/queue", LEE)).json()
    assert [row["application_id"] for row in queue["rows"]] == [str(application_id)]

    answer = await town.post(f"/applications/{application_id}/approve", None, LEE)
    assert (answer.status_code, answer.json()["state"]) == (200, "approved")
    [approved] = await town.said(RenewalApproved, application_id)
    assert (approved.license_id, approved.from_valid_until) == (license_id, ENDS)
    assert (approved.approved_by.name, approved.approved_by.organization_id) == ("Dana Lee", RANKIN)
    assert approved.said.version == answer.json()["version"]

    await town.system.say(renewed(application_id, educator, license_id))
    [completed] = await town.said(ApplicationCompleted, application_id)
    assert completed.period.valid_until == NEW_END
    assert completed.said.cause is not None
    assert (await town.state(application_id))["state"] == "completed"
    assert (await town.get("/queue", LEE)).json()["rows"] == []
