"""Decisions and what follows from them: who may, what others are told, and what credentials answers."""

from typing import Any
from uuid import UUID

import pytest

from shared.contracts.credentials import CreditRecalled, RenewalRefused, RenewalUndone
from shared.contracts.renewals import (
    ApplicationBlocked,
    ApplicationCompleted,
    ApplicationDenied,
    ApplicationReturned,
    RenewalApproved,
    RenewalReversed,
)
from shared.contracts.values import Period, Reason
from shared.ids import ApplicationId, CreditId, LicenseId, PersonId, new_id
from tests.renewals.town import ENDS, LEE, NEW_END, ORTIZ, RANKIN, VANCE, Town, renewed


async def test_authority_is_asked_at_that_moment_and_no_answer_is_a_no(town: Town) -> None:
    application_id = await town.queued(await town.educator(RANKIN))
    approve = f"/applications/{application_id}/approve"
    town.peers.revoked.add(ORTIZ)  # her token still names the role
    answer = await town.post(approve, None, ORTIZ)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-for-you")
    town.peers.away = True
    answer = await town.post(approve, None, LEE)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    town.peers.away = False
    assert (await town.state(application_id))["state"] == "waiting"
    assert (await town.post(approve, None, LEE)).status_code == 200


async def test_nobody_approves_their_own(town: Town) -> None:
    await town.employ(ORTIZ, RANKIN, last="Ortiz")
    application_id = await town.queued(ORTIZ)
    answer = await town.post(f"/applications/{application_id}/approve", None, ORTIZ)
    assert (answer.status_code, answer.json()["code"]) == (403, "own-application")
    assert await town.said(RenewalApproved, application_id) == []


async def test_a_second_approver_is_told_who_and_when(town: Town) -> None:
    application_id = await town.queued(await town.educator(RANKIN))
    approve = f"/applications/{application_id}/approve"
    version = (await town.state(application_id))["version"]
    assert (await town.post(approve, {"version": version}, ORTIZ)).status_code == 200
    answer = await town.post(approve, {"version": version}, LEE)
    assert (answer.status_code, answer.json()["code"]) == (409, "already-decided")
    assert answer.json()["detail"] == "Rosa Ortiz approved this at 9:00 a.m. Yours was not recorded."
    assert len(await town.said(RenewalApproved, application_id)) == 1


async def test_a_decision_on_an_old_page_is_a_conflict(town: Town) -> None:
    application_id = await town.queued(await town.educator(RANKIN), originals=1)
    version = (await town.state(application_id))["version"]
    await town.post(f"/applications/{application_id}/originals", {"seen": [1]}, ORTIZ)
    answer = await town.post(f"/applications/{application_id}/approve", {"version": version}, LEE)
    assert (answer.status_code, answer.json()["code"]) == (409, "changed-since")


@pytest.mark.parametrize(("what", "event"), [("return", ApplicationReturned), ("deny", ApplicationDenied)])
async def test_the_educator_reads_exactly_the_reason_and_may_file_again(town: Town, what: str, event: Any) -> None:
    educator, license_id = await town.educator(RANKIN), LicenseId(new_id())
    application_id = await town.queued(educator, license_id=license_id)
    for body in ({}, {"reason": "  "}):
        answer = await town.post(f"/applications/{application_id}/{what}", body, LEE)
        assert (answer.status_code, answer.json()["field"]) == (422, "reason")
    reason = "Bring the {transcript}, please: 100 % legible."
    answer = await town.post(f"/applications/{application_id}/{what}", {"reason": reason}, LEE)
    assert answer.status_code == 200
    [said] = await town.said(event, application_id)
    assert said.reason.text == reason
    assert (await town.state(application_id, educator))["status"]["why"] == reason
    again = await town.file(educator, license_id)
    assert (await town.state(again))["state"] == "received"
    assert (await town.state(application_id))["state"] == ("replaced" if what == "return" else "denied")


async def test_a_returned_one_stands_among_the_returned_until_it_is_filed_again(town: Town) -> None:
    educator, license_id = await town.educator(RANKIN), LicenseId(new_id())
    application_id = await town.queued(educator, license_id=license_id)
    await town.post(f"/applications/{application_id}/return", {"reason": "Bring it."}, LEE)
    queue = (await town.get("/queue", LEE, show="returned")).json()
    assert [row["application_id"] for row in queue["rows"]] == [str(application_id)]
    assert (queue["counts"]["waiting"], queue["counts"]["returned"]) == (0, 1)
    await town.file(educator, license_id)
    assert (await town.get("/queue", LEE)).json()["counts"]["returned"] == 0


async def test_what_credentials_cannot_apply_is_blocked_and_an_officer_has_it(town: Town) -> None:
    educator = await town.educator(RANKIN)
    application_id = await town.approved(educator)
    license_id = UUID((await town.state(application_id))["license_id"])
    await town.hear(refused(application_id, educator, license_id))
    [blocked] = await town.said(ApplicationBlocked, application_id)
    assert blocked.reason.text == "The license is suspended."
    queue = (await town.get("/queue", VANCE)).json()
    assert ([row["state"] for row in queue["rows"]], queue["counts"]["blocked"]) == (["blocked"], 1)
    answer = await town.post(f"/applications/{application_id}/return", {"reason": "Wait for it."}, VANCE)
    assert answer.status_code == 200


@pytest.mark.parametrize("approved", [False, True])
async def test_a_recalled_credit_returns_what_is_undecided_and_is_noted_on_the_rest(town: Town, approved: bool) -> None:
    educator = await town.educator(RANKIN)
    application_id = await (town.approved(educator) if approved else town.queued(educator))
    await town.hear(
        recalled(educator, application_id, "Certificate withdrawn"), *(recalled(educator, None) for _ in range(5))
    )
    shown = await town.state(application_id)
    returned = await town.said(ApplicationReturned, application_id)
    if approved:
        assert (shown["state"], returned) == ("approved", [])
        assert shown["timeline"][0]["text"].endswith("after the approval: Certificate withdrawn")
    else:
        assert shown["state"] == "returned"
        assert (returned[0].reason.code, returned[0].returned_by) == ("credit-recalled", None)
        assert returned[0].reason.text.endswith("taken back: Certificate withdrawn")


@pytest.mark.parametrize("completed", [False, True])
async def test_an_approval_is_undone_until_its_paper_is_cut(town: Town, completed: bool) -> None:
    educator = await town.educator(RANKIN)
    application_id = await (town.completed(educator) if completed else town.approved(educator))
    license_id = LicenseId(UUID((await town.state(application_id))["license_id"]))
    undo = f"/applications/{application_id}/undo"
    assert (await town.post(undo, {}, LEE)).json()["field"] == "reason"
    town.peers.cut.add(application_id)
    answer = await town.post(undo, {"reason": "The wrong one."}, LEE)
    assert (answer.status_code, answer.json()["code"]) == (409, "too-late-to-undo")
    town.peers.cut.clear()
    answer = await town.post(undo, {"reason": "The wrong one."}, LEE)
    assert (answer.status_code, answer.json()["state"]) == (200, "reversing")
    [reversed_] = await town.said(RenewalReversed, application_id)
    assert (reversed_.reason, reversed_.reversed_by.name) == ("The wrong one.", "Dana Lee")
    if not completed:  # credentials' first answer crosses the reversal
        await town.hear(renewed(application_id, educator, license_id))
        assert await town.said(ApplicationCompleted, application_id) == []
    period = Period(effective_from=ENDS, valid_until=NEW_END)
    undone = RenewalUndone(
        license_id=license_id, person_id=educator, application_id=ApplicationId(application_id), period=period,
        back_to=ENDS,
    )  # fmt: skip
    await town.hear(undone)
    assert (await town.state(application_id))["state"] == "undone"
    await town.file(educator, license_id)


async def test_a_reversal_that_crosses_a_refusal_ends_undone(town: Town) -> None:
    educator = await town.educator(RANKIN)
    application_id = await town.approved(educator)
    license_id = UUID((await town.state(application_id))["license_id"])
    await town.post(f"/applications/{application_id}/undo", {"reason": "The wrong one."}, LEE)
    await town.hear(refused(application_id, educator, license_id))
    assert (await town.state(application_id))["state"] == "undone"


async def test_a_repeated_answer_of_credentials_completes_once(town: Town) -> None:
    educator = await town.educator(RANKIN)
    application_id = await town.completed(educator)
    license_id = UUID((await town.state(application_id))["license_id"])
    await town.hear(renewed(application_id, educator, license_id))  # under another id
    assert len(await town.said(ApplicationCompleted, application_id)) == 1
    assert await town.history(application_id) == ["filed", "queued", "approved", "renewed"]


def refused(application_id: UUID, person_id: PersonId, license_id: UUID) -> RenewalRefused:
    return RenewalRefused(
        license_id=LicenseId(license_id),
        person_id=person_id,
        application_id=ApplicationId(application_id),
        reason=Reason(code="license-not-in-good-standing", text="The license is suspended."),
    )


def recalled(person_id: PersonId, application_id: UUID | None, reason: str = "") -> CreditRecalled:
    named = ApplicationId(application_id) if application_id else None
    return CreditRecalled(person_id=person_id, credit_id=CreditId(new_id()), reason=reason, application_id=named)
